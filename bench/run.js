"use strict";
/** What is measured, each number the median of nine fresh processes: `npm run bench`. Above a budget it fails. */
require("reflect-metadata");
const { execFileSync } = require("node:child_process");
const { availableParallelism, loadavg } = require("node:os");
const { join } = require("node:path");
const x509 = require("@peculiar/x509");

const RUNS = 9;
/** Milliseconds. */
const BUDGETS = { validation: 150, load: 8 };
const HOSTNAMES = 3000;
const CERTIFICATES = 20;

/**
 * One measurement in a process of its own, in milliseconds.
 *
 * @param {string} script
 * @param {string[]} args
 * @param {string} [input]
 */
function once(script, args, input) {
  return Number(execFileSync(process.execPath, [join(__dirname, script), ...args], { encoding: "utf8", input }));
}

/** A bundle of roots and what they signed, every other one with an RSA key. */
async function bundle() {
  /** @type {string[]} */
  const pems = [];
  /** @type {{ certificate: x509.X509Certificate, keys: CryptoKeyPair } | undefined} */
  let root;
  for (let number = 0; number < CERTIFICATES; number++) {
    const rsa = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const algorithm =
      number % 4 < 2 ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } : { ...rsa, hash: "SHA-256" };
    const keys = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]));
    const signer = number % 2 === 0 ? undefined : root;
    /** @type {x509.X509Certificate} */
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=CA ${number}`,
      issuer: signer?.certificate.subject ?? `CN=CA ${number}`,
      publicKey: keys.publicKey,
      signingKey: (signer ?? { keys }).keys.privateKey,
      notAfter: new Date(Date.now() + 3650 * 86_400_000),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    if (!signer) root = { certificate, keys };
    pems.push(certificate.toString("pem"));
  }
  return pems.join("\n");
}

/** @param {number[]} times */
function summary(times) {
  const sorted = [...times].sort((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const range = `${sorted[0]?.toFixed(1)} to ${sorted.at(-1)?.toFixed(1)}`;
  return { median, text: `${median.toFixed(1)} ms (${range}, ${times.length} processes)` };
}

async function main() {
  const hostnames = Array.from({ length: HOSTNAMES }, (_, number) => `Host-${number}.tenants.example.com`);
  const input = JSON.stringify({ certificates: await bundle(), hostnames });
  /** @type {Record<"validation" | "own" | "official", number[]>} */
  const times = { validation: [], own: [], official: [] };
  // In turns, so that a busy moment of the machine meets all of them.
  for (let run = 0; run < RUNS; run++) {
    times.validation.push(once("validation.js", [], input));
    times.own.push(once("load.js", [join(__dirname, "..")]));
    times.official.push(once("load.js", ["@pulumi/cloudflare"]));
  }
  const [validation, own, official] = [summary(times.validation), summary(times.own), summary(times.official)];
  console.log(`validation of ${HOSTNAMES} hostnames and ${CERTIFICATES} certificates: ${validation.text}`);
  console.log(`load, after @pulumi/pulumi: ${own.text}`);
  console.log(
    `load of @pulumi/cloudflare: ${official.text}, ${(official.median / own.median).toFixed(0)} times as long`,
  );
  const [load = 0] = loadavg();
  if (load > availableParallelism())
    console.log(
      `The machine is busy: a load of ${load.toFixed(1)} on ${availableParallelism()} cores. Times are too long.`,
    );
  const over = [
    ...(validation.median > BUDGETS.validation ? [`validation: more than ${BUDGETS.validation} ms`] : []),
    ...(own.median > BUDGETS.load ? [`load: more than ${BUDGETS.load} ms`] : []),
  ];
  for (const line of over) console.error(`over budget: ${line}`);
  process.exitCode = over.length > 0 ? 1 : 0;
}

void main();

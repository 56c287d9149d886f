import "reflect-metadata";
import { PemConverter, X509Certificate as Fields, X509CertificateGenerator } from "@peculiar/x509";
import { performance } from "node:perf_hooks";
import { rootCertificates } from "node:tls";
import { readCaBundle, type CaCertificateFacts } from "../../src/pki/ca-bundle";
import { publiclyTrusted, rootsOf } from "../../src/pki/public-trust";
import { createAuthority, type Authority } from "../support/authority";
import { toPem } from "../support/der";
import { oddCertificate } from "../support/odd-certificates";
import { runs } from "../support/runs";

const now = new Date();
/** One that Cloudflare takes: not every root has SHA-1 or better, nor a key identifier. */
let publicRoot: string;
let mine: Authority;

beforeAll(async () => {
  publicRoot = rootCertificates.find((pem) => "bundle" in readCaBundle(pem, { now, requireSki: true }))!;
  mine = await createAuthority("Mine");
});

function factsOf(...pems: string[]): CaCertificateFacts[] {
  const result = readCaBundle(pems.join(""), { now });
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.bundle.certificates;
}

const subjects = (cas: readonly CaCertificateFacts[]) => cas.map(({ subject }) => subject);

/** What cross-signing makes: another certificate for the name and key of this one. */
async function crossSigned(pem: string, issuer: Authority, changed: { subject?: string; key?: CryptoKey } = {}) {
  const root = new Fields(pem);
  const certificate = await X509CertificateGenerator.create({
    subject: changed.subject ?? root.subjectName.toJSON(),
    issuer: issuer.certificate.subject,
    publicKey: changed.key ?? root.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: root.extensions,
    notAfter: new Date(now.getTime() + 900 * 86_400_000),
  });
  return PemConverter.encode(certificate.rawData, "CERTIFICATE");
}

test("A root that Node.js trusts is publicly trusted, and one of one's own isn't", async () => {
  expect(publiclyTrusted(factsOf(publicRoot))).toEqual(factsOf(publicRoot));
  expect(publiclyTrusted(factsOf(mine.pem, (await mine.intermediate("Issuing")).pem))).toEqual([]);
  expect(publiclyTrusted([])).toEqual([]);
  expect(publiclyTrusted(factsOf(mine.pem, publicRoot))).toEqual(factsOf(publicRoot));
});

test("Every root that Cloudflare would take is found by its own certificate", () => {
  const roots = rootCertificates.slice(0, runs(rootCertificates.length));
  const taken = roots.filter((pem) => "bundle" in readCaBundle(pem, { now, allowExpired: true }));
  expect(taken.length).toBeGreaterThan(roots.length / 3);
  for (const pem of taken) {
    const result = readCaBundle(pem, { now, allowExpired: true });
    if ("bundle" in result) expect(publiclyTrusted(result.bundle.certificates)).toHaveLength(1);
  }
});

test("A root that somebody else signed as well is found by its name and key, and by neither of them alone", async () => {
  const cross = await crossSigned(publicRoot, mine);
  expect(factsOf(cross)[0]?.fingerprint).not.toBe(factsOf(publicRoot)[0]?.fingerprint);
  expect(publiclyTrusted(factsOf(cross))).toHaveLength(1);
  const namesake = await crossSigned(publicRoot, mine, { key: mine.keys.publicKey });
  expect(publiclyTrusted(factsOf(namesake))).toEqual([]);
  expect(publiclyTrusted(factsOf(cross), rootsOf([namesake, publicRoot]))).toHaveLength(1);
  expect(publiclyTrusted(factsOf(await crossSigned(publicRoot, mine, { subject: "CN=Mine too" })))).toEqual([]);
});

test("What a trusted root issued is trusted, also below another that is here, and what only has its issuer's name isn't", async () => {
  const top = await createAuthority("Top");
  const policy = await top.intermediate("Policy");
  const issuing = await policy.intermediate("Issuing");
  const forged = await (await createAuthority("Top")).intermediate("Forged");
  const roots = rootsOf([top.pem, (await createAuthority("Top")).pem]);
  expect(subjects(publiclyTrusted(factsOf(top.pem), roots))).toEqual(["CN=Top"]);
  expect(subjects(publiclyTrusted(factsOf(policy.pem), roots))).toEqual(["CN=Policy"]);
  expect(subjects(publiclyTrusted(factsOf(issuing.pem, policy.pem), roots))).toEqual(["CN=Issuing", "CN=Policy"]);
  expect(subjects(publiclyTrusted(factsOf(issuing.pem), roots))).toEqual([]);
  expect(subjects(publiclyTrusted(factsOf(forged.pem, mine.pem), roots))).toEqual([]);
});

test("A CA with a key that OpenSSL doesn't know is not trusted, and nothing is thrown", () => {
  const der = oddCertificate().der.toString("hex").replace("06072a8648ce3d0201", "06072a8648ce3d0209");
  const cas = factsOf(toPem(Buffer.from(der, "hex")));
  expect(publiclyTrusted(cas, rootsOf([oddCertificate().pem]))).toEqual([]);
});

test("The roots are read once, and quickly (figures are printed)", () => {
  const cas = factsOf(publicRoot, mine.pem);
  const start = performance.now();
  rootsOf(rootCertificates);
  const read = performance.now() - start;
  publiclyTrusted(cas);
  const again = performance.now();
  for (let round = 0; round < 100; round += 1) publiclyTrusted(cas);
  const each = (performance.now() - again) / 100;
  process.stdout.write(`${rootCertificates.length} roots: ${read.toFixed(1)} ms once, then ${each.toFixed(2)} ms\n`);
  expect(read).toBeLessThan(1000);
  expect(each).toBeLessThan(20);
});

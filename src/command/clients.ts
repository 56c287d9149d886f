import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { certify, distinguishedName, endEntity, newIssuer } from "../emulator/edge/certify";
import { reduce, type Fields } from "../language";
import { readCertificate } from "../pki/certificate";
import { readSubject } from "../pki/subject";
import { UNNAMED } from "../plan/demand";
import { pinsOf, refusal, type Shown } from "../plan/refusal";
import type { Target } from "./declared";
import { UsageError } from "./terminal";

/** Who knocks. */
export interface Client {
  readonly name: "none" | "unknownCa" | "yours";
  readonly certificate?: string;
  readonly key?: string;
  /** What the edge makes of the certificate where it asks for one. */
  readonly shows: (target: Target) => Shown;
  readonly fields: Fields;
}

export const NOBODY: Client = { name: "none", shows: () => "nothing", fields: {} };

/** What becomes of the client by the stack's rules; undefined where they ask for more than is known here. */
export function expectation(target: Target, { shows, fields }: Client): "refused" | "admitted" | undefined {
  const { asks, rules, hostname, path } = target;
  const open = refusal(rules, asks ? shows(target) : "nothing", hostname, path);
  const condition = typeof open === "boolean" ? open : reduce(open, fields);
  return condition === true ? "refused" : condition === false ? "admitted" : undefined;
}

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const CALLED = [["2.5.4.3", "pulumi-cloudflare-mtls verify"]] as const;

/** A certificate of a CA that is made here and forgotten. It says that a pinned CA issued it, which its signature doesn't bear out. */
export function unknownCa(pins: readonly string[]): Client {
  const issuerSki = pins[0] ?? UNNAMED;
  const name = distinguishedName(...CALLED);
  const issuer = { ...newIssuer(name), ...(pins[0] ? { keyIdentifier: Buffer.from(pins[0], "hex") } : {}) };
  const { publicKey, privateKey } = newIssuer(name);
  return {
    name: "unknownCa",
    certificate: certify({ name, publicKey }, issuer, 1, endEntity(CLIENT_AUTH)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    shows: () => ({ issuerSki, verified: false }),
    fields: {},
  };
}

/** The user's own, from files. Neither is ever shown. */
export function clientOf(certificateFile: string, keyFile: string): Client {
  const [certificate, key] = [fileAt("--certificate", certificateFile), fileAt("--key", keyFile)];
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(certificate);
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = /MISMATCH/.test(code)
      ? "the key isn't the certificate's"
      : "one of them isn't PEM, or the key has a passphrase";
    throw new UsageError(`--certificate and --key can't be used together: ${why} (${code})`);
  }
  const read = readCertificate(x509.raw);
  const issuerSki = read?.issuerSki;
  if (!read || issuerSki === undefined)
    throw new UsageError("--certificate has no authority key identifier, so nobody can say which CA issued it");
  const { serialNumber, fingerprint, subject, notBefore, notAfter } = read.facts;
  const isValid = Date.parse(notBefore) <= Date.now() && Date.now() <= Date.parse(notAfter);
  const named = readSubject(subject);
  const fields = {
    cert_serial: serialNumber,
    cert_fingerprint_sha256: fingerprint,
    ...("spellings" in named ? { cert_subject_dn_rfc2253: named.spellings[0] ?? "" } : {}),
  };
  return {
    ...{ name: "yours", certificate, key },
    shows: ({ rules }) => ({ issuerSki, verified: isValid && (pinsOf(rules).includes(issuerSki) || undefined) }),
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`cf.tls_client_auth.${name}`, value])),
  };
}

export function fileAt(option: string, file: string | 0): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    // The name isn't repeated: somebody may have given the key itself.
    throw new UsageError(`the file of ${option} can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { contextTag, TAG, write, writeObjectIdentifier } from "./der";

/** The edge's own certificates: a root made at start, and under it a certificate for each name that is asked for. */
export interface ServerCertificates {
  /** The root as PEM, for clients that verify the edge: `curl --cacert`, NODE_EXTRA_CA_CERTS, … */
  readonly root: string;
  /** Key and certificate for a host name or an IP address. */
  issue(name: string): { readonly key: string; readonly cert: string };
}

const DAY = 86_400_000;
const ECDSA_WITH_SHA256 = write(TAG.sequence, writeObjectIdentifier("1.2.840.10045.4.3.2"));
const YES = write(TAG.boolean, Buffer.from([0xff]));
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const LONGEST_COMMON_NAME = 64;
/** A client that asks for one name after the other must not fill the memory. */
const MOST_KEPT = 1000;

interface Holder {
  readonly name: Buffer;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

export function createServerCertificates(): ServerCertificates {
  const root: Holder = { name: distinguishedName("Cloudflare emulator edge root"), keys: newKeys() };
  const rootPem = certify(root, root, [
    extension("2.5.29.19", true, write(TAG.sequence, YES)),
    extension("2.5.29.15", true, write(TAG.bitString, Buffer.from([1, 0b0000_0110]))), // keyCertSign, cRLSign
  ]);
  const keys = newKeys();
  const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const issued = new Map<string, string>();
  const issue = (name: string): string =>
    certify({ name: distinguishedName(name.slice(0, LONGEST_COMMON_NAME)), keys }, root, [
      extension("2.5.29.19", true, write(TAG.sequence)),
      extension("2.5.29.15", true, write(TAG.bitString, Buffer.from([7, 0b1000_0000]))), // digitalSignature
      extension("2.5.29.37", false, write(TAG.sequence, writeObjectIdentifier(SERVER_AUTH))),
      extension("2.5.29.17", false, write(TAG.sequence, alternativeName(name))),
    ]);
  return {
    root: rootPem,
    issue: (name) => {
      const cert = issued.get(name) ?? issue(name);
      if (issued.size >= MOST_KEPT) issued.clear();
      issued.set(name, cert);
      return { key, cert };
    },
  };
}

function newKeys(): Holder["keys"] {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certify(subject: Holder, issuer: Holder, extensions: readonly Buffer[]): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and of one length
  const keyIdentifiers = [
    extension("2.5.29.14", false, write(TAG.octetString, keyIdentifier(subject))),
    extension("2.5.29.35", false, write(TAG.sequence, write(contextTag(0, false), keyIdentifier(issuer)))),
  ];
  const body = write(
    TAG.sequence,
    write(contextTag(0, true), write(TAG.integer, Buffer.from([2]))),
    write(TAG.integer, serial),
    ECDSA_WITH_SHA256,
    issuer.name,
    // A year is what clients accept of a server at most; a day back is for clocks that disagree.
    write(TAG.sequence, time(Date.now() - DAY), time(Date.now() + 364 * DAY)),
    subject.name,
    subject.keys.publicKey.export({ type: "spki", format: "der" }),
    write(contextTag(3, true), write(TAG.sequence, ...extensions, ...keyIdentifiers)),
  );
  const signature = sign("sha256", body, issuer.keys.privateKey);
  const der = write(TAG.sequence, body, ECDSA_WITH_SHA256, write(TAG.bitString, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function distinguishedName(commonName: string): Buffer {
  const text = write(TAG.utf8String, Buffer.from(commonName, "utf8"));
  return write(TAG.sequence, write(TAG.set, write(TAG.sequence, writeObjectIdentifier("2.5.4.3"), text)));
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return write(
    TAG.sequence,
    writeObjectIdentifier(identifier),
    ...(critical ? [YES] : []),
    write(TAG.octetString, value),
  );
}

function alternativeName(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return write(contextTag(7, false), Buffer.from(name.split(".").map(Number)));
    case 6:
      return write(contextTag(7, false), sixteenBytes(name));
    default:
      return write(contextTag(2, false), Buffer.from(name, "latin1"));
  }
}

function sixteenBytes(address: string): Buffer {
  // The URL parser writes an address without embedded IPv4, which leaves only groups and one gap.
  const [left = "", right = ""] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string => (text === "" ? [] : text.split(":")).map((g) => g.padStart(4, "0")).join("");
  const [head, tail] = [groups(left), groups(right)];
  return Buffer.from(head + "0".repeat(32 - head.length - tail.length) + tail, "hex");
}

function time(moment: number): Buffer {
  const digits = new Date(moment).toISOString().replace(/\.\d+|[-:T]/g, "");
  // Until 2049 a certificate's time has a year of two digits.
  return write(0x17, Buffer.from(digits.slice(2), "latin1"));
}

function keyIdentifier({ keys }: Holder): Buffer {
  return createHash("sha1")
    .update(keys.publicKey.export({ type: "spki", format: "der" }))
    .digest();
}

import { isIP } from "node:net";
import { AUTHORITY, certify, distinguishedName, endEntity, extension, newIssuer } from "./certify";
import { contextTag, TAG, write } from "./der";

/** The edge's own certificates: a root made at start, and under it a certificate for each name that is asked for. */
export interface ServerCertificates {
  /** The root as PEM, for clients that verify the edge: `curl --cacert`, NODE_EXTRA_CA_CERTS, … */
  readonly root: string;
  /** Key and certificate for a host name or an IP address. */
  issue(name: string): { readonly key: string; readonly cert: string };
}

/** What clients accept of a server at most is a year. */
const DAYS = 364;
const COMMON_NAME = "2.5.4.3";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const LONGEST_COMMON_NAME = 64;
/** A client that asks for one name after the other must not fill the memory. */
const MOST_KEPT = 1000;

export function createServerCertificates(): ServerCertificates {
  const root = newIssuer(distinguishedName([COMMON_NAME, "Cloudflare emulator edge root"]));
  const { publicKey, privateKey } = newIssuer(root.name);
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const issued = new Map<string, string>();
  const issue = (name: string): string =>
    certify({ name: distinguishedName([COMMON_NAME, name.slice(0, LONGEST_COMMON_NAME)]), publicKey }, root, DAYS, [
      ...endEntity(SERVER_AUTH),
      extension("2.5.29.17", false, write(TAG.sequence, alternativeName(name))),
    ]);
  return {
    root: certify(root, root, DAYS, AUTHORITY),
    issue: (name) => {
      const cert = issued.get(name) ?? issue(name);
      if (issued.size >= MOST_KEPT) issued.clear();
      issued.set(name, cert);
      return { key, cert };
    },
  };
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

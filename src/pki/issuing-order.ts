import type { PlacedCertificate } from "./ca-requirements";
import { shown } from "../wording/shown";

interface Node {
  readonly placed: PlacedCertificate;
  readonly signers: Set<Node>;
  /** Certificates of the text that it issued and that have no place in the order yet. */
  readonly waiting: Set<Node>;
}

/**
 * One order for one set, whatever order it came in: each certificate stands before its signer, so an issuing
 * intermediate is first (Cloudflare shows the first one's issuer and expiry). A chain stays together; the one that ends
 * first comes first, because what comes first in an upload can't be uploaded again while that is there, and it is the
 * old one that leaves. The position in the text must not matter.
 */
export function inIssuingOrder(all: readonly PlacedCertificate[]): {
  ordered: PlacedCertificate[];
  warnings: string[];
  /** What is worth a word once. */
  notes: string[];
} {
  const nodes = link(all);
  const warnings = nodes.flatMap((node) => warningOf(node, all) ?? []);
  const notes = nodes.flatMap((node) => noteOf(node) ?? []);
  const left = new Set(nodes);
  const ordered: PlacedCertificate[] = [];
  let last: Node | undefined;
  while (left.size > 0) {
    const free = [...left].filter((node) => node.waiting.size === 0);
    const above = free.filter((node) => last?.signers.has(node));
    // Cross-signed CAs can go in a circle: nobody is free then, and the first by name begins.
    const candidates: Node[] = above.length > 0 ? above : free.length > 0 ? free : [...left];
    const next = candidates.reduce((a, b) => (sortKey(a) <= sortKey(b) ? a : b));
    left.delete(next);
    for (const node of left) node.waiting.delete(next);
    ordered.push(next.placed);
    last = next;
  }
  return { ordered, warnings, notes };
}

/** What is odd in who issued whom, as far as somebody could act on it. */
function warningOf({ placed, signers, waiting }: Node, all: readonly PlacedCertificate[]): string | undefined {
  const { certificate, title } = placed;
  const { selfSigned, issuer } = certificate.facts;
  if ((certificate.pathLength ?? 0) > 0 && waiting.size === 0)
    return `${title} is a ${selfSigned ? "root" : "CA"} that allows intermediates, and none is here. ${DIRECT_ISSUER}`;
  const namesake = all.find((other) => other.certificate.facts.subject === issuer);
  if (selfSigned || signers.size > 0 || namesake === undefined) return undefined;
  return `${title} names ${shown(issuer)} as its issuer, but ${namesake.place}, did not sign it: probably another generation of that CA. Give the one that did, or none.`;
}

/**
 * Whether a root without a limit issues client certificates itself doesn't show: key usage and validity are the same in
 * both kinds. A name is a hint; extendedKeyUsage with clientAuth says that it does.
 */
function noteOf({ placed: { certificate, title }, waiting }: Node): string | undefined {
  const { facts, pathLength, servesClients } = certificate;
  if (!facts.selfSigned || pathLength !== undefined || servesClients || waiting.size > 0) return undefined;
  const calls = /\broot\b/i.test(facts.subject) ? " and is called a root" : "";
  return `${title} allows intermediates${calls}, and none is here. Where it issues client certificates itself, all is well. ${DIRECT_ISSUER}`;
}

const DIRECT_ISSUER =
  "A rule matches the direct issuer of a client certificate: if an intermediate issues them, give that one as well, or its SKI under issuerSkis of the rule.";

function link(all: readonly PlacedCertificate[]): Node[] {
  const nodes: Node[] = all.map((placed) => ({ placed, signers: new Set(), waiting: new Set() }));
  for (const child of nodes) {
    for (const parent of nodes) {
      if (child === parent || !parent.placed.certificate.issued(child.placed.certificate)) continue;
      child.signers.add(parent);
      parent.waiting.add(child);
    }
  }
  return nodes;
}

function sortKey({ placed: { certificate } }: Node): string {
  const { notAfter, subject, fingerprint } = certificate.facts;
  return [notAfter, subject, fingerprint].join("\0");
}

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
 * intermediate is first (Cloudflare shows the first one's issuer and expiry). A chain stays together; chains go by
 * subject, then by fingerprint, because the position in the text must not matter.
 */
export function inIssuingOrder(all: readonly PlacedCertificate[]): {
  ordered: PlacedCertificate[];
  warnings: string[];
} {
  const nodes = link(all);
  const warnings = nodes.flatMap((node) => warningOf(node, all) ?? []);
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
  return { ordered, warnings };
}

/** What is odd in who issued whom, as far as somebody could act on it. */
function warningOf({ placed, signers, waiting }: Node, all: readonly PlacedCertificate[]): string | undefined {
  const { certificate, title } = placed;
  const { selfSigned, issuer } = certificate.facts;
  if (selfSigned) {
    if ((certificate.pathLength ?? 0) === 0 || waiting.size > 0) return undefined;
    return `${title} is a root that allows intermediates, and none is here. A rule matches the direct issuer of a client certificate: if an intermediate issues them, give that one as well, or its SKI under issuerSkis of the rule.`;
  }
  const namesake = all.find((other) => other.certificate.facts.subject === issuer);
  if (signers.size > 0 || namesake === undefined) return undefined;
  return `${title} names ${shown(issuer)} as its issuer, but ${namesake.place}, did not sign it: probably another generation of that CA. Give the one that did, or none.`;
}

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
  return `${certificate.facts.subject}\0${certificate.facts.fingerprint}`;
}

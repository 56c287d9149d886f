import type { CaCertificateState } from "./ca-certificate";
import type { MtlsRuleState } from "./mtls-rule";
import { hasUnknown } from "./unknown";

/** What a replaced CA means to the people who hold its certificates. */
export function consequencesOfCa(olds: CaCertificateState, news: CaCertificateState): string[] {
  if (
    hasUnknown(news.fingerprints) ||
    olds.fingerprints.some((fingerprint) => news.fingerprints.includes(fingerprint))
  ) {
    return [];
  }
  return [
    `clients with certificates of ${olds.subject} (valid until ${olds.notAfter}) will be refused once this is applied. To accept both for a while, add the new CA beside it, under a key or name of its own.`,
  ];
}

/** What a changed rule means: who gets in that didn't, and who doesn't any more. */
export function consequencesOfRule(olds: MtlsRuleState, news: MtlsRuleState): string[] {
  if (hasUnknown([news.hostnames, news.issuerSkis, news.paths])) return [];
  const opened = olds.hostnames.filter((hostname) => !news.hostnames.includes(hostname));
  const closed = news.hostnames.filter((hostname) => !olds.hostnames.includes(hostname));
  const dropped = olds.issuerSkis.filter((ski) => !news.issuerSkis.includes(ski));
  const lines: string[] = [];
  if (olds.action === "block" && news.action === "log") {
    lines.push(
      `${counted(olds.hostnames)} let everybody in from now on, with or without a certificate: the rule only logs.`,
    );
  } else if (opened.length > 0) {
    lines.push(`${counted(opened)} ${opened.length === 1 ? "stops" : "stop"} requiring client certificates.`);
  }
  if (news.action === "block") {
    const begins = olds.action === "log" ? news.hostnames : closed;
    if (begins.length > 0)
      lines.push(
        `${counted(begins)} ${begins.length === 1 ? "refuses" : "refuse"} clients without a certificate from now on.`,
      );
    if (dropped.length > 0) {
      lines.push(`certificates issued by ${dropped.join(", ")} (subject key identifier) are refused from now on.`);
    }
  }
  return lines;
}

const NAMED = 5;

function counted(hostnames: readonly string[]): string {
  const named = hostnames.slice(0, NAMED).join(", ");
  const rest = hostnames.length > NAMED ? `, and ${hostnames.length - NAMED} more` : "";
  return hostnames.length === 1 ? named : `${hostnames.length} hostnames (${named}${rest})`;
}

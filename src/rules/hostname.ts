import { domainToASCII } from "node:url";
import { shownWrong } from "../wording/shown";
import { codePoint, mixedScriptWarnings } from "./mixed-scripts";

const ALONE = 'Write the name alone, such as "api.example.com".';

/**
 * What is refused by its look, first match wins: why, and what to do where the hostname inside can't be shown instead.
 * It comes before IDNA processing, which is too obliging: `domainToASCII` decodes percent signs, drops invisible
 * characters and turns numbers into IPv4 addresses.
 */
const REFUSED: readonly (readonly [look: RegExp, why: string, remedy?: string])[] = [
  [/^\s*$/, "is empty."],
  [
    /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/,
    "is a Pulumi Output that was turned into text.",
    "Pass the Output itself, or use pulumi.interpolate.",
  ],
  [/\s/, "has white space in it: a hostname has none, and each one is an item of its own."],
  [/^[a-z][a-z0-9+.-]*:\/\/|^\/\//i, "is a URL, not a hostname."],
  [
    /^\[.*\]|^[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*(?:%.*)?(?:\/\d+)?$/i,
    "is an IPv6 address: only names of a zone can be associated.",
    ALONE,
  ],
  [/@/, "has user information or is a mail address."],
  [/[/\\?#]/, "has a path: an association is for the whole host; paths belong to the rule."],
  [/:/, "has a port: an association is for every port of the host."],
  [
    /\*/,
    "is a wildcard: Cloudflare's associations take fully qualified hostnames only.",
    'List each hostname, such as "api.example.com".',
  ],
  [/%/, "is percent-encoded, or has a placeholder that nothing filled in.", ALONE],
];
/** Joiners are left to IDNA: some scripts need them, and it knows where. */
const UNSEEN = /[\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u;

/** More characters can't fold into 253. */
const LONGEST_INPUT = 2000;

/** One spelling for one host: lower case, A-labels (UTS 46), without the dot at the end. */
export function canonicalHostname(input: unknown): { hostname: string; warnings: string[] } | { problem: string } {
  if (typeof input !== "string")
    return { problem: `A hostname must be a text, not ${input === null ? "null" : typeof input}. ${ALONE}` };
  if (input.length > LONGEST_INPUT)
    return refuse(input, `has ${input.length} characters; a hostname has at most 253. ${ALONE}`);
  const refused = REFUSED.find(([look]) => look.test(input));
  if (refused !== undefined) return refuse(input, `${refused[1]} ${refused[2] ?? suggestion(input)}`);
  const unseen = UNSEEN.exec(input);
  if (unseen !== null)
    return refuse(input, `has a control or invisible character (${codePoint(unseen[0])}). Type it anew.`);
  const ascii = toAscii(input);
  const hostname = ascii.replace(/\.$/, "");
  const flaw = ascii === "" ? `is not a name that IDNA (UTS 46) allows. ${ALONE}` : flawOf(hostname);
  return flaw === undefined
    ? { hostname, warnings: [...underscoreWarnings(hostname), ...mixedScriptWarnings(hostname)] }
    : refuse(input, flaw);
}

/** The same for a list, as a set: sorted, each host once. */
export function canonicalHostnames(inputs: readonly string[]): {
  hostnames: string[];
  warnings: string[];
  problems: string[];
} {
  const spellings = new Map<string, string[]>();
  const warnings: string[] = [];
  const problems: string[] = [];
  for (const input of inputs) {
    const read = canonicalHostname(input);
    if ("problem" in read) problems.push(read.problem);
    else {
      if (!spellings.has(read.hostname)) warnings.push(...read.warnings);
      spellings.set(read.hostname, [...(spellings.get(read.hostname) ?? []), input]);
    }
  }
  for (const [hostname, all] of spellings) {
    if (all.length < 2) continue;
    const spelled = [...new Set(all)].slice(0, 3).map(show).join(", ");
    warnings.push(`"${hostname}" is listed ${all.length} times (${spelled}): it is kept once.`);
  }
  return { hostnames: [...spellings.keys()].sort(), warnings, problems: [...new Set(problems)] };
}

/** Whether Cloudflare would find this host in that zone. Both may come in any spelling. */
export function isInZone(hostname: string, zoneName: string): boolean {
  const host = canonicalHostname(hostname);
  const zone = canonicalHostname(zoneName);
  if ("problem" in host || "problem" in zone) return false;
  return host.hostname === zone.hostname || host.hostname.endsWith(`.${zone.hostname}`);
}

function toAscii(input: string): string {
  // Plain ASCII needs no IDNA, and must not be read as an IPv4 address in hex or octal.
  if (/^[!-~]+$/.test(input) && !/(?:^|\.)xn--/i.test(input)) return input.toLowerCase();
  const ascii = domainToASCII(input);
  // A name that IDNA changes a second time has no canonical form.
  return domainToASCII(ascii) === ascii ? ascii : "";
}

function flawOf(hostname: string): string | undefined {
  const labels = hostname.split(".");
  if (labels.includes("")) return `has an empty label: a dot in front, or two in a row. ${ALONE}`;
  const odd = /[^a-z0-9._-]/.exec(hostname)?.[0];
  if (odd !== undefined)
    return `has ${show(odd)} in it (${codePoint(odd)}): a hostname has letters, digits, hyphens and dots. ${ALONE}`;
  if (hostname.length > 253)
    return `has ${hostname.length} characters in ASCII; a hostname has at most 253. Use a shorter one.`;
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined)
    return `has a label of ${long.length} characters in ASCII; 63 are allowed. Use a shorter one.`;
  const hyphen = labels.find((label) => /^-|-$/.test(label));
  if (hyphen !== undefined) return `has a label that begins or ends with a hyphen (${show(hyphen)}). ${ALONE}`;
  // The same test by which URLs tell an address from a name: no top-level domain is a number.
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(hostname))
    return `is an IPv4 address or ends like one: only names of a zone can be associated. ${ALONE}`;
  return labels.length < 2
    ? `is a single label. Write the whole name, such as ${show(`${hostname}.example.com`)}.`
    : undefined;
}

/** Public CAs issue no certificate that names such a host (RFC 1123), but one with a wildcard in place of the first label serves it. */
function underscoreWarnings(hostname: string): string[] {
  const wildcard = hostname.replace(/[^.]*/, "*");
  const certificate = wildcard.includes("_")
    ? "an uploaded edge certificate of a CA of your own"
    : `an edge certificate for ${wildcard}`;
  return hostname.includes("_")
    ? [
        `"${hostname}" has an underscore: no public CA issues a certificate with that name, so the host needs ${certificate}.`,
      ]
    : [];
}

/** The hostname inside of a URL and the like, when there is one. */
function suggestion(input: string): string {
  const inside = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/|\/\/|mailto:)?(?:[^/@]*@)?([^\s/\\?#:@*%]+)(?=$|[\s:/\\?#])/i.exec(
    input,
  )?.[1];
  const read = canonicalHostname(inside);
  return "hostname" in read ? `Write "${read.hostname}".` : ALONE;
}

function refuse(input: string, why: string): { problem: string } {
  return { problem: `The hostname ${show(input)} ${why}` };
}

/** Without a password or a token that a URL may carry, however short. */
function show(value: string): string {
  return shownWrong(
    value
      .slice(0, 4000)
      .replace(/^[^/]*\/\/[^/]*@|^[^/]*@/, "…@")
      .replace(/[?#][^]*/, "?…"),
  );
}

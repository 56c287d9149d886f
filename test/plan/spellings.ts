import type { Rule } from "../../src/plan/picture";
import type { Verdict } from "./truth";
import { HOST, pinned } from "./zone";

/** What rules can name: issuers, and one certificate of CA A. */
export interface Names {
  readonly skiA: string;
  readonly skiB: string;
  readonly issuerDn: string;
  readonly serial: string;
  readonly fingerprint: string;
}

export interface Spelling {
  readonly title: string;
  readonly rules: (names: Names) => Partial<Rule>[];
  /** With A alone on the host, and with B beside it. */
  readonly alone: Verdict;
  readonly beside: Verdict;
  /** @default ["/"] */
  readonly paths?: readonly string[];
}

const PATHS = ["/", "/admin/keys"];
const HERE = `http.host eq "${HOST}"`;
const AUTH = "cf.tls_client_auth.";
const VERIFIED = `${AUTH}cert_verified`;

type Text = string | ((names: Names) => string);

function block(expression: string, change: Partial<Rule> = {}): Partial<Rule> {
  return { action: "block", expression, ...change };
}

function skip(expression: string): Partial<Rule> {
  return { action: "skip", expression, action_parameters: { ruleset: "current" } };
}

function row(title: string, text: Text, alone: Verdict, beside: Verdict, more: Partial<Spelling> = {}): Spelling {
  return {
    title,
    rules: (names) => [block(typeof text === "string" ? text : text(names))],
    alone,
    beside,
    ...more,
  };
}

/** A rule of the host in this spelling that takes a certificate of any CA. */
function host(title: string, text: string): Spelling {
  return row(title, `${text} and not ${VERIFIED}`, "needed", "let go");
}

const hosts: Spelling[] = [
  host("the host by eq", HERE),
  host("the host by ==", `http.host == "${HOST}"`),
  host("the host by in", `http.host in {"www.example.com" "${HOST}"}`),
  host("the host by wildcard", 'http.host wildcard "API.*"'),
  host("the host by strict wildcard", 'http.host strict wildcard "*.example.com"'),
  host("the host by ends_with", 'ends_with(http.host, ".example.com")'),
  host("the host by starts_with", 'starts_with(lower(http.host), "api.")'),
  host("the host by matches", 'http.host matches "^(api|www)[.]example[.]com$"'),
  host("the host by contains", 'http.host contains "api"'),
  host("the host by ne", 'http.host ne "www.example.com"'),
  host("the host by its header", `any(http.request.headers["host"][*] eq "${HOST}")`),
  host("the host by the whole address", `http.request.full_uri wildcard "https://${HOST}/*"`),
  row("another host", `http.host eq "www.example.com" and not ${VERIFIED}`, "free", "free"),
  row("no host at all", `not ${VERIFIED}`, "needed", "let go"),
  row("no host at all, in symbols", `!${VERIFIED}`, "needed", "let go"),
  row(
    "a set of paths and no host",
    `http.request.uri.path in {"/admin/keys"} and not ${VERIFIED}`,
    "needed",
    "let go",
    {
      paths: PATHS,
    },
  ),
  row(
    "a path below and no host",
    `starts_with(http.request.uri.path, "/admin/") and not ${VERIFIED}`,
    "needed",
    "let go",
    {
      paths: PATHS,
    },
  ),
  row("not over or", `not (http.host ne "${HOST}" or ${VERIFIED})`, "needed", "let go"),
  row("xor", `${HERE} xor ${VERIFIED}`, "needed", "let go"),
];

const certificates: Spelling[] = [
  row("this package's own text, A pinned", ({ skiA }) => pinned([skiA]), "needed", "needed"),
  row("this package's own text, A and B pinned", ({ skiA, skiB }) => pinned([skiA, skiB]), "needed", "needed"),
  row("this package's own text, B pinned", ({ skiB }) => pinned([skiB]), "free", "free"),
  row(
    "the issuer alone, by in",
    ({ skiA }) => `${HERE} and not ${AUTH}cert_issuer_ski in {"${skiA}"}`,
    "needed",
    "over-cautious",
  ),
  row("the issuer alone and no host", ({ skiA }) => `${AUTH}cert_issuer_ski ne "${skiA}"`, "needed", "over-cautious"),
  row(
    "the issuer in small letters",
    ({ skiA }) => `${HERE} and not (${VERIFIED} and lower(${AUTH}cert_issuer_ski) in {"${skiA.toLowerCase()}"})`,
    "needed",
    "needed",
  ),
  row(
    "the issuer's name",
    ({ issuerDn }) => `${AUTH}cert_issuer_dn_rfc2253 ne "${issuerDn}" and ${HERE}`,
    "needed",
    "over-cautious",
  ),
  row(
    "a serial number by ne",
    ({ serial }) => `${AUTH}cert_serial ne "${serial}" and ${HERE}`,
    "needed",
    "over-cautious",
  ),
  row(
    "a fingerprint by ne",
    ({ fingerprint }) => `${AUTH}cert_fingerprint_sha256 ne "${fingerprint}" and ${HERE}`,
    "needed",
    "over-cautious",
  ),
  row(
    "verified, and a fingerprint",
    ({ fingerprint }) => `${HERE} and not (${VERIFIED} and ${AUTH}cert_fingerprint_sha256 in {"${fingerprint}"})`,
    "needed",
    "needed",
  ),
  row("not verified or revoked, and no host", `(not ${VERIFIED}) or ${AUTH}cert_revoked`, "needed", "let go"),
  row("revoked alone", `${HERE} and ${AUTH}cert_revoked`, "free", "free"),
  row("a certificate presented", `${HERE} and not ${AUTH}cert_presented`, "needed", "free"),
  row("a certificate of some length", `${HERE} and len(${AUTH}cert_serial) eq 0`, "needed", "over-cautious"),
  row(
    "a certificate is optional, but verified if there is one",
    `${HERE} and ${AUTH}cert_presented and not ${VERIFIED}`,
    "free",
    "let go",
  ),
  row(
    "a certificate is optional, but of A if there is one",
    ({ skiA }) => `${HERE} and ${AUTH}cert_presented and not (${VERIFIED} and ${AUTH}cert_issuer_ski eq "${skiA}")`,
    "free",
    "needed",
  ),
  row("no certificate of B", ({ skiB }) => `${HERE} and ${AUTH}cert_issuer_ski eq "${skiB}"`, "free", "free"),
  row(
    "no certificate with this serial number",
    ({ serial }) => `${HERE} and ${AUTH}cert_serial eq "${serial}"`,
    "free",
    "free",
  ),
];

const ANY = `${HERE} and not ${VERIFIED}`;

const others: Spelling[] = [
  row("a managed challenge", "", "needed", "let go", { rules: () => [block(ANY, { action: "managed_challenge" })] }),
  row("a disabled rule", "", "free", "free", { rules: () => [block(ANY, { enabled: false })] }),
  row("a rule that logs", "", "free", "free", { rules: () => [block(ANY, { action: "log" })] }),
  row("a skip before, for everybody", "", "free", "free", { rules: () => [skip(HERE), block(ANY)] }),
  row("a skip after", "", "needed", "let go", { rules: () => [block(ANY), skip(HERE)] }),
  row("a skip before, for a path", "", "needed", "let go", {
    rules: () => [skip('http.request.uri.path eq "/"'), block(ANY)],
    paths: PATHS,
  }),
  row("a skip before, for an address", "", "over-cautious", "free", {
    rules: () => [skip("ip.src in {127.0.0.1 ::1}"), block(ANY)],
  }),
  row("a skip for clients of A, and a rule that refuses the rest", "", "needed", "needed", {
    rules: ({ skiA }) => [skip(`${VERIFIED} and ${AUTH}cert_issuer_ski eq "${skiA}"`), block(HERE)],
  }),
  row("a skip for every verified client, and a rule that refuses the rest", "", "needed", "let go", {
    rules: () => [skip(VERIFIED), block(HERE)],
  }),
  row("two rules, one for any CA and one for A", "", "needed", "needed", {
    rules: ({ skiA }) => [block(ANY), block(pinned([skiA]))],
  }),
];

/** Of Cloudflare's documents, and what people make of them. */
export const spellings: readonly Spelling[] = [...hosts, ...certificates, ...others];

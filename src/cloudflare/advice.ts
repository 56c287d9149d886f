import type { Failure } from "./failure";

/*
 * What to do about each failure, by what it is known by: Cloudflare's number first, its words where no source gives a
 * number, then the HTTP status; or why there was no answer. `docs/errors.md` is the same with more room, and a test
 * compares the two.
 */

/** Stands for the sentence that names the permission and its account or zone. */
const DENIED = "{denied}";
const GOES_ON =
  "it looks first and goes on from what Cloudflare has. With another program, run `pulumi up --refresh`: state may not know what was done.";
const AGAIN = `This is Cloudflare's own trouble. Run \`pulumi up\` again in a few minutes: ${GOES_ON}`;
const WAIT =
  "Cloudflare's limit of requests holds for up to five minutes and counts every client of the token. Try again after that, lower `--parallel`, or let calls wait longer: `cloudflare-mtls:retryBudget` (or CLOUDFLARE_MTLS_RETRY_BUDGET), in seconds.";
const GONE = "Somebody deleted it. Run `pulumi refresh`, then `pulumi up`, which makes it anew.";
const EXPRESSION =
  "The rule's text was refused, and nothing was written: compare `hostnames`, `paths` and `issuerSkis` with the place that the message points at.";
const UNTRUSTED =
  "The API's own certificate isn't trusted here: behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS.";
const BROKEN = `The connection broke. Run \`pulumi up\` again: ${GOES_ON}`;

type Table = Readonly<Record<string, string>>;

/** One entry for each of the names that stand in a key. */
function each(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).flatMap(([names, advice]) => names.split(" ").map((name) => [name, advice])),
  );
}

export const BY_CODE = each({
  "971": WAIT,
  "1000": AGAIN,
  "1001": "There is no such zone, or it was deleted: check the zone id. `pulumi refresh` forgets what was in it.",
  "1471": "The same certificate is in the account already, under whatever name: set `adopt: true` to take it over.",
  "1472 10003 10005": GONE,
  "1489":
    "Every CA slot of the account is taken (five on Enterprise, shared with API Shield, Workers and Gateway). Delete a CA that nothing uses, or ask Cloudflare's account team for more; to replace a CA without a free slot, set the resource option `deleteBeforeReplace`.",
  "6003 9106":
    "The credentials were refused as they came: is `cloudflare:apiToken` (or CLOUDFLARE_API_TOKEN) a whole token, without quotes or line breaks?",
  "7000 7003":
    "There is no such path: check the account id and zone id (32 characters of 0-9 and a-f), that the two aren't exchanged, and that `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL), where it is set, ends in /client/v4.",
  "9103":
    "Cloudflare doesn't know the key or the email address beside it: check `cloudflare:apiKey` and `cloudflare:email`, or use `cloudflare:apiToken`.",
  "9109 10000": DENIED,
  "10001": `${DENIED} Where the words above are of an internal error, run this again in a few minutes.`,
  "12130":
    "Cloudflare Access has no room for another certificate. That list isn't this package's: delete one under Zero Trust, or ask Cloudflare's account team.",
  "20125 20127": EXPRESSION,
  "20217":
    "Somebody made the zone's entry point for custom rules at this moment. Run `pulumi up` again: it adds to it.",
  "50001": "The zone's plan allows no more custom rules. Delete one, or upgrade the plan.",
});

const BUG = "This package should never cause it: please report it, with this message.";

/** In small letters. */
export const BY_WORDS: Table = {
  "in use":
    "A hostname of some zone or a service (Gateway, Workers, Hyperdrive) still uses the CA, or did until minutes ago. Take it out there, then run this again.",
  "already deleted": "It is gone, and that was wanted: run this again.",
  "unable to parse certificate":
    "Cloudflare can't read the certificate: `openssl x509 -in ca.pem -text` shows what is in it. Re-issue it with common extensions.",
  "action is required": BUG,
  "position index": BUG,
  "valid value for action": "The zone's plan doesn't have this action: `log` is part of Enterprise. Use `block`.",
  "valid value for expression": EXPRESSION,
  "not an answer of the api":
    "Something else than the API answered, such as a proxy: check `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL) and HTTPS_PROXY. With HTTP 5xx, try again in a few minutes.",
};

export const BY_STATUS: Table = {
  401: DENIED,
  403: `${DENIED}{or}`,
  404: `${GONE} Where nobody did: check the ids in the path.`,
  429: WAIT,
  "5xx": AGAIN,
};

export const BY_NETWORK = each({
  "CERT_HAS_EXPIRED CERT_NOT_YET_VALID":
    "The API's own certificate isn't valid at this machine's time: check its clock, then the certificate.",
  "DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN": UNTRUSTED,
  "UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE": UNTRUSTED,
  EAI_AGAIN: "The name server doesn't answer: check the network, and HTTPS_PROXY / NO_PROXY.",
  ECONNREFUSED:
    "Nothing listens at that address: is `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL) right, and the emulator or proxy running?",
  "ECONNABORTED ECONNRESET ETIMEDOUT": BROKEN,
  "EHOSTUNREACH ENETUNREACH": "There is no way to that address: check the network, a VPN, and HTTPS_PROXY / NO_PROXY.",
  HELD_BACK:
    "Run it again in five minutes, or let calls wait longer: `cloudflare-mtls:retryBudget` (or CLOUDFLARE_MTLS_RETRY_BUDGET), in seconds.",
  ENOTFOUND:
    "The host name of the API doesn't resolve: check `cloudflare:baseUrl`, the network, and HTTPS_PROXY / NO_PROXY.",
  "EPROTO ERR_SSL_WRONG_VERSION_NUMBER":
    "What listens there speaks no TLS, or not this one: check http:// and https:// in `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL).",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "What answers there has a certificate for another name: check `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL).",
});

/** By path: the permission, as the dashboard's token page names it, and what else a bare 403 can mean there. */
export const PERMISSIONS: readonly (readonly [path: RegExp, permission: string, or: string])[] = [
  [
    /^\/accounts\/([^/]+)\/mtls_certificates.*$/,
    "Account › SSL and Certificates › Edit, for account $1",
    " A certificate that Gateway or Access manages can only be deleted there.",
  ],
  [
    /^\/zones\/([^/]+)\/certificate_authorities.*$/,
    "Zone › SSL and Certificates › Edit, for zone $1",
    " Where the token has that, the account isn't entitled to bring its own CA (part of Enterprise): ask Cloudflare's account team.",
  ],
  [/^\/zones\/([^/]+)\/rulesets.*$/, "Zone › WAF › Edit, for zone $1", ""],
  [/^\/zones\/([^/]+)$/, "Zone › Zone › Read, for zone $1", ""],
  [/^\/zones$/, "Zone › Zone › Read, for the zones of the account", ""],
];

/** The last line of an error: what the reader can do; undefined for what nobody has seen yet. */
export function adviceFor({ path, status, errors, network }: Failure): string | undefined {
  const said = errors.map(({ message }) => message.toLowerCase());
  const advice =
    status === 0
      ? (BY_NETWORK[network ?? ""] ?? (/CERT|SIGNED/.test(network ?? "") ? UNTRUSTED : BROKEN))
      : (errors.map(({ code }) => BY_CODE[code]).find((known) => known !== undefined) ??
        Object.entries(BY_WORDS).find(([words]) => said.some((message) => message.includes(words)))?.[1] ??
        BY_STATUS[status >= 500 ? "5xx" : status]);
  const [pattern, permission, or = ""] = PERMISSIONS.find(([candidate]) => candidate.test(path)) ?? [];
  const id = path.startsWith("/accounts/") ? "accountId" : "zoneId";
  const needs =
    pattern && permission
      ? ` It needs: ${path.replace(pattern, permission)}. Give it that, or correct \`${id}\` where it is another's.`
      : "";
  return advice
    ?.replace(DENIED, `The token isn't allowed to do this.${needs} A token made seconds ago may need a moment.`)
    .replace("{or}", or);
}

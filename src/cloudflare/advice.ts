import type { Failure } from "./errors";

/** The permission that each family of calls needs, as the dashboard's token page names it. */
const PERMISSIONS: readonly { path: RegExp; permission: string }[] = [
  {
    path: /^\/accounts\/([^/]+)\/mtls_certificates/,
    permission: "Account › SSL and Certificates › Edit, for account $1",
  },
  { path: /^\/zones\/([^/]+)\/certificate_authorities/, permission: "Zone › SSL and Certificates › Edit, for zone $1" },
  { path: /^\/zones\/([^/]+)\/rulesets/, permission: "Zone › WAF › Edit, for zone $1" },
  { path: /^\/zones\/?([^/]*)/, permission: "Zone › Zone › Read, for zone $1" },
];

/** What to do about a code, by Cloudflare's number. */
const BY_CODE: Readonly<Record<number, string>> = {
  971: "Cloudflare asks for fewer requests. Try again in a few minutes, or lower `--parallel`.",
  1471: "The same certificate is in the account already.",
  1489: "Every CA slot of the account is taken (five on Enterprise, shared with API Shield, Workers and Gateway). Delete a CA that nothing uses, or ask Cloudflare's account team for more.",
  6003: "The Authorization header was refused: is `cloudflare:apiToken` (or CLOUDFLARE_API_TOKEN) a whole token, without quotes or line breaks?",
  7003: "An id in the path isn't one: check the account id and zone id (32 characters of 0-9 and a-f).",
  20217: "The zone has an entry point ruleset for custom rules already.",
  50001: "The zone's plan allows no more custom rules. Delete one, or upgrade the plan.",
};

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    "Nothing listens at that address: is `cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL) right, and the emulator or proxy running?",
  ENOTFOUND:
    "The host name of the API doesn't resolve: check `cloudflare:baseUrl`, the network, and HTTPS_PROXY / NO_PROXY.",
  EAI_AGAIN: "The name server doesn't answer: check the network, and HTTPS_PROXY / NO_PROXY.",
  ERR_INVALID_URL:
    "`cloudflare:baseUrl` (or CLOUDFLARE_BASE_URL) must be a URL such as https://api.cloudflare.com/client/v4.",
};

const DENIED = new Set([9109, 10000, 9103, 9106]);

/** The last line of an error: what the reader can do. */
export function adviceFor({ path, status, errors, network }: Failure): string | undefined {
  if (status === 0) {
    const certificate = /CERT|SELF_SIGNED|UNABLE_TO_/.test(network ?? "");
    if (certificate)
      return "The API's own certificate isn't trusted here: behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS.";
    return (
      NETWORK[network ?? ""] ??
      "The connection broke. Run `pulumi up` again: it looks first and goes on from what Cloudflare has."
    );
  }
  const known = errors.map(({ code }) => BY_CODE[code]).find((advice) => advice !== undefined);
  if (known !== undefined) return known;
  if (status === 403 || status === 401 || errors.some(({ code }) => DENIED.has(code))) return deniedAdvice(path);
  if (status === 429)
    return "The rate limit holds for up to five minutes and counts every client of the token. Try again after that.";
  return undefined;
}

function deniedAdvice(path: string): string {
  const entry = PERMISSIONS.find((candidate) => candidate.path.test(path));
  const permission = entry
    ? entry.path.exec(path)?.[1]
      ? entry.permission.replace("$1", entry.path.exec(path)?.[1] ?? "")
      : entry.permission.replace(/,? for zone \$1/, "")
    : undefined;
  return permission
    ? `The token isn't allowed to do this. It needs: ${permission}. A token made seconds ago may need a moment.`
    : "The token isn't allowed to do this.";
}

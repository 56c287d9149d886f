import type { Access } from "../cloudflare/client";

/** Stack config as the engine hands it over: keys with their namespace, secrets decrypted. */
export type ConfigReader = (key: string) => string | undefined;

const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";

/**
 * The keys of `@pulumi/cloudflare`, so that one config serves both packages, then the environment variables of
 * Cloudflare's own tools. A token comes before the legacy key.
 *
 * @throws Error with the commands that set a token, when there is none
 */
export function readAccess(config: ConfigReader, environment: Readonly<Record<string, string | undefined>>): Access {
  const find = (key: string, variable: string) =>
    config(`cloudflare:${key}`)?.trim() || environment[variable]?.trim() || undefined;
  const baseUrl = (find("baseUrl", "CLOUDFLARE_BASE_URL") ?? DEFAULT_BASE_URL).replace(/\/+$/, "");
  const token = find("apiToken", "CLOUDFLARE_API_TOKEN");
  if (token) return { baseUrl, headers: { Authorization: `Bearer ${token}` }, secrets: [token] };
  const key = find("apiKey", "CLOUDFLARE_API_KEY");
  const email = find("email", "CLOUDFLARE_EMAIL");
  if (key && email) return { baseUrl, headers: { "X-Auth-Email": email, "X-Auth-Key": key }, secrets: [key] };
  throw new Error(
    [
      key ? "An API key was found, but no email address beside it." : "No Cloudflare API token was found.",
      "Set one with `pulumi config set --secret cloudflare:apiToken <token>`, or in the environment as CLOUDFLARE_API_TOKEN.",
      "It needs: Account › SSL and Certificates › Edit; Zone › SSL and Certificates › Edit; Zone › WAF › Edit; Zone › Zone › Read.",
    ].join("\n"),
  );
}

/** A day: what is longer is a mistake of units. */
const LONGEST_BUDGET = 86_400;

/**
 * Milliseconds that one call may spend waiting where Cloudflare limits the rate; undefined where nothing is configured.
 *
 * @throws Error for what is no number of seconds
 */
export function readRetryBudget(
  config: ConfigReader,
  environment: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const given = config("cloudflare-mtls:retryBudget")?.trim() || environment.CLOUDFLARE_MTLS_RETRY_BUDGET?.trim();
  if (!given) return undefined;
  const seconds = Number(given);
  if (/^\d+(\.\d+)?$/.test(given) && seconds <= LONGEST_BUDGET) return seconds * 1000;
  throw new Error(
    `cloudflare-mtls:retryBudget (or CLOUDFLARE_MTLS_RETRY_BUDGET) is "${given}": give the seconds that one call may wait where Cloudflare limits the rate, from 0 to ${LONGEST_BUDGET}, as in \`pulumi config set cloudflare-mtls:retryBudget 600\`.`,
  );
}

import type { Access } from "./client";

/** Stack config as the engine hands it over: keys with their namespace, secrets decrypted. */
export type ConfigReader = (key: string) => string | undefined;

const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";

/** What one call may spend waiting where Cloudflare limits the rate; more than a day is a mistake of units. */
export const RETRY_BUDGET = {
  key: "cloudflare-mtls:retryBudget",
  variable: "CLOUDFLARE_MTLS_RETRY_BUDGET",
  meaning: "one call may wait where Cloudflare limits the rate",
  ...{ least: 0, most: 86_400 },
};

/** How long an answer may take: longer behind a slow proxy, shorter in a pipeline that is to fail soon. */
const ANSWER_TIMEOUT = {
  key: "cloudflare-mtls:answerTimeout",
  variable: "CLOUDFLARE_MTLS_ANSWER_TIMEOUT",
  meaning: "an answer of Cloudflare's may take",
  ...{ least: 0.1, most: 3600 },
};

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
  const answerTimeout = readSeconds(config, environment, ANSWER_TIMEOUT);
  const token = find("apiToken", "CLOUDFLARE_API_TOKEN");
  if (token) return { baseUrl, answerTimeout, headers: { Authorization: `Bearer ${token}` }, secrets: [token] };
  const key = find("apiKey", "CLOUDFLARE_API_KEY");
  const email = find("email", "CLOUDFLARE_EMAIL");
  if (key && email)
    return { baseUrl, answerTimeout, headers: { "X-Auth-Email": email, "X-Auth-Key": key }, secrets: [key] };
  throw new Error(
    [
      key ? "An API key was found, but no email address beside it." : "No Cloudflare API token was found.",
      "Set one with `pulumi config set --secret cloudflare:apiToken <token>`, or in the environment as CLOUDFLARE_API_TOKEN.",
      "It needs: Account › SSL and Certificates › Edit; Zone › SSL and Certificates › Edit; Zone › WAF › Edit; Zone › Zone › Read.",
    ].join("\n"),
  );
}

/**
 * Milliseconds, configured in seconds; undefined where nothing is configured.
 *
 * @throws Error for what is no number of seconds
 */
export function readSeconds(
  config: ConfigReader,
  environment: Readonly<Record<string, string | undefined>>,
  { key, variable, meaning, least, most }: typeof RETRY_BUDGET,
): number | undefined {
  const given = config(key)?.trim() || environment[variable]?.trim();
  if (!given) return undefined;
  const seconds = Number(given);
  if (/^\d+(\.\d+)?$/.test(given) && seconds >= least && seconds <= most) return seconds * 1000;
  throw new Error(
    `${key} (or ${variable}) is "${given}": give the seconds that ${meaning}, from ${least} to ${most}, as in \`pulumi config set ${key} 60\`.`,
  );
}

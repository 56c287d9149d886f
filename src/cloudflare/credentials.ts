import type { Access } from "./client";
import { shown } from "../wording/shown";
import type { ConfigReader, Environment } from "./settings";

/**
 * The keys of `@pulumi/cloudflare`, so that one config serves both packages, then the environment variables of
 * Cloudflare's own tools. A token comes before the legacy key.
 *
 * @throws Error with the commands that set a token, when there is none, and for a base URL that is none
 */
export function readAccess(config: ConfigReader, environment: Environment): Access {
  const find = (key: string, variable: string) =>
    config(`cloudflare:${key}`)?.trim() || environment[variable]?.trim() || undefined;
  const baseUrl = find("baseUrl", "CLOUDFLARE_BASE_URL")?.replace(/\/+$/, "");
  if (baseUrl !== undefined && !(/^https?:\/\/[^\s?#]+$/i.test(baseUrl) && URL.canParse(baseUrl)))
    throw new Error(
      `\`cloudflare:baseUrl\` (or CLOUDFLARE_BASE_URL) must be a URL such as https://api.cloudflare.com/client/v4, and is ${shown(baseUrl)}.`,
    );
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

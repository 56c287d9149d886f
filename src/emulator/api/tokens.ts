import {
  authenticationError,
  invalidAccessToken,
  malformedToken,
  missingCredentials,
  unauthorizedAccess,
} from "./refusals";
import type { IncomingHttpHeaders } from "node:http";

/** Cloudflare's permission groups, as far as these endpoints ask for them. Write includes read. */
export type Permission =
  | "account-ssl:read"
  | "account-ssl:write"
  | "zone-ssl:read"
  | "zone-ssl:write"
  | "zone-waf:read"
  | "zone-waf:write"
  | "zone:read"
  | "zone:write";

export interface Token {
  readonly token: string;
  /** What it may do. Everything when absent. */
  readonly permissions?: readonly Permission[];
  /** The account that it is good for. The emulated one when absent; with another it is refused everywhere. */
  readonly accountId?: string;
  /** Makes it a legacy API key: it then comes in X-Auth-Key, with this in X-Auth-Email. */
  readonly email?: string;
}

/** Who calls, once known. */
export interface Caller extends Token {
  /** Stands for the token where one must be named, as in Cloudflare's own /tokens/verify. */
  readonly id: string;
}

/** Finds the caller among the tokens by the request's headers. */
export function authenticate(callers: readonly Caller[], headers: IncomingHttpHeaders, path: string): Caller {
  const { authorization } = headers;
  const key = headers["x-auth-key"];
  const email = headers["x-auth-email"];
  if (authorization === undefined && (key === undefined || email === undefined)) throw missingCredentials();
  if (authorization === undefined) {
    const found = callers.find((caller) => caller.email === email && caller.token === key);
    if (!found) throw unauthorizedAccess();
    return found;
  }
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (bearer === undefined) throw malformedToken();
  const found = callers.find((caller) => caller.email === undefined && caller.token === bearer);
  // OBS: an unknown token is 9109 under /zones and 10000 elsewhere.
  if (!found) throw path.startsWith("/zones") ? invalidAccessToken() : authenticationError();
  return found;
}

/** Refuses what the token may not do, or what isn't in its account. */
export function authorize(caller: Caller, permission: Permission, accountId: string): void {
  const refusal = permission.startsWith("zone:") ? unauthorizedAccess : authenticationError;
  if ((caller.accountId ?? accountId) !== accountId) throw refusal();
  const granted = caller.permissions;
  if (!granted || granted.includes(permission)) return;
  const implied = permission.replace(/:read$/, ":write");
  if (!granted.some((one) => one === implied)) throw refusal();
}

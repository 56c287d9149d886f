import type { IncomingHttpHeaders } from "node:http";
import type { Settings } from "../account/settings";
import type { Store } from "../account/store";
import type { Answer } from "./call";
import { failed, succeeded, type Reply } from "./envelope";
import type { RateLimit } from "./rate-limit";
import { authenticationError, invalidApiToken, noRoute, Refusal } from "./refusals";
import { findRoute, ROUTES } from "./routes";
import { authenticate, authorize, type Caller } from "./tokens";

export const BASE_PATH = "/client/v4";

export interface Account {
  readonly store: Store;
  readonly settings: Settings;
  readonly callers: readonly Caller[];
  readonly rateLimit: RateLimit;
  readonly log: (line: string) => void;
}

export interface ApiRequest {
  readonly method: string;
  /** The path with its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** The answer to one API request. It is made in one go, so requests never see each other half done. */
export function dispatch(account: Account, request: ApiRequest): Reply {
  const { rateLimit, settings } = account;
  let reply: Reply;
  let isRefused = false;
  try {
    rateLimit.count(settings.rateLimit);
    reply = succeeded(run(account, request));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    isRefused = error.status === 429;
    reply = failed(error);
  }
  return { ...reply, headers: rateLimit.headers(settings.rateLimit, isRefused) };
}

function run(account: Account, { method, url, headers, body }: ApiRequest): Answer {
  const [whole = "", query = ""] = url.split(/\?(.*)/s);
  const path = whole.startsWith(`${BASE_PATH}/`) ? whole.slice(BASE_PATH.length) : "";
  const found = findRoute(method, path);
  if (!found) throw unknownRoute(account, method, whole);
  const { route, params } = found;
  const { store, settings, callers } = account;
  const caller = callerOf(callers, headers, path);
  if (route.permission !== undefined) {
    if ((params.account ?? store.accountId) !== store.accountId) throw authenticationError();
    authorize(caller, route.permission, store.accountId);
  }
  return route.endpoint({ store, settings, caller, params, query: new URLSearchParams(query), body });
}

function callerOf(callers: readonly Caller[], headers: IncomingHttpHeaders, path: string): Caller {
  try {
    return authenticate(callers, headers, path);
  } catch (error) {
    // OBS: the one path that tells a wrong token from a missing permission.
    if (error instanceof Refusal && error.status === 403 && path.endsWith("/tokens/verify")) throw invalidApiToken();
    throw error;
  }
}

/** Cloudflare's pair of errors; the emulator adds what it does know, there and to whoever watches it. */
function unknownRoute({ log }: Account, method: string, path: string): Refusal {
  const known = ROUTES.map((route) => `${route.method} ${route.pattern}`).join(", ");
  log(`not emulated: ${method} ${path}`);
  return noRoute(path, ` The emulator has no ${method} ${path}; under ${BASE_PATH} it has ${known}.`);
}

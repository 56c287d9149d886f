import type { Endpoint } from "./call";
import * as clients from "./client-certificates";
import { getHostnames, putHostnames } from "./hostname-associations";
import {
  deleteCertificate,
  getCertificate,
  listCertificates,
  listServices,
  uploadCertificate,
} from "./mtls-certificates";
import * as rulesets from "./rulesets";
import type { Permission } from "./tokens";
import { deleteZone, getZone, listZones, verifyToken } from "./zones";

export interface Route {
  readonly method: string;
  readonly pattern: string;
  /** What the token must be allowed; nothing where any valid token will do. */
  readonly permission: Permission | undefined;
  readonly endpoint: Endpoint;
}

const CERTIFICATES = "/accounts/:account/mtls_certificates";
const HOSTNAMES = "/zones/:zone/certificate_authorities/hostname_associations";
const CLIENTS = "/zones/:zone/client_certificates";
const RULESETS = "/zones/:zone/rulesets";
const ENTRYPOINT = `${RULESETS}/phases/:phase/entrypoint`;

/** All that the emulator knows of Cloudflare's API. What isn't here is refused loudly. */
export const ROUTES: readonly Route[] = [
  route("GET", CERTIFICATES, "account-ssl:read", listCertificates),
  route("POST", CERTIFICATES, "account-ssl:write", uploadCertificate),
  route("GET", `${CERTIFICATES}/:certificate`, "account-ssl:read", getCertificate),
  route("DELETE", `${CERTIFICATES}/:certificate`, "account-ssl:write", deleteCertificate),
  route("GET", `${CERTIFICATES}/:certificate/associations`, "account-ssl:read", listServices),
  route("GET", HOSTNAMES, "zone-ssl:read", getHostnames),
  route("PUT", HOSTNAMES, "zone-ssl:write", putHostnames),
  route("GET", CLIENTS, "zone-ssl:read", clients.listClients),
  route("POST", CLIENTS, "zone-ssl:write", clients.createClient),
  route("GET", `${CLIENTS}/:client`, "zone-ssl:read", clients.getClient),
  route("PATCH", `${CLIENTS}/:client`, "zone-ssl:write", clients.reactivateClient),
  route("DELETE", `${CLIENTS}/:client`, "zone-ssl:write", clients.revokeClient),
  route("GET", RULESETS, "zone-waf:read", rulesets.listRulesets),
  route("POST", RULESETS, "zone-waf:write", rulesets.createRuleset),
  route("GET", ENTRYPOINT, "zone-waf:read", rulesets.getEntryPoint),
  route("PUT", ENTRYPOINT, "zone-waf:write", rulesets.putEntryPoint),
  route("GET", `${ENTRYPOINT}/versions`, "zone-waf:read", rulesets.listVersions),
  route("GET", `${RULESETS}/:ruleset`, "zone-waf:read", rulesets.getRuleset),
  route("PUT", `${RULESETS}/:ruleset`, "zone-waf:write", rulesets.putRuleset),
  route("DELETE", `${RULESETS}/:ruleset`, "zone-waf:write", rulesets.deleteRuleset),
  route("GET", `${RULESETS}/:ruleset/versions`, "zone-waf:read", rulesets.listVersions),
  route("POST", `${RULESETS}/:ruleset/rules`, "zone-waf:write", rulesets.addRule),
  route("PATCH", `${RULESETS}/:ruleset/rules/:rule`, "zone-waf:write", rulesets.patchRule),
  route("DELETE", `${RULESETS}/:ruleset/rules/:rule`, "zone-waf:write", rulesets.deleteRule),
  route("GET", "/zones", "zone:read", listZones),
  route("GET", "/zones/:zone", "zone:read", getZone),
  route("DELETE", "/zones/:zone", "zone:write", deleteZone),
  route("GET", "/user/tokens/verify", undefined, verifyToken),
  route("GET", "/accounts/:account/tokens/verify", undefined, verifyToken),
];

function route(method: string, pattern: string, permission: Permission | undefined, endpoint: Endpoint): Route {
  return { method, pattern, permission, endpoint };
}

/** The route and the ids in the path; undefined when there is none, or an id is malformed. */
export function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const candidate of ROUTES) {
    if (candidate.method !== method) continue;
    const params = paramsOf(candidate.pattern, path);
    if (params) return { route: candidate, params };
  }
  return undefined;
}

/** DOC: ids are 32 lower-case hex digits, a certificate's is a UUID. Phases are words. Of a client's id its endpoint says what is wrong. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  certificate: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  phase: /^[a-z_]+$/,
  client: /./,
};
const ID = /^[0-9a-f]{32}$/;

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    const name = part.startsWith(":") ? part.slice(1) : undefined;
    if (name === undefined ? text !== part : !(SHAPES[name] ?? ID).test(text)) return undefined;
    if (name !== undefined) params[name] = text;
  }
  return params;
}

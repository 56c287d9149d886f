/** The types of the language; a map's keys are always strings. */
export type Type = "Bool" | "Bytes" | "Int" | "Ip" | { readonly array: Type } | { readonly map: Type };

export type ArgumentKind = "Field" | "Literal";

export interface Parameter {
  /** Where only a field (or what is made of one) or only a literal will do. */
  readonly kind?: ArgumentKind;
  readonly type: Type;
}

export interface FunctionShape {
  readonly parameters: readonly Parameter[];
  /** Set: any number of further arguments like the last one. */
  readonly variadic?: boolean;
  readonly returns: Type;
}

/** The names that an expression may use. */
export interface Scheme {
  readonly fields: Readonly<Record<string, Type>>;
  readonly functions: Readonly<Record<string, FunctionShape>>;
  /** Whole expressions with a fixed verdict. */
  readonly constants: Readonly<Record<string, boolean>>;
  /** Names that Cloudflare knows and this emulator does not evaluate. */
  isForeign(name: string): boolean;
}

const BYTES_ARRAY: Type = { array: "Bytes" };
const BYTES_LISTS: Type = { map: BYTES_ARRAY };

const FIELDS: Readonly<Record<string, Type>> = {
  "cf.edge.server_port": "Int",
  "cf.tls_client_auth.cert_chain_rfc9440": "Bytes",
  "cf.tls_client_auth.cert_chain_rfc9440_too_large": "Bool",
  "cf.tls_client_auth.cert_fingerprint_sha1": "Bytes",
  "cf.tls_client_auth.cert_fingerprint_sha256": "Bytes",
  "cf.tls_client_auth.cert_issuer_dn": "Bytes",
  "cf.tls_client_auth.cert_issuer_dn_legacy": "Bytes",
  "cf.tls_client_auth.cert_issuer_dn_rfc2253": "Bytes",
  "cf.tls_client_auth.cert_issuer_serial": "Bytes",
  "cf.tls_client_auth.cert_issuer_ski": "Bytes",
  "cf.tls_client_auth.cert_not_after": "Bytes",
  "cf.tls_client_auth.cert_not_before": "Bytes",
  "cf.tls_client_auth.cert_presented": "Bool",
  "cf.tls_client_auth.cert_revoked": "Bool",
  "cf.tls_client_auth.cert_rfc9440": "Bytes",
  "cf.tls_client_auth.cert_rfc9440_too_large": "Bool",
  "cf.tls_client_auth.cert_serial": "Bytes",
  "cf.tls_client_auth.cert_ski": "Bytes",
  "cf.tls_client_auth.cert_subject_dn": "Bytes",
  "cf.tls_client_auth.cert_subject_dn_legacy": "Bytes",
  "cf.tls_client_auth.cert_subject_dn_rfc2253": "Bytes",
  "cf.tls_client_auth.cert_verified": "Bool",
  "cf.tls_version": "Bytes",
  "http.cookie": "Bytes",
  "http.host": "Bytes",
  "http.referer": "Bytes",
  "http.request.cookies": BYTES_LISTS,
  "http.request.full_uri": "Bytes",
  "http.request.headers": BYTES_LISTS,
  "http.request.headers.names": BYTES_ARRAY,
  "http.request.headers.values": BYTES_ARRAY,
  "http.request.method": "Bytes",
  "http.request.timestamp.sec": "Int",
  "http.request.uri": "Bytes",
  "http.request.uri.args": BYTES_LISTS,
  "http.request.uri.args.names": BYTES_ARRAY,
  "http.request.uri.args.values": BYTES_ARRAY,
  "http.request.uri.path": "Bytes",
  "http.request.uri.path.extension": "Bytes",
  "http.request.uri.query": "Bytes",
  "http.request.version": "Bytes",
  "http.user_agent": "Bytes",
  "http.x_forwarded_for": "Bytes",
  "ip.src": "Ip",
  "raw.http.request.full_uri": "Bytes",
  "raw.http.request.uri": "Bytes",
  "raw.http.request.uri.path": "Bytes",
  "raw.http.request.uri.query": "Bytes",
  ssl: "Bool",
};

const FIELD: Parameter = { kind: "Field", type: "Bytes" };
const LITERAL: Parameter = { kind: "Literal", type: "Bytes" };
const TRUTHS: Parameter = { kind: "Field", type: { array: "Bool" } };

const FUNCTIONS: Readonly<Record<string, FunctionShape>> = {
  all: { parameters: [TRUTHS], returns: "Bool" },
  any: { parameters: [TRUTHS], returns: "Bool" },
  concat: { parameters: [{ type: "Bytes" }, { type: "Bytes" }], variadic: true, returns: "Bytes" },
  ends_with: { parameters: [FIELD, LITERAL], returns: "Bool" },
  len: { parameters: [FIELD], returns: "Int" },
  lower: { parameters: [FIELD], returns: "Bytes" },
  starts_with: { parameters: [FIELD, LITERAL], returns: "Bool" },
  upper: { parameters: [FIELD], returns: "Bytes" },
  url_decode: { parameters: [FIELD], returns: "Bytes" },
};

const FOREIGN_FUNCTIONS = new Set(
  `bit_slice cidr cidr6 decode_base64 encode_base64 has_key has_value is_timed_hmac_valid_v0 join lookup_json_integer
  lookup_json_string regex_replace remove_bytes remove_query_args sha256 split substring to_string uuidv4
  wildcard_replace`.split(/\s+/),
);
/** Bot scores, geography, response fields and the like: nothing that a TLS edge on loopback could know. */
const FOREIGN_FIELDS = new RegExp(
  `^(?:${[
    "cf\\.(?:api_gateway|bot_management|client|fraud|hostname|intel|llm|metal|response|timings|waf|worker|zone)\\..+",
    "cf\\.(?:edge\\.(?:client_port|server_ip)|random_seed|ray_id|threat_score|verified_bot_category)",
    "cf\\.tls_(?:cipher|ciphers_sha1|client_extensions_sha1(?:_le)?|client_hello_length|client_random)",
    "http\\.request\\.(?:accepted_languages|body\\..+|headers\\.truncated|jwt\\..+|timestamp\\.msec)",
    "(?:raw\\.)?http\\.response\\..+",
    "raw\\.http\\.request\\.(?:headers|uri\\.args).*",
    "ip\\.(?:geoip|src)\\..+",
  ].join("|")})$`,
);

/** The language as Cloudflare offers it in custom rules, as far as the edge of this emulator can fill it. */
export const cloudflare: Scheme = {
  fields: FIELDS,
  functions: FUNCTIONS,
  // The dashboard's "all incoming requests": production takes it, although the open engine has no such literal.
  constants: { true: true },
  isForeign: (name) => FOREIGN_FUNCTIONS.has(name) || FOREIGN_FIELDS.test(name),
};

/** A type in the engine's words. */
export function nameOf(type: Type): string {
  if (typeof type === "string") return type;
  return "array" in type ? `Array<${nameOf(type.array)}>` : `Map<${nameOf(type.map)}>`;
}

export function sameType(one: Type, other: Type): boolean {
  return nameOf(one) === nameOf(other);
}

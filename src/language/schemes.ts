import { foreignFields, foreignFunctions, isForeign } from "./foreign";
import type { FunctionShape, Parameter, Scheme, Type } from "./types";

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

// The dashboard's "all incoming requests": production takes it, although the open engine has no such literal.
const CONSTANTS = ["true"];

/** The language as far as the edge of the emulator can fill it. What else Cloudflare has is refused by name. */
export const edge: Scheme = { fields: FIELDS, functions: FUNCTIONS, constants: CONSTANTS, isForeign };

/** The language as Cloudflare offers it, for reading other people's rules: much of it has no verdict here. */
export const everything: Scheme = {
  fields: { ...foreignFields, ...FIELDS },
  functions: { ...FUNCTIONS, ...foreignFunctions },
  constants: CONSTANTS,
  isForeign: () => false,
  takesUnknowns: true,
};

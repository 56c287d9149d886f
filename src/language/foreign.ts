import type { FunctionShape, Parameter, Type } from "./types";

const TEXTS: Type = { array: "Bytes" };
const TEXT_LISTS: Type = { map: TEXTS };

/** What Cloudflare's reference of fields lists and no TLS edge on loopback could know, with the documented types. */
export const foreignFields: Readonly<Record<string, Type>> = {
  ...typed(
    "Bool",
    `cf.api_gateway.auth_id_present cf.api_gateway.fallthrough_detected cf.api_gateway.request_violates_schema
    cf.bot_management.corporate_proxy cf.bot_management.js_detection.passed cf.bot_management.signed_agent
    cf.bot_management.static_resource cf.bot_management.verified_bot cf.client.bot cf.edge.client_tcp
    cf.llm.prompt.detected cf.llm.prompt.pii_detected cf.llm.prompt.unsafe_topic_detected
    cf.schema_validation.learned.violated cf.schema_validation.uploaded.violated cf.waf.auth_detected
    cf.waf.content_scan.has_failed cf.waf.content_scan.has_malicious_obj cf.waf.content_scan.has_obj
    cf.waf.credential_check.password_leaked cf.waf.credential_check.username_and_password_leaked
    cf.waf.credential_check.username_leaked cf.waf.credential_check.username_password_similar
    http.request.body.truncated http.request.headers.truncated ip.geoip.is_in_european_union
    ip.src.is_in_european_union`,
  ),
  ...typed(
    "Int",
    `cf.bot_management.score cf.edge.client_port cf.edge.l4.delivery_rate cf.llm.prompt.injection_score
    cf.llm.prompt.token_count cf.response.1xxx_code cf.threat_score cf.timings.client_quic_rtt_msec
    cf.timings.client_tcp_rtt_msec cf.timings.edge_msec cf.timings.origin_ttfb_msec cf.timings.worker_msec
    cf.tls_client_hello_length cf.waf.content_scan.num_malicious_obj cf.waf.content_scan.num_obj cf.waf.score
    cf.waf.score.rce cf.waf.score.sqli cf.waf.score.xss http.request.body.size http.request.timestamp.msec
    http.response.code ip.geoip.asnum ip.src.asnum`,
  ),
  ...typed(
    "Bytes",
    `cf.bot_management.ja3_hash cf.bot_management.ja4 cf.hostname.metadata cf.random_seed cf.ray_id
    cf.response.error_type cf.tls_cipher cf.tls_ciphers_sha1 cf.tls_client_extensions_sha1
    cf.tls_client_extensions_sha1_le cf.tls_client_random cf.verified_bot_category cf.waf.score.class
    cf.worker.upstream_zone cf.zone.name cf.zone.plan http.request.body.mime http.request.body.raw
    http.response.content_type.media_type ip.geoip.continent ip.geoip.country ip.geoip.subdivision_1_iso_code
    ip.geoip.subdivision_2_iso_code ip.src.city ip.src.continent ip.src.country ip.src.lat ip.src.lon
    ip.src.metro_code ip.src.postal_code ip.src.region ip.src.region_code ip.src.subdivision_1_iso_code
    ip.src.subdivision_2_iso_code ip.src.timezone.name raw.http.request.uri.path.extension`,
  ),
  ...typed("Ip", "cf.edge.server_ip"),
  ...typed(
    TEXTS,
    `cf.llm.prompt.pii_categories cf.llm.prompt.unsafe_topic_categories cf.waf.content_scan.obj_results
    cf.waf.content_scan.obj_types http.request.accepted_languages http.request.body.multipart.values`,
  ),
  ...typed({ array: "Int" }, "cf.bot_management.detection_ids cf.waf.content_scan.obj_sizes"),
  ...typed(
    { array: TEXTS },
    `http.request.body.multipart.content_dispositions http.request.body.multipart.content_transfer_encodings
    http.request.body.multipart.content_types http.request.body.multipart.filenames
    http.request.body.multipart.names`,
  ),
  ...typed(TEXT_LISTS, "http.request.body.multipart"),
  ...typed({ map: "Int" }, "cf.llm.prompt.custom_topic_categories"),
  ...listed(
    "Bytes",
    `http.request.body.form http.request.jwt.claims.aud http.request.jwt.claims.iss http.request.jwt.claims.jti
    http.request.jwt.claims.sub http.response.headers raw.http.request.headers raw.http.request.uri.args
    raw.http.response.headers`,
  ),
  ...listed("Int", "http.request.jwt.claims.iat.sec http.request.jwt.claims.nbf.sec"),
};

const TEXT: Parameter = { type: "Bytes" };
const INTEGER: Parameter = { type: "Int" };
const ADDRESS: Parameter = { type: "Ip" };
const ANYTHING: Parameter = {};

export const foreignFunctions: Readonly<Record<string, FunctionShape>> = {
  bit_slice: { parameters: [TEXT, INTEGER, INTEGER], returns: "Int" },
  cidr: { parameters: [ADDRESS, INTEGER, INTEGER], returns: "Ip" },
  cidr6: { parameters: [ADDRESS, INTEGER], returns: "Ip" },
  decode_base64: { parameters: [TEXT], returns: "Bytes" },
  encode_base64: { parameters: [TEXT, TEXT], required: 1, returns: "Bytes" },
  has_key: { parameters: [ANYTHING, TEXT], returns: "Bool" },
  has_value: { parameters: [ANYTHING, ANYTHING], returns: "Bool" },
  is_timed_hmac_valid_v0: {
    parameters: [TEXT, TEXT, INTEGER, INTEGER, INTEGER, TEXT],
    required: 4,
    returns: "Bool",
  },
  join: { parameters: [{ type: TEXTS }, TEXT], returns: "Bytes" },
  lookup_json_integer: { parameters: [TEXT, ANYTHING], variadic: true, returns: "Int" },
  lookup_json_string: { parameters: [TEXT, ANYTHING], variadic: true, returns: "Bytes" },
  regex_replace: { parameters: [TEXT, TEXT, TEXT], returns: "Bytes" },
  remove_bytes: { parameters: [TEXT, TEXT], returns: "Bytes" },
  remove_query_args: { parameters: [TEXT, TEXT], variadic: true, returns: "Bytes" },
  sha256: { parameters: [TEXT], returns: "Bytes" },
  split: { parameters: [TEXT, TEXT, INTEGER], returns: TEXTS },
  substring: { parameters: [TEXT, INTEGER, INTEGER], required: 2, returns: "Bytes" },
  to_string: { parameters: [ANYTHING], returns: "Bytes" },
  // The edge knows it without its options.
  url_decode: { parameters: [TEXT, TEXT], required: 1, returns: "Bytes" },
  uuidv4: { parameters: [TEXT], returns: "Bytes" },
  wildcard_replace: { parameters: [TEXT, TEXT, TEXT, TEXT], required: 3, returns: "Bytes" },
};

/** By family, so that a field which Cloudflare adds tomorrow is called foreign, and not a slip of the pen. */
const FAMILIES = new RegExp(
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

export function isForeign(name: string): boolean {
  return Object.hasOwn(foreignFunctions, name) || FAMILIES.test(name);
}

function typed(type: Type, names: string): Record<string, Type> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, type]));
}

/** A map of lists, beside which stand its names and its values. */
function listed(element: Type, names: string): Record<string, Type> {
  return Object.fromEntries(
    names.split(/\s+/).flatMap((name): [string, Type][] => [
      [name, { map: { array: element } }],
      [`${name}.names`, TEXTS],
      [`${name}.values`, { array: element }],
    ]),
  );
}

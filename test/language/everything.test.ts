import {
  edge,
  everything,
  ExpressionError,
  parseExpression,
  print,
  reduce,
  type Scheme,
} from "../../src/language/index";

function refusal(text: string, scheme: Scheme): string {
  try {
    parseExpression(text, scheme);
  } catch (error) {
    if (error instanceof ExpressionError) return error.reason;
    throw error;
  }
  return "none";
}

/** Real rules: from Cloudflare's documentation, and of its kind. None of them is for an edge on loopback. */
const FOREIGN = [
  'ip.geoip.country eq "DE"',
  'ip.src.country in {"DE" "FR"}',
  "ip.geoip.asnum in {64496 64497}",
  "ip.src.asnum eq 64496",
  'ip.src.continent eq "EU" and not ip.src.is_in_european_union',
  "cf.bot_management.score lt 30 and not cf.bot_management.verified_bot",
  "any(cf.bot_management.detection_ids[*] eq 33554817)",
  'cf.bot_management.ja3_hash eq "aa"',
  "cf.client.bot",
  "not cf.edge.client_tcp",
  "cf.threat_score gt 10",
  "cf.edge.client_port eq 4711",
  "cf.edge.server_ip in {192.0.2.0/24}",
  "cf.waf.score le 20 and cf.waf.score.sqli le 20",
  'cf.waf.score.class eq "attack"',
  "any(cf.waf.content_scan.obj_sizes[*] gt 512000)",
  'any(cf.waf.content_scan.obj_types[*] ne "application/pdf")',
  "cf.waf.credential_check.password_leaked",
  'cf.llm.prompt.custom_topic_categories["competitors"] lt 30',
  'cf.verified_bot_category eq "Search Engine Crawler"',
  'cf.worker.upstream_zone ne ""',
  'cf.tls_cipher eq "AES128-SHA256" or cf.tls_client_hello_length lt 508',
  'http.request.body.raw contains "x"',
  "http.request.body.size gt 5",
  'any(http.request.body.form["username"][*] eq "admin")',
  'any(http.request.body.form.values[*] eq "admin")',
  'any(http.request.body.multipart["role"][*] eq "admin")',
  'any(http.request.body.multipart.names[*][0] eq "picture")',
  'any(http.request.body.multipart.values[*] eq "alice")',
  'http.request.accepted_languages[0] eq "de"',
  'any(http.request.jwt.claims.aud["token"][*] eq "api")',
  'any(http.request.jwt.claims.aud.names[*] eq "token")',
  'http.request.jwt.claims.iat.sec["token"][0] lt 1700000000',
  "any(http.request.jwt.claims.nbf.sec.values[*] lt 5)",
  'any(http.request.jwt.claims.nbf.sec.names[*] eq "token")',
  'any(raw.http.request.headers["x"][*] eq "y")',
  'any(raw.http.request.uri.args.names[*] eq "y")',
  'http.response.code eq 403 and any(http.response.headers["server"][*] eq "nginx")',
  "ip.src in $office",
  "not ip.src in $cf.anonymizer",
  "http.host in $hosts",
  "ip.src.asnum in $networks",
  'http.host matches "(?s)a.b"',
  'http.user_agent matches "(?i:bot)"',
  'http.user_agent matches "\\pL"',
  'http.request.uri.path matches "日"',
  'regex_replace(http.host, "^www[.]", "") eq "example.com"',
  'wildcard_replace(http.request.full_uri, "https://*.example.com/*", "https://example.com/${1}") eq "x"',
  'wildcard_replace(http.host, "a*", "b", "s") eq "x"',
  'decode_base64(http.referer) contains "x"',
  'encode_base64(http.host) eq "x"',
  'encode_base64(http.host, "up") eq "x"',
  'has_key(http.request.headers, "x-admin")',
  'has_value(http.request.headers["x"], "y")',
  'is_timed_hmac_valid_v0("secret", http.request.uri, 10800, http.request.timestamp.sec, 8)',
  'is_timed_hmac_valid_v0("secret", http.request.uri, 10800, http.request.timestamp.sec)',
  'is_timed_hmac_valid_v0("secret", http.request.uri, 10800, http.request.timestamp.sec, 1, "s")',
  'join(http.request.headers.names, ",") contains "x"',
  'lookup_json_string(http.request.body.raw, "user", 0, "name") eq "x"',
  'lookup_json_integer(http.request.body.raw, "user") eq 5',
  'remove_bytes(http.host, "\\x2e") eq "x"',
  'remove_query_args(http.request.uri.query, "a", "b") eq ""',
  'sha256(http.host) eq "x"',
  'split(http.host, ".", 64)[0] eq "api"',
  'substring(http.request.uri.path, -4) eq ".php"',
  'substring(http.request.uri.path, 1, 5) eq "blog"',
  'to_string(ssl) eq "true" or to_string(cf.edge.server_port) eq "443" or to_string(ip.src) eq "::1"',
  'uuidv4(cf.random_seed) eq "x"',
  "cidr(ip.src, 24, 64) eq 192.0.2.0",
  "cidr6(ip.src, 64) eq 2001:db8::",
  'bit_slice("tcp", 0, 8) eq 1',
  'url_decode(http.request.uri.path, "r") contains "x"',
];

describe("what Cloudflare has and the edge has not", () => {
  it.each(FOREIGN)("%s parses, and nobody can tell whether it holds", (text) => {
    const rest = reduce(parseExpression(text, everything), {});
    expect(print(rest as Exclude<typeof rest, boolean>)).toBe(print(parseExpression(text, everything)));
    expect(refusal(text, edge)).not.toBe("none");
  });

  it("parses with every field in the sense of its type", () => {
    const tested: Record<string, string> = { Bool: "", Bytes: ' eq "a"', Int: " eq 1", Ip: " eq ::1" };
    const leaf = (type: (typeof everything.fields)[string] | undefined, text: string): string => {
      if (type === undefined || typeof type === "string") return `${text}${tested[type ?? ""]}`;
      return "array" in type ? leaf(type.array, `${text}[0]`) : leaf(type.map, `${text}["a"]`);
    };
    for (const [name, type] of Object.entries(everything.fields)) {
      expect(refusal(leaf(type, name), everything)).toBe("none");
      expect(name).toMatch(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/);
    }
    expect(Object.keys(everything.fields).length - Object.keys(edge.fields).length).toBe(136);
  });

  it("keeps what the edge has, in the edge's types", () => {
    expect(everything.fields).toMatchObject(edge.fields);
    expect(parseExpression("true", everything)).toEqual({ kind: "constant", truth: true });
  });
});

describe("what isn't the language is refused all the same", () => {
  it.each([
    ["a field that nobody has", "http.hosst", "unknown identifier"],
    ["a function that nobody has", 'shout(http.host) eq "A"', "unknown identifier"],
    ["a text compared with a number", "ip.src.country eq 5", "expected 2 characters, but found 1"],
    ["a number compared with a text", 'cf.threat_score gt "10"', "expected digit"],
    ["a truth compared", "cf.client.bot eq true", "unrecognised input"],
    [
      "a list as a whole",
      'http.request.accepted_languages eq "de"',
      "cannot perform this operation on type Array<Bytes>",
    ],
    ["a list without a name", "ip.src in $", 'invalid list name ""'],
    ["a list with a wrong name", "ip.src in $.office", 'invalid list name ".office"'],
    ["a pattern without its end", 'http.host matches "a', "could not find an ending quote"],
    ["too few arguments", 'substring(http.host) eq "a"', "invalid number of arguments"],
    ["too many", 'substring(http.host, 1, 2, 3) eq "a"', "invalid number of arguments"],
    ["arguments of a wrong type", 'substring(http.host, "1") eq "a"', "expected value of type Int, but got Bytes"],
    ["nothing", "", "expected identifier character"],
  ])("%s", (_, text, reason) => {
    expect(refusal(text, everything)).toContain(reason);
  });
});

describe("the edge says of a name whether it is foreign", () => {
  it.each([
    [
      "cf.bot_management.some_new_field lt 30",
      "cf.bot_management.some_new_field exists at Cloudflare, but the emulator",
    ],
    ["cf.tls_ciphers_sha1", "cf.tls_ciphers_sha1 exists at Cloudflare, but the emulator does not evaluate it"],
    ["uuidv4(cf.random_seed)", "uuidv4 exists at Cloudflare, but the emulator does not evaluate it"],
    ['url_decode(http.host, "r") eq "a"', "invalid number of arguments"],
    ["xcf.client.bot", "unknown identifier"],
    ["cf.threat_scores", "unknown identifier"],
  ])("%s: %s", (text, reason) => {
    expect(refusal(text, edge)).toContain(reason);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { BY_CODE, BY_NETWORK, BY_STATUS, BY_WORDS, PERMISSIONS } from "../../src/cloudflare/advice";
import { connect } from "../../src/cloudflare/client";
import type { Cloudflare } from "../../src/cloudflare/client";
import { CloudflareError, isNotFound } from "../../src/cloudflare/errors";
import { getHostnameAssociations, putHostnameAssociations } from "../../src/cloudflare/hostname-associations";
import { deleteMtlsCertificate, listMtlsCertificates, listServicesUsing } from "../../src/cloudflare/mtls-certificates";
import { addRule, deleteRule, getEntryPoint } from "../../src/cloudflare/rulesets";
import { getZone } from "../../src/cloudflare/zones";
import type { Permission } from "../../src/emulator";
import { startEmulator } from "../support/emulator";

const ROOT = join(__dirname, "../..");
const TOKEN = "cfat_a-token-that-nobody-may-see-0123456789";
const ACCOUNT = "0123456789abcdef0123456789abcdef";
const ZONE = "fedcba9876543210fedcba9876543210";
const UPLOAD = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
const UPLOADS = `/accounts/${ACCOUNT}/mtls_certificates`;
const LISTS = `/zones/${ZONE}/certificate_authorities/hostname_associations`;
const RULES = `/zones/${ZONE}/rulesets`;

describe("docs/errors.md", () => {
  const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  const sections: [heading: string, table: Readonly<Record<string, string>>][] = [
    ["By number", BY_CODE],
    ["By words", BY_WORDS],
    ["By HTTP status", BY_STATUS],
    ["No answer", BY_NETWORK],
  ];

  /** The body rows of the one table under a heading: the codes in the first cell, and the texts of the others. */
  function rowsUnder(heading: string): { keys: string[]; cells: string[] }[] {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
    const lines = section.split("\n").filter((line) => line.startsWith("|"));
    return lines.slice(2).map((line) => {
      const [first = "", ...cells] = line.slice(1, -1).split("|");
      const keys = Array.from(first.matchAll(/`([^`]+)`/g), (match) => match[1] ?? "");
      return { keys, cells: cells.map((cell) => cell.trim()) };
    });
  }

  /** What a row tells to do; "As with 20125" stands for that row's. */
  function remedyOf(key: string): string {
    const remedy = sections
      .flatMap(([heading]) => rowsUnder(heading))
      .find(({ keys }) => keys.includes(key))
      ?.cells.at(-1);
    const other = /^As with (\d+)/.exec(remedy ?? "")?.[1];
    return `${remedy} ${other ? remedyOf(other) : ""}`;
  }

  test.each(sections)("%s: every entry of the table stands there, and nothing else does", (heading, table) => {
    const named = rowsUnder(heading).flatMap(({ keys }) => keys);
    expect([...named].sort()).toEqual(Object.keys(table).sort());
  });

  test.each(sections)("%s: each row says what failed and why, and what to do", (heading) => {
    for (const { keys, cells } of rowsUnder(heading)) {
      expect({ keys, empty: cells.filter((cell) => cell.length < 3) }).toEqual({ keys, empty: [] });
      expect(cells.length).toBeGreaterThanOrEqual(2);
    }
  });

  test.each(sections)("%s: what an error names as the remedy, the page names too", (_heading, table) => {
    for (const [key, advice] of Object.entries(table)) {
      const terms = Array.from(advice.matchAll(/`([^`]+)`|\b([A-Z]+_[A-Z_]+)\b/g), (match) => match[1] ?? match[2]);
      const missing = terms.filter((term) => !remedyOf(key).includes(term ?? ""));
      expect({ key, missing }).toEqual({ key, missing: [] });
    }
  });

  test("the permissions are those of the errors, path by path", () => {
    const rows = rowsUnder("Permissions");
    expect(rows).toHaveLength(PERMISSIONS.length);
    for (const { keys, cells } of rows) {
      const path = keys[0]?.replace("<account id>", ACCOUNT).replace("<zone id>", ZONE) ?? "";
      const { message } = new CloudflareError({ method: "GET", path, status: 403, errors: [] });
      expect(message).toContain(`It needs: ${cells[0]}, for `);
      if (cells[1] === "") expect(message).toMatch(/may need a moment\.$/);
      else expect(message).toMatch(/may need a moment\. \S/);
    }
  });

  test("the words of the package's own refusals stand in its source", () => {
    const source = ["provider", "cloudflare", "rules"].flatMap((room) => {
      const folder = join(ROOT, "src", room);
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
      return files.map((file) => readFileSync(join(folder, file), "utf8"));
    });
    const words = rowsUnder("Before any call is made").flatMap(({ keys }) => keys);
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((fragment) => !source.some((text) => text.includes(fragment)))).toEqual([]);
  });

  test("the README leads there", () => {
    expect(readFileSync(join(ROOT, "README.md"), "utf8")).toContain("(docs/errors.md)");
  });
});

/** Every refusal that a source records: where it comes, Cloudflare's words, and what must be told. */
const RECORDED: [method: string, path: string, status: number, code: number, words: string, remedy: RegExp][] = [
  ["POST", UPLOADS, 400, 1489, "Hit maximum CA cert allocation.", /Delete a CA that nothing uses.*deleteBeforeReplace/],
  ["POST", UPLOADS, 400, 12130, "maximum number of certificates has been reached", /delete one under Zero Trust/],
  ["POST", UPLOADS, 409, 1471, "Certificate already exists", /set `adopt: true`/],
  ["GET", `${UPLOADS}/x`, 404, 1472, "Certificate not found", /Run `pulumi refresh`, then `pulumi up`/],
  ["DELETE", `${UPLOADS}/x`, 400, 0, "Certificate cannot be deleted while in use.", /Take it out there, then run this/],
  ["DELETE", `${UPLOADS}/x`, 400, 0, "The certificate was already deleted.", /run this again/],
  ["POST", UPLOADS, 400, 0, "Unable to parse certificate", /openssl x509 -in ca\.pem -text.*Re-issue it/],
  ["DELETE", `${UPLOADS}/x`, 403, 0, "Unauthorized", /Gateway or Access manages can only be deleted there/],
  ["PUT", LISTS, 403, 0, "Forbidden", /part of Enterprise\): ask Cloudflare's account team/],
  ["PATCH", `${RULES}/r/rules/x`, 404, 10003, "could not find entrypoint ruleset", /Run `pulumi refresh`/],
  ["PATCH", `${RULES}/r/rules/x`, 404, 10005, "could not find rule", /Run `pulumi refresh`/],
  ["PATCH", `${RULES}/r/rules/x`, 404, 0, "rule not found", /Run `pulumi refresh`/],
  ["POST", RULES, 400, 20217, "'zone' is not a valid value for kind because exceeded", /Run `pulumi up` again/],
  [
    "POST",
    `${RULES}/r/rules`,
    400,
    50001,
    "exceeded the maximum number of rules: 6 out of 5",
    /Delete one, or upgrade/,
  ],
  ["POST", `${RULES}/r/rules`, 400, 20125, "the expression cannot be blank", /compare `hostnames`, `paths`/],
  ["POST", `${RULES}/r/rules`, 400, 20127, "Filter parsing error (1:73)", /compare `hostnames`, `paths`/],
  [
    "POST",
    `${RULES}/r/rules`,
    400,
    0,
    "'(' is not a valid value for expression because …",
    /compare `hostnames`, `paths`/,
  ],
  ["POST", `${RULES}/r/rules`, 400, 0, "'log' is not a valid value for action", /Use `block`/],
  ["PATCH", `${RULES}/r/rules/x`, 400, 0, "action is required for action parameters", /please report it/],
  ["POST", `${RULES}/r/rules`, 400, 0, "position index out of range", /please report it/],
  ["GET", UPLOADS, 400, 10000, "Authentication error", /token isn't allowed.*It needs: Account ›/],
  ["GET", UPLOADS, 400, 10001, "Method not allowed for token", /It needs: Account ›.*in a few minutes/],
  ["GET", LISTS, 403, 9109, "Unauthorized to access requested resource", /token isn't allowed.*It needs: Zone ›/],
  ["GET", UPLOADS, 400, 6003, "Invalid request headers", /is `cloudflare:apiToken`.* a whole token/],
  ["GET", UPLOADS, 403, 9103, "Unknown X-Auth-Key or X-Auth-Email", /check `cloudflare:apiKey` and `cloudflare:email`/],
  ["GET", UPLOADS, 400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers", /a whole token/],
  ["GET", LISTS, 404, 7003, "Could not route to /zones/…", /check the account id and zone id/],
  ["GET", LISTS, 404, 7000, "No route for that URI", /check the account id and zone id/],
  ["GET", `/zones/${ZONE}`, 400, 1001, "Invalid zone identifier", /check the zone id/],
  ["GET", LISTS, 200, 971, "Please wait and consider throttling your request speed", /lower `--parallel`/],
  ["GET", LISTS, 429, 0, "Rate limited", /lower `--parallel`/],
  ["PUT", LISTS, 500, 1000, "internal error", /Run `pulumi up` again in a few minutes/],
  ["PUT", LISTS, 503, 0, "upstream", /Run `pulumi up` again in a few minutes/],
];

describe("an error", () => {
  test.each(RECORDED)(
    "of %s %s, HTTP %i, code %i, %s: tells what to do",
    (method, path, status, code, words, remedy) => {
      const { message } = new CloudflareError({
        method,
        path,
        status,
        errors: [{ code, message: words }],
        ray: "8f-FRA",
      });
      const [first, advice, ...more] = message.split("\n");
      const number = code ? ` [code: ${code}]` : "";
      expect(first).toBe(`${method} ${path} was answered with HTTP ${status}: ${words}${number} (cf-ray 8f-FRA)`);
      expect(advice).toMatch(remedy);
      expect(advice).not.toMatch(/[{}]/);
      expect(more).toEqual([]);
    },
  );

  test("every number and all the words that there is advice for are among them", () => {
    const codes = new Set(RECORDED.map(([, , , code]) => code));
    expect(Object.keys(BY_CODE).filter((code) => !codes.has(Number(code)))).toEqual([]);
    const said = RECORDED.filter(([, , , code]) => code === 0).map(([, , , , words]) => words.toLowerCase());
    const unsaid = Object.keys(BY_WORDS).filter((words) => !said.some((one) => one.includes(words)));
    expect(unsaid).toEqual(["not an answer of the api"]);
  });

  test.each(Object.keys(BY_NETWORK))("without an answer, because of %s, tells what to do", (network) => {
    const { message } = new CloudflareError({ method: "PUT", path: LISTS, status: 0, errors: [], network });
    expect(message.split("\n")).toEqual([`PUT ${LISTS} got no answer (${network})`, BY_NETWORK[network]]);
    expect(message).toMatch(/\b([Cc]heck|name|Run|must be)\b|is `cloudflare:baseUrl`.* right/);
  });

  test.each([
    ["CERT_SIGNATURE_FAILURE", /NODE_EXTRA_CA_CERTS/],
    ["EWHATEVER", /Run `pulumi up` again/],
  ])("without an answer for a reason that nobody has seen, %s, tells the likely thing", (network, remedy) => {
    expect(new CloudflareError({ method: "PUT", path: LISTS, status: 0, errors: [], network }).message).toMatch(remedy);
  });
});

describe("a missing permission", () => {
  const families: [path: string, permission: string][] = [
    [UPLOADS, `Account › SSL and Certificates › Edit, for account ${ACCOUNT}`],
    [`${UPLOADS}/x`, `Account › SSL and Certificates › Edit, for account ${ACCOUNT}`],
    [`${UPLOADS}/x/associations`, `Account › SSL and Certificates › Edit, for account ${ACCOUNT}`],
    [LISTS, `Zone › SSL and Certificates › Edit, for zone ${ZONE}`],
    [RULES, `Zone › WAF › Edit, for zone ${ZONE}`],
    [`${RULES}/phases/http_request_firewall_custom/entrypoint`, `Zone › WAF › Edit, for zone ${ZONE}`],
    [`${RULES}/r/rules/x`, `Zone › WAF › Edit, for zone ${ZONE}`],
    [`/zones/${ZONE}`, `Zone › Zone › Read, for zone ${ZONE}`],
    ["/zones", "Zone › Zone › Read, for the zones of the account"],
  ];
  const refusals: [status: number, code: number][] = [
    [403, 10000],
    [400, 10000],
    [400, 10001],
    [403, 9109],
    [403, 0],
    [401, 0],
    [403, 9999],
  ];

  test.each(families)("on %s is named with its scope: %s", (path, permission) => {
    for (const [status, code] of refusals) {
      const errors = [{ code, message: "no" }];
      const { message } = new CloudflareError({ method: "GET", path, status, errors });
      expect(message).toContain(
        `The token isn't allowed to do this. It needs: ${permission}. Give it that, or correct \`${path.startsWith("/a") ? "accountId" : "zoneId"}\``,
      );
    }
  });

  const endpoints: [missing: Permission, named: string, call: (cloudflare: Cloudflare) => Promise<unknown>][] = [
    ["account-ssl:read", "Account › SSL and Certificates", (api) => listMtlsCertificates(api, ACCOUNT)],
    ["account-ssl:read", "Account › SSL and Certificates", (api) => listServicesUsing(api, ACCOUNT, UPLOAD)],
    ["account-ssl:write", "Account › SSL and Certificates", (api) => deleteMtlsCertificate(api, ACCOUNT, UPLOAD)],
    ["zone-ssl:read", "Zone › SSL and Certificates", (api) => getHostnameAssociations(api, ZONE, UPLOAD)],
    ["zone-ssl:write", "Zone › SSL and Certificates", (api) => putHostnameAssociations(api, ZONE, UPLOAD, [])],
    ["zone-waf:read", "Zone › WAF", (api) => getEntryPoint(api, ZONE)],
    ["zone-waf:write", "Zone › WAF", (api) => deleteRule(api, ZONE, ZONE, ACCOUNT)],
    ["zone:read", "Zone › Zone", (api) => getZone(api, ZONE)],
  ];

  test("is the one that the API asks for, whichever is taken from the token", async () => {
    const all = ["account-ssl", "zone-ssl", "zone-waf", "zone"].flatMap((group) => [
      `${group}:read` as Permission,
      `${group}:write` as Permission,
    ]);
    const tokens = endpoints.map(([missing], index) => {
      const implied = missing.replace(/:read$/, ":write");
      return { token: `token-${index}`, permissions: all.filter((one) => one !== missing && one !== implied) };
    });
    const emulator = await startEmulator({ zones: [{ name: "x.example", id: ZONE }], accountId: ACCOUNT, tokens });
    try {
      for (const [index, [missing, named, call]] of endpoints.entries()) {
        const headers = { Authorization: `Bearer token-${index}` };
        const error = await failureOf(
          call(connect({ baseUrl: emulator.apiUrl, headers, secrets: [] }, () => undefined)),
        );
        const scope = missing.startsWith("account") ? `account ${ACCOUNT}` : `zone ${ZONE}`;
        expect(error.message).toMatch(new RegExp(`It needs: ${named} › (Edit|Read), for ${scope}\\.`));
      }
    } finally {
      await emulator.close();
    }
  });
});

describe("what nobody has seen before", () => {
  let answer: { status: number; type: string; body: string };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { "Content-Type": answer.type }).end(answer.body);
  });
  beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
  afterAll(() => server.close());

  function answeredWith(status: number, body: object | string): Promise<CloudflareError> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    answer = { status, type: typeof body === "string" ? "text/html" : "application/json", body: text };
    const { port } = server.address() as AddressInfo;
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const api = connect({ baseUrl: `http://127.0.0.1:${port}`, headers, secrets: [TOKEN] }, () => undefined);
    return failureOf(addRule(api, ZONE, "r", rule, { before: "" }));
  }
  const rule = { ref: "mtls_x", action: "block", expression: "x", description: "x", enabled: true } as const;
  const refused = (...errors: object[]) => ({ success: false, errors, messages: [], result: null });

  test("passes through whole: words, number, and no advice that would be a guess", async () => {
    const message = 'Something new: "quoted", <b>bold</b>, 100 % & more — ümlauts';
    const error = await answeredWith(422, refused({ code: 987654, message }));
    expect(error.message).toBe(`POST ${RULES}/r/rules was answered with HTTP 422: ${message} [code: 987654]`);
  });

  test("passes through whole where there are several, with those behind them and the places that they point at", async () => {
    const inner = { code: 31, message: "inner", source: { pointer: "/rules/0/expression" } };
    const middle = { code: 32, message: "middle", error_chain: [inner] };
    const outer = { code: 33, message: "outer", source: { pointer: "/rules/0" }, error_chain: [middle] };
    const error = await answeredWith(400, refused(outer, { code: 34, message: "second" }));
    expect(error.message).toContain(
      "HTTP 400: outer (at /rules/0) [code: 33]; middle [code: 32]; inner (at /rules/0/expression) [code: 31]; second [code: 34]",
    );
  });

  test("is advised on by the error behind it, where that is known", async () => {
    const behind = { code: 20127, message: "could not parse" };
    const error = await answeredWith(400, refused({ code: 77777, message: "invalid", error_chain: [behind] }));
    expect(error.message).toMatch(/\[code: 77777\]; could not parse \[code: 20127\][^]*compare `hostnames`/);
  });

  test("passes through where an entry has another shape than Cloudflare's", async () => {
    expect((await answeredWith(400, refused({ reason: "odd" }))).message).toContain('HTTP 400: {"reason":"odd"}');
    const text = { success: false, errors: ["just text"], messages: [], result: null };
    expect((await answeredWith(400, text)).message).toContain('"just text"');
    expect((await answeredWith(400, { success: false })).message).toMatch(/HTTP 400$/);
  });

  test("holds no token, wherever it was echoed, whole or cut", async () => {
    const echoes: (object | string)[] = [
      refused({ code: 987654, message: `Bearer ${TOKEN} isn't known` }),
      refused({ code: 10000, message: "Authentication error", source: { pointer: `/headers/${TOKEN}` } }),
      refused({ code: 1, message: "outer", error_chain: [{ code: 2, message: TOKEN }] }),
      refused({ odd: TOKEN }),
      { debug: TOKEN },
      `<html><body>Blocked: Authorization: Bearer ${TOKEN}</body></html>`,
      `<html><input value="${TOKEN}"></html>`,
      // What is quoted is cut off at some length: with this it would be cut within the token.
      ...Array.from({ length: 40 }, (_, shift) => `<p>${"x".repeat(119 - shift)}${TOKEN}</p>`),
    ];
    for (const echo of echoes) {
      const { message } = await answeredWith(403, echo);
      expect(message).toContain("HTTP 403");
      for (let at = 0; at + 8 <= TOKEN.length; at++) expect(message).not.toContain(TOKEN.slice(at, at + 8));
    }
  });

  test.each(["", "<html></html>", "   "])("is no answer of the API where it says nothing: %p", async (body) => {
    for (const status of [302, 404]) {
      const error = await answeredWith(status, body);
      expect(error.message).toMatch(/not an answer of the API: it is empty\n.*check `cloudflare:baseUrl`/);
      expect(isNotFound(error)).toBe(false);
    }
  });
});

/** The one table of what proves that a thing is gone: state is forgotten, and a delete counts as done, for these alone. */
test.each<[what: string, status: number, code: number, words: string, isGone: boolean]>([
  ["a certificate that isn't there", 404, 1472, "Certificate not found", true],
  ["a certificate that was deleted twice", 400, 0, "The certificate was already deleted.", true],
  ["a zone that was removed", 400, 1001, "Invalid zone identifier", true],
  ["an entry point that isn't there", 404, 10003, "could not find entrypoint ruleset", true],
  ["an entry point that isn't there, as older reports have it", 404, 10001, "could not find entrypoint", true],
  ["a rule that isn't there", 404, 10005, "rule not found", true],
  ["a path that isn't there, such as under a wrong base URL", 404, 7003, "Could not route to /zones/…", false],
  ["the same in other words", 404, 7000, "No route for that URI", false],
  ["a refused token", 403, 9109, "Unauthorized to access requested resource", false],
  ["Cloudflare's own trouble", 500, 1000, "internal error", false],
  ["a page of something else", 404, 0, 'not an answer of the API: "Not Found"', false],
])("%s: status %i, code %i", (_what, status, code, message, isGone) => {
  const errors = [{ code, message }];
  expect(isNotFound(new CloudflareError({ method: "GET", path: "/x", status, errors }))).toBe(isGone);
});

async function failureOf(call: Promise<unknown>): Promise<CloudflareError> {
  const error: unknown = await call.then(
    (value) => new Error(`It succeeded with ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CloudflareError)) throw error;
  return error;
}

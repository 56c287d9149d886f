import { createAuthority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { Caller, refusal } from "./caller";

const UNKNOWN = "0123456789abcdef0123456789abcdef";

describe("zones", () => {
  let cloudflare: Caller;

  beforeEach(async () => {
    const more = Array.from({ length: 21 }, (_, index) => `z${index}.net`);
    cloudflare = new Caller(await useEmulator({ zones: ["example.com", "example.org", "sub.example.com", ...more] }));
  });

  const names = async (query: string): Promise<unknown> => {
    const { result } = await cloudflare.call("GET", `/zones?${query}`);
    return (result as unknown as { name: string }[]).map(({ name }) => name);
  };

  test.each([
    ["name=example.com", ["example.com"]],
    ["name=EXAMPLE.com", ["example.com"]],
    ["name=equal:example.com", ["example.com"]],
    ["name=ends_with:example.com", ["example.com", "sub.example.com"]],
    ["name=starts_with:example.", ["example.com", "example.org"]],
    ["name=contains:.org", ["example.org"]],
    ["name=contains_case_sensitive:EXAMPLE", []],
    ["name=nobody.com", []],
    [`account.id=${UNKNOWN}`, []],
    ["name=example.com&status=active", ["example.com"]],
    ["name=example.com&status=pending", []],
    ["name=example.com&status=pending&match=any", ["example.com"]],
    ["name=starts_with:example&direction=desc", ["example.org", "example.com"]],
  ])("%s finds %j", async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test("come in pages of 20", async () => {
    const { result_info: first } = await cloudflare.call("GET", "/zones");
    expect(first).toEqual({ page: 1, per_page: 20, count: 20, total_count: 24, total_pages: 2 });
    expect(await names("page=2")).toHaveLength(4);
    expect(await names("page=2&per_page=5")).toHaveLength(5);
    expect((await cloudflare.call("GET", "/zones?per_page=51")).status).toBe(400);
  });

  test("tell their account, and are gone when deleted", async () => {
    const { result } = await cloudflare.call("GET", cloudflare.zone());
    expect(result).toMatchObject({
      name: "example.com",
      status: "active",
      account: { id: cloudflare.emulator.accountId },
    });
    const path = cloudflare.zone();
    expect((await cloudflare.call("DELETE", path)).result).toEqual({ id: result.id });
    expect(refusal(await cloudflare.call("GET", path))).toBe("400 1001 Invalid zone identifier");
    expect((await cloudflare.entryPoint()).status).toBe(400);
  });
});

describe("a token", () => {
  const OTHER = "f".repeat(32);
  let emulator: Awaited<ReturnType<typeof useEmulator>>;

  beforeEach(async () => {
    emulator = await useEmulator({
      zones: ["example.com"],
      accountId: "a".repeat(32),
      apiToken: "all-powers",
      tokens: [
        { token: "reads", permissions: ["account-ssl:read", "zone-ssl:read", "zone-waf:read", "zone:read"] },
        { token: "no-account", permissions: ["zone-ssl:write", "zone-waf:write", "zone:read"] },
        { token: "no-associations", permissions: ["account-ssl:write", "zone-waf:write", "zone:read"] },
        { token: "no-rules", permissions: ["account-ssl:write", "zone-ssl:write", "zone:read"] },
        { token: "no-zones", permissions: ["account-ssl:write", "zone-ssl:write", "zone-waf:write"] },
        { token: "other-account", accountId: OTHER },
        { token: "legacy-key", email: "ops@example.com" },
      ],
    });
  });

  /** Tries each family of calls, reading and writing, and answers the refusals. */
  async function refused(token: string): Promise<string[]> {
    const caller = new Caller(emulator, token);
    const { pem } = await createAuthority("Mine");
    const replies = {
      "list CAs": await caller.call("GET", `${caller.account}/mtls_certificates`),
      "upload CA": await caller.upload(pem),
      "get hostnames": await caller.getHostnames(),
      "put hostnames": await caller.putHostnames([]),
      "get rules": await caller.call("GET", `${caller.zone()}/rulesets`),
      "put rules": await caller.call(
        "PUT",
        `${caller.zone()}/rulesets/phases/http_request_firewall_custom/entrypoint`,
        {
          rules: [],
        },
      ),
      "get zone": await caller.call("GET", caller.zone()),
    };
    return Object.entries(replies)
      .filter(([, { success }]) => !success)
      .map(([name, reply]) => `${name}: ${refusal(reply)}`);
  }

  test.each([
    ["reads", ["upload CA", "put hostnames", "put rules"], []],
    ["no-account", ["list CAs", "upload CA"], []],
    ["no-associations", ["get hostnames", "put hostnames"], []],
    ["no-rules", ["get rules", "put rules"], []],
    ["no-zones", [], ["get zone"]],
    [
      "other-account",
      ["list CAs", "upload CA", "get hostnames", "put hostnames", "get rules", "put rules"],
      ["get zone"],
    ],
    ["all-powers", [], []],
  ])("named %s can do all but %j and %j", async (token, authentication, unauthorized) => {
    expect(await refused(token)).toEqual([
      ...authentication.map((name) => `${name}: 403 10000 Authentication error`),
      ...unauthorized.map((name) => `${name}: 403 9109 Unauthorized to access requested resource`),
    ]);
  });

  test("is of no use at another account", async () => {
    const reply = await new Caller(emulator).call("GET", `/accounts/${OTHER}/mtls_certificates`);
    expect(refusal(reply)).toBe("403 10000 Authentication error");
  });

  test("that is wrong, missing or malformed is told apart", async () => {
    const wrong = new Caller(emulator, "wrong");
    const { apiUrl } = emulator;
    const bare = await fetch(`${apiUrl}/zones`);
    const malformed = await fetch(`${apiUrl}/zones`, { headers: { Authorization: "all-powers" } });
    expect(refusal(await wrong.call("GET", "/zones"))).toBe("403 9109 Invalid access token");
    expect(refusal(await wrong.call("GET", `${wrong.account}/mtls_certificates`))).toBe(
      "403 10000 Authentication error",
    );
    expect([bare.status, await bare.json()]).toMatchObject([400, { errors: [{ code: 9106 }] }]);
    expect([malformed.status, await malformed.json()]).toMatchObject([
      400,
      { errors: [{ code: 6003, error_chain: [{ code: 6111 }] }] },
    ]);
  });

  test("can be verified by either path, a wrong one is 401 with 1000", async () => {
    const caller = new Caller(emulator, "reads");
    const user = await caller.call("GET", "/user/tokens/verify");
    const account = await caller.call("GET", `${caller.account}/tokens/verify`);
    expect(user.result).toMatchObject({ status: "active", id: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    expect(account.result).toEqual(user.result);
    const wrong = await new Caller(emulator, "wrong").call("GET", "/user/tokens/verify");
    expect(refusal(wrong)).toBe("401 1000 Invalid API Token");
  });

  test("may be a legacy key with its e-mail address, in their own headers only", async () => {
    const headers = { "X-Auth-Email": "ops@example.com", "X-Auth-Key": "legacy-key" };
    const response = await fetch(`${emulator.apiUrl}/zones`, { headers });
    expect(response.status).toBe(200);
    const wrong = await fetch(`${emulator.apiUrl}/zones`, { headers: { ...headers, "X-Auth-Key": "wrong" } });
    expect(wrong.status).toBe(403);
    expect((await new Caller(emulator, "legacy-key").call("GET", "/zones")).status).toBe(403);
  });

  test("never is in the journal", async () => {
    await refused("reads");
    expect(emulator.requests.length).toBeGreaterThan(5);
    expect(JSON.stringify(emulator.requests)).not.toMatch(/reads|all-powers/);
  });
});

describe("a path", () => {
  test("that isn't emulated is 404 with 7003 and 7000, says what there is, and is logged", async () => {
    const lines: string[] = [];
    const cloudflare = new Caller(await useEmulator({ zones: ["example.com"], log: (line) => lines.push(line) }));
    const { status, errors } = await cloudflare.call("GET", `${cloudflare.zone()}/dns_records`);
    expect([status, errors.map(({ code }) => code)]).toEqual([404, [7003, 7000]]);
    expect(errors[0]?.message).toMatch(/^Could not route to .*\/dns_records, perhaps .*it has GET .*mtls_certificates/);
    expect(lines).toEqual([expect.stringMatching(/^not emulated: GET .*\/dns_records$/)]);
  });

  test.each([["/zones/example.com"], [`/zones/${UNKNOWN.toUpperCase()}`], ["/accounts/1/mtls_certificates"]])(
    "%s has a malformed id: 404",
    async (path) => {
      const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
      expect(refusal(await cloudflare.call("GET", path))).toMatch(/^404 7003 Could not route to .*; 404 7000 No route/);
    },
  );

  test("outside /client/v4 isn't the API", async () => {
    const emulator = await useEmulator({ zones: ["example.com"] });
    const url = emulator.apiUrl.replace("/client/v4", "/zones");
    const response = await fetch(url, { headers: { Authorization: `Bearer ${emulator.apiToken}` } });
    expect(response.status).toBe(404);
  });
});

test("every answer carries a ray and the rate limit's headers", async () => {
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
  const { headers } = await cloudflare.call("GET", "/zones");
  expect(headers.get("cf-ray")).toMatch(/^[0-9a-f]{16}-EMU$/);
  expect(headers.get("ratelimit")).toMatch(/^"default";r=1199;t=\d+$/);
  expect(headers.get("ratelimit-policy")).toBe('"default";q=1200;w=300');
});

test("a rate limit, where one is set, blocks everything for five minutes", async () => {
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"], rateLimit: 2 }));
  const statuses = [];
  for (let call = 0; call < 4; call += 1) statuses.push((await cloudflare.call("GET", "/zones")).status);
  expect(statuses).toEqual([200, 200, 429, 429]);
  const { headers } = await cloudflare.call("GET", "/zones");
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(290);
});

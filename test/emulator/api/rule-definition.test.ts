import { useEmulator } from "../../support/use";
import { blocking, Caller, PHASE, refusal } from "./caller";

let cloudflare: Caller;

beforeEach(async () => {
  cloudflare = new Caller(
    await useEmulator({
      zones: [
        "example.com",
        { name: "free.example", plan: "free" },
        { name: "pro.example", plan: "pro" },
        { name: "business.example", plan: "business" },
      ],
    }),
  );
});

/** How the API takes to one rule: "taken", or the refusal. */
async function verdict(rule: object, zone?: string): Promise<string> {
  const path = `${cloudflare.zone(zone)}/rulesets/phases/${PHASE}/entrypoint?dry_run=true`;
  const reply = await cloudflare.call("PUT", path, { rules: [rule] });
  return reply.success ? "taken" : refusal(reply);
}

test.each([
  ["", "400 20125 '' is not a valid value for expression because the expression cannot be blank"],
  ["  ", "400 20125 '' is not a valid value for expression because the expression cannot be blank"],
  [undefined, "400 20125 '' is not a valid value for expression because the expression cannot be blank"],
  [
    'http.hots eq "a"',
    "400 20127 'http.hots eq \"a\"' is not a valid value for expression because could not parse filter expression: " +
      'Filter parsing error (1:1):\nhttp.hots eq "a"\n^^^^^^^^^ unknown identifier',
  ],
])("the expression %p is refused", async (expression, expected) => {
  expect(await verdict(blocking("a", { expression }))).toBe(expected);
});

test("an expression of 4096 characters is taken, one more is not", async () => {
  const long = (length: number): string => `http.host eq "${"a".repeat(length - 15)}"`;
  expect(await verdict(blocking("a", { expression: long(4096) }))).toBe("taken");
  expect(await verdict(blocking("a", { expression: long(4097) }))).toMatch(
    /it has 4097 characters, more than the 4096/,
  );
});

test.each([
  [{ status_code: 403, content: "no", content_type: "text/plain" }, "taken"],
  [{ status_code: 200, content: "no", content_type: "text/plain" }, "status_code because it must be from 400 to 499"],
  [{ status_code: 500, content: "no", content_type: "text/plain" }, "status_code because it must be from 400 to 499"],
  [{ content: "no", content_type: "text/plain" }, "status_code because it must be from 400 to 499"],
  [{ status_code: 403, content_type: "text/plain" }, "content is required in a block response"],
  [{ status_code: 403, content: "", content_type: "text/plain" }, "content is required in a block response"],
  [{ status_code: 403, content: "no" }, "content_type is required in a block response"],
  [{ status_code: 403, content: "no", content_type: "image/png" }, "content_type because it is not one of text/html"],
  [{ status_code: 403, content: "no", content_type: "text/plain", headers: {} }, 'unknown field "headers"'],
  [{ status_code: 401.5, content: "no", content_type: "text/plain" }, "status_code because it must be from 400 to 499"],
  [{ status_code: 403, content: "é".repeat(1024), content_type: "text/plain" }, "taken"],
  [{ status_code: 403, content: "é".repeat(1025), content_type: "text/plain" }, "must not exceed 2 KB"],
  [{ status_code: 403, content: "n".repeat(2049), content_type: "text/plain" }, "must not exceed 2 KB"],
])("the block response %j: %s", async (response, expected) => {
  expect(await verdict(blocking("a", { action_parameters: { response } }))).toContain(expected);
});

test.each([
  ["free.example", "it is available on the Pro plan and above"],
  ["pro.example", "taken"],
  ["business.example", "taken"],
])("a block response on %s: %s", async (zone, expected) => {
  const response = { status_code: 401, content: "{}", content_type: "application/json" };
  expect(await verdict(blocking("a", { action_parameters: { response } }), zone)).toContain(expected);
});

test.each(["challenge", "js_challenge", "managed_challenge", "log"])("the action %s is taken", async (action) => {
  expect(await verdict(blocking("a", { action }))).toBe("taken");
});

test("skip needs to be told what, and logs unless told otherwise", async () => {
  expect(await verdict(blocking("a", { action: "skip" }))).toBe(
    "400 9999 action_parameters is required for the skip action",
  );
  const path = await cloudflare.ruleset();
  const skip = blocking("a", { action: "skip", action_parameters: { ruleset: "current" } });
  const { result } = await cloudflare.call("POST", `${path}/rules`, skip);
  expect(result.rules[0]).toMatchObject({ action_parameters: { ruleset: "current" }, logging: { enabled: true } });
});

test.each([
  [{ action: "execute" }, "400 9999 'execute' is not a valid value for action because it is not one of block,"],
  [{ action: undefined }, "400 9999 action is required"],
  [{ ref: "" }, "400 9999 '' is not a valid value for ref"],
  [{ enabled: "yes" }, "400 9999 'yes' is not a valid value for enabled"],
  [{ description: 7 }, "400 9999 '7' is not a valid value for description"],
  [{ exprssion: "x" }, '400 9999 unknown field "exprssion"'],
  [{ ratelimit: {} }, '400 9999 unknown field "ratelimit"'],
  [{ logging: { enabled: true } }, "400 9999 logging can be set for the skip action only"],
  [{ action: "challenge", action_parameters: { response: {} } }, '400 9999 unknown field "response"'],
])("a rule with %j is refused", async (more, expected) => {
  expect(await verdict(blocking("a", more))).toContain(expected);
});

test("null stands for what wasn't given, as generated clients send it", async () => {
  const nothing = { description: null, enabled: null, logging: null, action_parameters: null, ratelimit: null };
  expect(await verdict(blocking("a", nothing))).toBe("taken");
});

test("what a list was read with may come back in a PUT", async () => {
  expect(await verdict(blocking("a", { version: "7", last_updated: "2026-01-01T00:00:00Z", categories: [] }))).toBe(
    "taken",
  );
});

test.each([
  ["free.example", "it is available on the Enterprise plan only"],
  ["business.example", "it is available on the Enterprise plan only"],
  ["example.com", "taken"],
])("log on %s: %s", async (zone, expected) => {
  expect(await verdict(blocking("a", { action: "log" }), zone)).toContain(expected);
});

test.each([
  ["free.example", "400 20127"],
  ["pro.example", "the matches operator needs the Business or Enterprise plan"],
  ["business.example", "taken"],
  ["example.com", "taken"],
])("matches on %s: %s", async (zone, expected) => {
  for (const expression of ['http.host matches "^a"', 'ssl and not (http.host eq "a" or lower(http.host) ~ "^a")']) {
    expect(await verdict(blocking("a", { expression }), zone)).toContain(expected);
  }
});

test.each([
  ["free.example", 5],
  ["pro.example", 20],
  ["business.example", 100],
  ["example.com", 1000],
])("the plan of %s has room for %d rules: 50001 beyond", async (zone, limit) => {
  const rules = Array.from({ length: limit }, (_, index) => blocking(`r${index}`));
  const path = await cloudflare.ruleset(rules, zone);
  expect(refusal(await cloudflare.call("POST", `${path}/rules`, blocking("one-more")))).toBe(
    `400 50001 exceeded the maximum number of rules in the phase ${PHASE}: ${limit + 1} out of ${limit}`,
  );
});

import { readSettings, strangeSetting } from "../../src/cloudflare/settings";

const settingsOf = (config: Record<string, string>, environment: Record<string, string> = {}) =>
  readSettings((key) => config[`${key}`], environment);

test("a setting comes from the stack's config, then the environment, and has its default", () => {
  expect(settingsOf({})).toEqual({ preflight: true, retryBudget: 600_000, answerTimeout: 60_000 });
  const environment = {
    CLOUDFLARE_MTLS_PREFLIGHT: "off",
    CLOUDFLARE_MTLS_RETRY_BUDGET: "30",
    CLOUDFLARE_MTLS_ANSWER_TIMEOUT: " 0.5 ",
  };
  expect(settingsOf({}, environment)).toEqual({ preflight: false, retryBudget: 30_000, answerTimeout: 500 });
  const config = { "cloudflare-mtls:preflight": "ON", "cloudflare-mtls:retryBudget": "0" };
  expect(settingsOf(config, environment)).toEqual({ preflight: true, retryBudget: 0, answerTimeout: 500 });
  expect(settingsOf({ "cloudflare-mtls:retryBudget": "86400" }).retryBudget).toBe(86_400_000);
});

test.each(["ten", "-1", "10s", "1e9", "0x10", "Infinity", "86401"])("the budget %p is refused by its name", (value) => {
  expect(() => settingsOf({ "cloudflare-mtls:retryBudget": value })).toThrow(
    `cloudflare-mtls:retryBudget (or CLOUDFLARE_MTLS_RETRY_BUDGET) is "${value}": give the seconds that one call may wait`,
  );
});

test.each(["0", "-1", "soon", "1e9", "Infinity"])("an answer timeout of %p is refused with what to give", (value) => {
  expect(() => settingsOf({}, { CLOUDFLARE_MTLS_ANSWER_TIMEOUT: value })).toThrow(
    /ANSWER_TIMEOUT\) is .*give the seconds that an answer.* from 0\.1 to 3600/,
  );
});

test("a preflight that is neither on nor off is refused, and doesn't count as either", () => {
  expect(() => settingsOf({ "cloudflare-mtls:preflight": "nein" })).toThrow(/is "nein": give `on` or `off`, as in/);
});

test("what stands in the place of a setting isn't shown where it may be a token", () => {
  const token = "cfat_0123456789-0123456789-0123456789";
  expect(() => settingsOf({ "cloudflare-mtls:retryBudget": token })).toThrow(`is a text of ${token.length} characters`);
});

test("a key that nobody reads is named with the one that was meant; other namespaces and variables are not ours", () => {
  const known = ["cloudflare-mtls:preflight", "cloudflare-mtls:retryBudget", "cloudflare-mtls:answerTimeout"];
  const set = { CLOUDFLARE_MTLS_PREFLIGHT: "off", CLOUDFLARE_MTLS_CA_PEM: "…", CLOUDFLARE_API_TOKEN: "t" };
  expect(strangeSetting([...known, "cloudflare:apitoken", "shop:preflite"], set)).toBeUndefined();
  expect(strangeSetting(["cloudflare-mtls:pre-flight"], {})).toMatch(
    /"cloudflare-mtls:pre-flight".*Did you mean "cloudflare-mtls:preflight"\?/,
  );
  expect(strangeSetting(["cloudflare-mtls:colour"], {})).toMatch(/There are: cloudflare-mtls:preflight, /);
  expect(strangeSetting([], { CLOUDFLARE_MTLS_RETRYBUDGET: "5" })).toMatch(
    /RETRYBUDGET.*Did you mean CLOUDFLARE_MTLS_RETRY_BUDGET\?/,
  );
});

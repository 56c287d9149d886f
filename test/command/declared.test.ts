import { targetsOf } from "../../src/command/declared";

/* What a stack declares, from what Pulumi prints of it. */

const list = { zoneId: "z", hostnames: "api.x.com\nlist.x.com\n", caCertificateId: "1", mode: "exclusive" };
const rule = {
  ...{ zoneId: "z", hostnames: "api.x.com\n", action: "block", expressions: "ssl\n\n", paths: "/admin/*\n" },
  associations: [{ caCertificateId: "1", more: "list.x.com\n", less: "" }],
};
/** As a program reads them. */
const read = {
  list: { ...list, hostnames: ["api.x.com", "list.x.com"] },
  rule: { ...rule, expressions: ["ssl"] },
};
const exported = (...resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const API = { hostname: "api.x.com", path: "/admin/any-other-path", asks: true, refusals: [403], other: "list.x.com" };
const LIST = { hostname: "list.x.com", path: "/", asks: true, refusals: [403], other: "api.x.com" };

test.each([
  ["an export", exported({ outputs: list }, { outputs: rule })],
  [
    "an export with inputs",
    exported({ inputs: list, outputs: list }, { inputs: { ...rule, action: undefined }, outputs: rule }),
  ],
  [
    "an export with secrets shown",
    exported(
      { outputs: { ...list, hostnames: secret(list.hostnames) } },
      { outputs: { ...rule, hostnames: secret(rule.hostnames) } },
    ),
  ],
  [
    "outputs with a component",
    JSON.stringify({ mtls: { associations: { x: { one: read.list } }, rules: { x: read.rule } } }),
  ],
])("%s has its hosts: those of rules on their first path, and those that only are on a list", (_what, text) => {
  expect(targetsOf(text)).toMatchObject([API, LIST]);
});

test("what is about to be deleted isn't declared any more, nor what a killed run began", () => {
  const old = { delete: true, outputs: { ...rule, hostnames: "old.x.com\n" } };
  const deployment = {
    resources: [old, { outputs: rule }],
    pending_operations: [{ resource: { outputs: { ...rule, hostnames: "new.x.com\n" } } }],
  };
  expect(targetsOf(JSON.stringify({ deployment })).map(({ hostname }) => hostname)).toEqual(["api.x.com"]);
});

test("a host is judged by the rules of its own zone, and by all of them", () => {
  const elsewhere = {
    ...rule,
    zoneId: "y",
    hostnames: "api.y.com\n",
    expressions: "not ssl\n\n",
    response: { statusCode: 401 },
  };
  const second = { ...rule, paths: undefined, expressions: "ssl\n\nnot ssl\n\n", action: "log" };
  const found = targetsOf(exported({ outputs: rule }, { outputs: elsewhere }, { outputs: second }));
  expect(
    found.map(({ hostname, path, rules, refusals }) => [hostname, path, rules.map(({ action }) => action), refusals]),
  ).toEqual([
    ["api.x.com", "/admin/any-other-path", ["block", "log", "log"], [403]],
    ["api.x.com", "/", ["block", "log", "log"], [403]],
    ["api.y.com", "/admin/any-other-path", ["block"], [401]],
  ]);
});

test.each([
  ["no JSON", "{", /^It is no JSON\. Give what `pulumi stack export` prints/],
  [
    "a stack without any",
    exported({ outputs: { bucket: "b" } }),
    /^It holds no rule and no list of this package's\. Give/,
  ],
  [
    "hosts that are secret",
    exported({ outputs: { ...rule, hostnames: "[secret]" } }),
    /^It has hostnames .* that are secret\. Add --show-secrets/,
  ],
  [
    "rules that are encrypted",
    exported({ outputs: { ...rule, expressions: { ...secret([]), plaintext: undefined, ciphertext: "v1:" } } }),
    /Add --show-secrets/,
  ],
])("%s is refused with what to give", (_what, text, words) => {
  expect(() => targetsOf(text)).toThrow(words);
});

import { respelled } from "../../../src/emulator/api/respelling";
import { sameMeaning } from "../../../src/language";
import { useEmulator } from "../../support/use";
import { Caller } from "./caller";

test.each([
  ['(http.host eq "a")', 'http.host eq "a"'],
  ['((ssl) and http.host in {"b" "a"})', 'ssl && http.host in {"a" "b"}'],
  ['http.host == "x and y" or not ssl', 'http.host eq "x and y" || not ssl'],
  ['http.host eq "\\" and \\"" and ssl', 'http.host eq "\\" and \\"" && ssl'],
  ['http.host matches r#"" and "#  and ssl', undefined],
])("%s is kept in another spelling that says the same", (written, kept) => {
  const text = respelled(written);
  if (kept !== undefined) expect(text).toBe(kept);
  expect(sameMeaning(text, written)).toBe(true);
  expect(respelled(text)).toBe(text);
});

test("with storedExpressions a rule comes back respelled from wherever it was written, and its neighbours as they were", async () => {
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
  const rule = (host: string) => ({ action: "block", expression: `(ssl and http.host eq "${host}")`, ref: host });
  const path = await cloudflare.ruleset([rule("a"), rule("b")]);
  cloudflare.emulator.configure({ storedExpressions: "respelled" });
  await cloudflare.call("POST", `${path}/rules`, rule("c"));
  const { result } = await cloudflare.entryPoint();
  const second = result.rules[1]!;
  await cloudflare.call("PATCH", `${path}/rules/${second.id}`, { ...rule("b"), description: "changed" });
  const texts = async () => (await cloudflare.entryPoint()).result.rules.map(({ expression }) => expression);
  expect(await texts()).toEqual(['(ssl and http.host eq "a")', 'ssl && http.host eq "b"', 'ssl && http.host eq "c"']);
  await cloudflare.call("PUT", path, { rules: [rule("a")] });
  expect(await texts()).toEqual(['ssl && http.host eq "a"']);
});

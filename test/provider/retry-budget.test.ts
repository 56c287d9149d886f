import { readSeconds, RETRY_BUDGET } from "../../src/cloudflare/credentials";

const configured = (value: string) =>
  readSeconds((key) => (key === "cloudflare-mtls:retryBudget" ? value : ""), {}, RETRY_BUDGET);

test.each([
  ["600", 600_000],
  ["0", 0],
  [" 1.5 ", 1500],
  ["86400", 86_400_000],
  ["", undefined],
])("the budget %p is %p milliseconds", (value, expected) => {
  expect(configured(value)).toBe(expected);
});

test("the stack's config comes before the environment", () => {
  const environment = { CLOUDFLARE_MTLS_RETRY_BUDGET: "30" };
  expect(readSeconds(() => undefined, environment, RETRY_BUDGET)).toBe(30_000);
  expect(readSeconds(() => "20", environment, RETRY_BUDGET)).toBe(20_000);
});

test.each(["ten", "-1", "10s", "1e9", "0x10", "Infinity", "86401"])("the budget %p is refused by its name", (value) => {
  expect(() => configured(value)).toThrow(
    `cloudflare-mtls:retryBudget (or CLOUDFLARE_MTLS_RETRY_BUDGET) is "${value}": give the seconds`,
  );
});

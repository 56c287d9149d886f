import { startEmulator, type EmulatorOptions } from "../../src/emulator";
import { nastySettings } from "../../src/emulator/control/nasty";
import { useEmulator } from "../support/use";
import { Caller } from "./api/caller";

/* All that Cloudflare has been seen to do, at once, and the same again for the same seed. */

async function settingsOf(options: Partial<EmulatorOptions>): Promise<Record<string, unknown>> {
  const { apiUrl } = await useEmulator({ zones: ["example.com"], ...options });
  const response = await fetch(apiUrl.replace("/client/v4", "/__emulator/settings"));
  return (await response.json()) as Record<string, unknown>;
}

test("a nasty account has everything on, and true is the seed 1", async () => {
  const settings = await settingsOf({ nasty: true });
  expect(settings).toMatchObject(nastySettings(1));
  expect(Object.values(settings.lag as object).filter((value) => value === 0)).toEqual([]);
  expect(settings).toMatchObject({
    faultRate: 0.1,
    sessionResumption: "carries-verdict",
    storedExpressions: "respelled",
  });
});

test("seeds differ, and between them every reading of the edge is met", () => {
  const all = Array.from({ length: 20 }, (_, seed) => nastySettings(seed));
  expect(new Set(all.map((settings) => JSON.stringify(settings))).size).toBe(20);
  expect(new Set(all.map(({ verification, urlNormalization }) => `${verification} ${urlNormalization}`)).size).toBe(4);
});

test("what is set beside it counts, and all else stays nasty", async () => {
  const { lag, ...settings } = await settingsOf({ nasty: 3, lag: { edge: 5 }, faultRate: 0, verification: "account" });
  expect(lag).toMatchObject({ ...nastySettings(3).lag, edge: 5 });
  expect(settings).toMatchObject({ faultRate: 0, verification: "account", latency: nastySettings(3).latency });
});

test.each([[0.5], [NaN], ["1"]])("the seed %p is refused by name", async (nasty) => {
  const options = { zones: ["example.com"], nasty: nasty as number };
  await expect(startEmulator(options)).rejects.toThrow(/^nasty must be true, false or a whole number, not /);
});

test("calls fail in each of the ways, and in the same order for the same seed", async () => {
  const failures = async (nasty: number): Promise<string[]> => {
    const cloudflare = new Caller(await useEmulator({ zones: ["example.com"], nasty, faultRate: 0.5, latency: 0 }));
    for (let count = 0; count < 60; count++) {
      await cloudflare.call("GET", "/zones").catch(() => undefined);
    }
    return cloudflare.emulator.requests.map(({ fault, status }) => `${fault ?? "none"} ${status}`);
  };
  const [one, again, other] = [await failures(1), await failures(1), await failures(2)];
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
  expect([...new Set(one)].sort()).toEqual([
    "html 502",
    "latency 200",
    "none 200",
    "reset-after 200",
    "reset-before 0",
    "status 200",
    "status 429",
    "status 500",
  ]);
});

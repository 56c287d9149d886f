import { between, chanceOf, oneOf, type Chance } from "../account/chance";
import type { Settings, SettingsChange } from "../account/settings";
import type { Failure } from "./faults";

/** All that Cloudflare has been seen to do at once, in seconds instead of minutes. The same for the same seed. */
export function nastySettings(seed: number): SettingsChange {
  const chance = chanceOf(seed);
  return {
    lag: {
      associations: between(chance, 200, 800),
      associationReads: between(chance, 1, 2),
      deletion: between(chance, 300, 1000),
      services: between(chance, 300, 1000),
      visibleAfterDelete: between(chance, 300, 1000),
      revocation: between(chance, 200, 800),
      edge: 1000,
    },
    latency: between(chance, 5, 40),
    faultRate: 0.1,
    verification: oneOf(chance, ["host", "account"]),
    urlNormalization: oneOf(chance, ["cloudflare", "rfc3986"]),
    sessionResumption: "carries-verdict",
    storedExpressions: "respelled",
  };
}

const FAILURES: readonly [Failure, ...Failure[]] = [
  { kind: "status", status: 429, retryAfter: 1 },
  { kind: "status", status: 200, code: 971, message: "Please wait and consider throttling your request speed" },
  { kind: "status", status: 500 },
  { kind: "html" },
  { kind: "latency", milliseconds: 500 },
  { kind: "reset-before" },
  { kind: "reset-after" },
];

/** A failure for the share of calls that the settings say. */
export function failuresByChance(chance: Chance, settings: Settings): () => Failure | undefined {
  return () => (chance() < settings.faultRate ? oneOf(chance, FAILURES) : undefined);
}

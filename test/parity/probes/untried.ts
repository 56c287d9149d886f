const CHANCE = "which data centre answers, and how far it is behind, is chance";

/** Claims without a probe, and why. */
export const UNTRIED: Readonly<Record<string, string>> = {
  "a defect of the emulator": "it is about the emulator alone",
  "a CA too many": "it would take every CA slot of the account from others",
  "a service that uses a CA": "it needs a Worker or a Gateway that uses one",
  "a client certificate too many": "it would take 100 places, and revoked certificates stay on the list",
  rulesets: "it is about what the emulator leaves out",
  "a permission that is missing": "it needs a second token, with fewer permissions",
  entitlement: "the account has it, or nothing here could be tried",
  "everything else of the API": "it is about what the emulator leaves out",
  "lists by name, unusual regular expressions, further functions": "it is about what the emulator leaves out",
  "a connection from before a change": CHANCE,
  "data centres that disagree": CHANCE,
  "the order in which changes arrive": CHANCE,
  "session resumption": "it needs a second zone",
  "a rule that can't be evaluated": "no such rule can be made at Cloudflare",
};

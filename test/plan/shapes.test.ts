import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import type { Rule } from "../../src/plan/picture";
import { clientOf, LivingZone } from "./living-zone";
import { Truth } from "./truth";
import type { Verdict, Visitor } from "./truth";
import { ANY_CA, HOST, pinned, rule } from "./zone";

/*
 * The truth of the core where an account's uploads aren't simply two CAs: each host leaves the list of the first upload, while the
 * others stay, and real clients knock before and after.
 */

interface Shape {
  /** The bundles that are uploaded; the host leaves the first one's list. */
  readonly uploads: readonly (readonly Authority[])[];
  /** Those that are associated with the host besides the first. */
  readonly beside: readonly number[];
  /** The issuers whose clients knock, with what they send of the chain; all of them rely on the first upload. */
  readonly clients: readonly (readonly [issuer: Authority, chain?: readonly Authority[]])[];
  readonly rules: readonly Rule[];
}

const any = [rule(ANY_CA)];
const only = (...issuers: Authority[]) => [rule(pinned(issuers.map(({ ski }) => ski)))];

async function renewedWithItsKey(isBeside: boolean): Promise<Shape> {
  const old = await createAuthority("Old");
  const beside = isBeside ? [1] : [];
  return { uploads: [[old], [await old.renew()]], beside, clients: [[old]], rules: only(old) };
}

async function renamedWithItsKey(): Promise<Shape> {
  const old = await createAuthority("Old");
  return { uploads: [[old], [await old.renew("New")]], beside: [1], clients: [[old]], rules: only(old) };
}

async function commonRoot(sent: "the whole chain" | "the leaf", isPinned: boolean): Promise<Shape> {
  const root = await createAuthority("Root");
  const [one, two] = [await root.intermediate("One"), await root.intermediate("Two")];
  const uploads = [
    [one, root],
    [two, root],
  ];
  const chain = sent === "the leaf" ? [] : [one];
  return { uploads, beside: [1], clients: [[one, chain]], rules: isPinned ? only(one, two) : any };
}

async function unknownIntermediate(isBeside: boolean, pin: "its issuer" | "small letters" | "nothing"): Promise<Shape> {
  const [root, other] = [await createAuthority("Root"), await createAuthority("Other")];
  const below = await root.intermediate("Below");
  const text = pinned([pin === "small letters" ? below.ski.toLowerCase() : below.ski]);
  const small = text.replace("cf.tls_client_auth.cert_issuer_ski in", "lower(cf.tls_client_auth.cert_issuer_ski) in");
  const rules = pin === "nothing" ? any : [rule(pin === "small letters" ? small : text)];
  return { uploads: [[root], [other]], beside: isBeside ? [1] : [], clients: [[below, [below]]], rules };
}

async function withoutIdentifier(rules: readonly Rule[]): Promise<Shape> {
  const ca = await createAuthority("No identifier", { keyIdentifiers: false });
  return { uploads: [[ca]], beside: [], clients: [[ca]], rules };
}

async function judge({ uploads, beside, clients, rules }: Shape): Promise<[Verdict, string[]]> {
  const zone = await LivingZone.start();
  try {
    const ids: string[] = [];
    for (const bundle of uploads) ids.push(await zone.upload(...bundle));
    const visitors: Visitor[] = [{ name: "nobody" }];
    for (const [issuer, chain] of clients) {
      visitors.push({ ...(await clientOf(issuer, "client", chain)), isLeft: true });
    }
    const [first = "", ...others] = ids;
    const staying = others.filter((_, index) => beside.includes(index + 1));
    const truth = await Truth.of(zone, HOST, first, staying, visitors);
    return await truth.under(rules.map(({ action, expression }) => ({ action, expression })));
  } finally {
    await zone.close();
  }
}

/** The last column holds what the core says wrongly of who gets in. */
test.each<[string, () => Promise<Shape>, Verdict, string[]?]>([
  ["a CA renewed with its old key, which isn't there yet", () => renewedWithItsKey(false), "needed"],
  ["a CA renewed with its old key, which is there", () => renewedWithItsKey(true), "free"],
  // Wrong: an SKI says nothing of the name, and the picture knows only SKIs.
  ["a CA renewed with its old key under another name", renamedWithItsKey, "let go", ["client at / isn't admitted"]],
  [
    "a bundle whose root is in another bundle, and clients that send the chain",
    () => commonRoot("the whole chain", true),
    "over-cautious",
  ],
  ["a bundle whose root is in another bundle, and clients that don't", () => commonRoot("the leaf", true), "needed"],
  [
    "the same under a rule for any CA, and clients that send the chain",
    () => commonRoot("the whole chain", false),
    "free",
  ],
  ["the same under a rule for any CA, and clients that don't", () => commonRoot("the leaf", false), "let go"],
  ["an intermediate in no upload that a rule pins", () => unknownIntermediate(false, "its issuer"), "needed"],
  [
    "an intermediate in no upload that a rule pins in small letters",
    () => unknownIntermediate(false, "small letters"),
    "needed",
  ],
  ["an intermediate in no upload under a rule for any CA", () => unknownIntermediate(false, "nothing"), "needed"],
  // It may be under the other one as well: held, neither CA could ever leave.
  [
    "an intermediate in no upload that a rule pins, beside another CA",
    () => unknownIntermediate(true, "its issuer"),
    "let go",
  ],
  ["a CA without a subject key identifier under a rule for any CA", () => withoutIdentifier(any), "needed"],
])("the guard is right about %s", async (_, shape, verdict, wrong = []) => {
  expect(await judge(await shape())).toStrictEqual([verdict, wrong]);
});

import { admission } from "../../src/plan/admission";
import type { Admission, Client } from "../../src/plan/admission";
import { ANY_CA, HOST, OTHER_HOST, partsAskedFor, pictureOf, pinned, rule, skip, SKI_A, SKI_B, SKI_C } from "./zone";
import type { Zone } from "./zone";

const of = (issuerSki: string): Client => ({ issuerSki });
const CAS = { a: [SKI_A], b: [SKI_B] };
const ON_A = { a: [HOST], b: [] };
const ON_BOTH = { a: [HOST], b: [HOST] };

describe("who gets in", () => {
  it.each<[string, Zone, Client, Admission]>([
    ["nobody's rule lets an anonymous client in", { rules: [] }, "anonymous", "admitted"],
    ["our rule refuses an anonymous client", { rules: [rule(pinned([SKI_A]))] }, "anonymous", "refused"],
    ["a country leaves it open", { rules: [rule('ip.geoip.country eq "XX"')] }, "anonymous", "unknown"],
    [
      "a client of the associated CA that is pinned",
      { cas: CAS, lists: ON_A, rules: [rule(pinned([SKI_A]))] },
      of(SKI_A),
      "admitted",
    ],
    [
      "a client of an associated CA that isn't pinned",
      { cas: CAS, lists: ON_BOTH, rules: [rule(pinned([SKI_A]))] },
      of(SKI_B),
      "refused",
    ],
    [
      "a client of a pinned CA on a host that asks for no certificate",
      { cas: CAS, lists: { a: [OTHER_HOST], b: [] }, rules: [rule(pinned([SKI_A]))] },
      of(SKI_A),
      "refused",
    ],
    [
      "a client of a pinned CA of the account, where the host asks for another's: the documents are unclear",
      { cas: CAS, lists: ON_A, rules: [rule(pinned([SKI_A, SKI_B]))] },
      of(SKI_B),
      "unknown",
    ],
    [
      "a client of another CA that isn't pinned, whatever the documents mean",
      { cas: CAS, lists: ON_A, rules: [rule(pinned([SKI_A]))] },
      of(SKI_B),
      "refused",
    ],
    [
      "a client of any associated CA, where the rule takes any",
      { cas: CAS, lists: ON_BOTH, rules: [rule(ANY_CA)] },
      of(SKI_B),
      "admitted",
    ],
    [
      "a client of an intermediate that is in no upload",
      { cas: CAS, lists: ON_A, rules: [rule(pinned([SKI_C]))] },
      of(SKI_C),
      "unknown",
    ],
    [
      "a client of the CA that was renewed with its old key, where only the renewed one is associated",
      { cas: { old: [SKI_A], renewed: [SKI_A] }, lists: { old: [], renewed: [HOST] }, rules: [rule(ANY_CA)] },
      of(SKI_A),
      "admitted",
    ],
    [
      "a client of the second issuer in a bundle",
      { cas: { bundle: [SKI_A, SKI_B] }, lists: { bundle: [HOST] }, rules: [rule(ANY_CA)] },
      of(SKI_B),
      "admitted",
    ],
    [
      "a client that a skip rule lets past",
      { cas: CAS, lists: ON_A, rules: [skip("cf.tls_client_auth.cert_verified"), rule("true")] },
      of(SKI_A),
      "admitted",
    ],
  ])("%s", (_, zone, client, expected) => {
    expect(admission(pictureOf(zone), client, HOST)).toBe(expected);
  });

  it.each<[string | undefined, Admission]>([
    [undefined, "unknown"],
    ["/admin", "refused"],
    ["/", "admitted"],
  ])("depends on the path: %s", (path, expected) => {
    const picture = pictureOf({ rules: [rule(pinned([SKI_A], [HOST], ["/admin"]))] });
    expect(admission(picture, "anonymous", HOST, path)).toBe(expected);
  });

  it("doesn't depend on the client's spelling of the host", () => {
    const picture = pictureOf({ cas: CAS, lists: ON_A, rules: [rule(pinned([SKI_A]))] });
    expect(admission(picture, of(SKI_A), "API.Example.com")).toBe("admitted");
    expect(admission(picture, "anonymous", "API.Example.com")).toBe("refused");
  });
});

describe("what has to be looked at", () => {
  it.each<[string, Zone, Client, ReturnType<typeof partsAskedFor>]>([
    ["the rules alone, for an anonymous client", {}, "anonymous", ["rules"]],
    ["nothing more than the rules, for an anonymous client", { rules: [] }, "anonymous", []],
    ["the CAs, for a client with a certificate", { rules: [] }, of(SKI_A), ["authorities"]],
    [
      "every CA's list, for a client with a certificate",
      { rules: [], cas: CAS },
      of(SKI_A),
      [{ list: "a" }, { list: "b" }],
    ],
    ["the rules, once the lists were seen", { cas: CAS, lists: ON_A }, of(SKI_A), ["rules"]],
  ])("is %s", (_, zone, client, parts) => {
    expect(partsAskedFor(() => admission(pictureOf(zone), client, HOST))).toStrictEqual(parts);
  });
});

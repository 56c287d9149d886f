import { standingDemands } from "../../src/plan/demand";
import type { Rule } from "../../src/plan/picture";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { ANY_CA, HOST, OTHER_HOST, partsAskedFor, pictureOf, pinned, rule, skip, SKI_A, SKI_B, SKI_C } from "./zone";
import type { Zone } from "./zone";

const auth = (field: string) => `cf.tls_client_auth.${field}`;
const CAS = { a: [SKI_A], b: [SKI_B] };
const ALONE = { a: [HOST], b: [] };
const BESIDE = { a: [HOST], b: [HOST] };
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id);

describe("the guard over an association that is about to go", () => {
  const optional = `${auth("cert_presented")} and not (${auth("cert_verified")} and ${auth("cert_issuer_ski")} eq "${SKI_A}")`;
  const country = 'ip.geoip.country eq "XX"';

  it.each<[string, Zone, boolean]>([
    ["holds it while our rule pins its issuer", { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_A]))] }, true],
    ["holds it while it is one of two", { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_A, SKI_B]))] }, true],
    ["lets it go once the rule dropped the issuer", { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_B]))] }, false],
    [
      "lets it go where the rule is another host's",
      { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_A], [OTHER_HOST]))] },
      false,
    ],
    [
      "holds it under a rule for any CA, where it is the only one",
      { cas: CAS, lists: ALONE, rules: [rule(ANY_CA)] },
      true,
    ],
    [
      "lets it go under a rule for any CA, where another one is",
      { cas: CAS, lists: BESIDE, rules: [rule(ANY_CA)] },
      false,
    ],
    ["lets it go past a rule that logs", { rules: [rule(pinned([SKI_A]), { action: "log" })] }, false],
    ["lets it go past a disabled rule", { rules: [rule(pinned([SKI_A]), { enabled: false })] }, false],
    [
      "lets it go where everybody is refused anyway",
      { cas: CAS, lists: ALONE, rules: [rule(ANY_CA), rule("true")] },
      false,
    ],
    ["lets it go behind a skip rule for everybody", { rules: [skip("ssl"), rule(ANY_CA)] }, false],
    [
      "holds it behind a skip rule for some",
      { cas: CAS, lists: ALONE, rules: [skip("ip.src in $office"), rule(ANY_CA)] },
      true,
    ],
    ["holds it for a path", { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_A], [HOST], ["/admin"]))] }, true],
    [
      "holds it where a country matters as well",
      { cas: CAS, lists: ALONE, rules: [rule(`${country} or not ${auth("cert_verified")}`)] },
      true,
    ],
    [
      "lets it go where a country alone matters beside",
      { cas: CAS, lists: ALONE, rules: [rule(country), rule(pinned([SKI_A], [OTHER_HOST]))] },
      false,
    ],
    [
      "holds it for a serial number beside another CA",
      { cas: CAS, lists: BESIDE, rules: [rule(`${auth("cert_serial")} ne "01"`)] },
      true,
    ],
    [
      "holds it for a rule that can't be read",
      { cas: CAS, lists: BESIDE, rules: [rule(`what of ${auth("cert_verified")}`)] },
      true,
    ],
    [
      "lets it go past a rule that can't be read and has no word of certificates",
      { rules: [rule("what of it")] },
      false,
    ],
    [
      "lets it go when it was renewed with its old key, and the renewed one is there",
      { cas: { a: [SKI_A], renewed: [SKI_A] }, lists: { a: [HOST], renewed: [HOST] }, rules: [rule(pinned([SKI_A]))] },
      false,
    ],
    [
      "holds it when it was renewed with its old key, and the renewed one isn't there",
      { cas: { a: [SKI_A], renewed: [SKI_A] }, lists: { a: [HOST], renewed: [] }, rules: [rule(pinned([SKI_A]))] },
      true,
    ],
    [
      "lets a bundle go when another one has the root that is pinned",
      { cas: { a: [SKI_A, SKI_C], b: [SKI_B, SKI_C] }, lists: BESIDE, rules: [rule(pinned([SKI_C]))] },
      false,
    ],
    [
      "holds a bundle for the issuer that no other has",
      { cas: { a: [SKI_C, SKI_A], b: [SKI_B, SKI_C] }, lists: BESIDE, rules: [rule(pinned([SKI_A, SKI_C]))] },
      true,
    ],
    [
      "holds it for an intermediate in no upload",
      { cas: CAS, lists: { ...ALONE, [CLOUDFLARE_MANAGED_CA]: [] }, rules: [rule(pinned([SKI_C]))] },
      true,
    ],
    [
      "lets it go where such an issuer may be the managed CA",
      { cas: CAS, lists: { ...ALONE, [CLOUDFLARE_MANAGED_CA]: [HOST] }, rules: [rule(pinned([SKI_C]))] },
      false,
    ],
    [
      "lets it go where such an intermediate may be under another CA",
      { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_C]))] },
      false,
    ],
    [
      "lets it go where the issuer is another upload's",
      { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_B]))] },
      false,
    ],
    [
      "holds one without an identifier under a rule for any CA",
      { cas: { a: [], b: [SKI_B] }, lists: ALONE, rules: [rule(ANY_CA)] },
      true,
    ],
    [
      "lets one without an identifier go where another is",
      { cas: { a: [], b: [SKI_B] }, lists: BESIDE, rules: [rule(ANY_CA)] },
      false,
    ],
    [
      "lets one without an identifier go where others are pinned",
      { cas: { a: [], b: [SKI_B] }, lists: ALONE, rules: [rule(pinned([SKI_B]))] },
      false,
    ],
    ["lets one go that was deleted", { cas: { b: [SKI_B] }, lists: ALONE, rules: [rule(ANY_CA)] }, false],
    [
      "holds it for a skip rule of its clients",
      { cas: CAS, lists: BESIDE, rules: [skip(`${auth("cert_issuer_ski")} eq "${SKI_A}"`), rule("true")] },
      true,
    ],
    [
      "lets it go where certificates are optional and it is alone",
      { cas: CAS, lists: ALONE, rules: [rule(optional)] },
      false,
    ],
    [
      "holds it where certificates are optional, and another CA's are asked for",
      { cas: CAS, lists: BESIDE, rules: [rule(optional)] },
      true,
    ],
    [
      "lets it go where the optional certificate may be any CA's",
      { cas: CAS, lists: BESIDE, rules: [rule(`${auth("cert_presented")} and not ${auth("cert_verified")}`)] },
      false,
    ],
    [
      "lets it go where its clients are refused already, and others only by their country",
      {
        cas: CAS,
        lists: ALONE,
        rules: [rule(`${auth("cert_verified")} or ${country}`)],
      },
      false,
    ],
    [
      "lets it go past a serial number that is refused",
      { cas: CAS, lists: BESIDE, rules: [rule(`${auth("cert_serial")} eq "01"`)] },
      false,
    ],
  ])("%s", (_, zone, isHeld) => {
    const held = standingDemands(pictureOf(zone), "a", [HOST]).map(({ hostname }) => hostname);
    expect(held).toStrictEqual(isHeld ? [HOST] : []);
  });

  it("names each host that is held, in their order, with the rules that hold it", () => {
    const rules = [
      rule(pinned([SKI_A], [OTHER_HOST]), { id: "www" }),
      rule("ip.src in $office", { id: "office" }),
      rule(pinned([SKI_A], [HOST, OTHER_HOST]), { id: "both" }),
      rule(pinned([SKI_A], ["old.example.com"]), { id: "off", enabled: false }),
    ];
    const hostnames = [HOST, "old.example.com", OTHER_HOST];
    const picture = pictureOf({ cas: CAS, lists: { a: hostnames, b: [] }, rules });
    const held = standingDemands(picture, "a", hostnames);
    expect(held.map(({ hostname, rules: by }) => [hostname, ids(by)])).toStrictEqual([
      [HOST, ["both"]],
      [OTHER_HOST, ["www", "both"]],
    ]);
    expect(held[0]?.rules[0]).toBe(rules[2]);
  });

  it("names a skip rule of its clients, and none of others' nor a refusal of its clients", () => {
    const verified = auth("cert_verified");
    const rules = [
      { ...skip(`${verified} and ${auth("cert_issuer_ski")} eq "${SKI_A}"`), id: "hers" },
      { ...skip(`${verified} and ${auth("cert_issuer_ski")} eq "${SKI_B}"`), id: "others" },
      { ...skip(`not ${verified} and ip.src in $office`), id: "nobody's" },
      rule(`ip.geoip.country eq "XX" and ${verified}`, { id: "verified" }),
      rule(`http.host eq "${HOST}"`, { id: "all" }),
    ];
    const [demand] = standingDemands(pictureOf({ cas: CAS, lists: BESIDE, rules }), "a", [HOST]);
    expect(ids(demand?.rules ?? [])).toStrictEqual(["hers"]);
  });

  it("names the rule that asks for any certificate, verified or not", () => {
    const rules = [rule(`not ${auth("cert_presented")}`)];
    const [demand] = standingDemands(pictureOf({ cas: CAS, lists: ALONE, rules }), "a", [HOST]);
    expect(ids(demand?.rules ?? [])).toStrictEqual(["r1"]);
  });

  it("holds nothing where nothing is to go", () => {
    expect(standingDemands(pictureOf({}), "a", [])).toStrictEqual([]);
  });

  it("names the rule that makes certificates optional", () => {
    const [demand] = standingDemands(pictureOf({ cas: CAS, lists: BESIDE, rules: [rule(optional)] }), "a", [HOST]);
    expect(ids(demand?.rules ?? [])).toStrictEqual(["r1"]);
  });
});

describe("what the guard has to look at", () => {
  it.each<[string, Zone, readonly string[], ReturnType<typeof partsAskedFor>]>([
    ["nothing, where no host is to go", {}, [], []],
    ["the rules first", {}, [HOST], ["rules"]],
    ["nothing more, where no rule looks at certificates", { rules: [rule("ip.src in $bad")] }, [HOST], []],
    [
      "nothing more, where the rules are open to everybody on that host",
      { rules: [rule(pinned([SKI_A], [OTHER_HOST]))] },
      [HOST],
      [],
    ],
    ["the CAs, where a rule demands certificates there", { rules: [rule(pinned([SKI_A]))] }, [HOST], ["authorities"]],
    [
      "the CAs, where a certificate is optional",
      { rules: [rule(`${auth("cert_presented")} and not ${auth("cert_verified")}`)] },
      [HOST],
      ["authorities"],
    ],
    ["no list, where the CA is meant by name", { cas: CAS, rules: [rule(pinned([SKI_A]))] }, [HOST], []],
    ["no list, where its issuer is refused", { cas: CAS, rules: [rule(pinned([SKI_B]))] }, [HOST], []],
    [
      "the others' lists, where any CA will do",
      { cas: { ...CAS, c: [SKI_C] }, rules: [rule(ANY_CA)] },
      [HOST],
      [{ list: "b" }, { list: "c" }],
    ],
    [
      "the list of the one with the same key alone",
      { cas: { ...CAS, renewed: [SKI_A] }, rules: [rule(pinned([SKI_A]))] },
      [HOST],
      [{ list: "renewed" }],
    ],
  ])("is %s", (_, zone, hostnames, parts) => {
    expect(partsAskedFor(() => standingDemands(pictureOf(zone), "a", hostnames))).toStrictEqual(parts);
  });
});

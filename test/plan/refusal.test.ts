import { everything, print } from "../../src/language";
import {
  dependsOnCertificate,
  looksAtCertificates,
  pinsOf,
  refusal,
  sameCondition,
  type Condition,
  type Shown,
} from "../../src/plan/refusal";
import type { Rule } from "../../src/plan/picture";
import { ANY_CA, HOST, OTHER_HOST, pinned, rule, skip, SKI_A, SKI_B } from "./zone";

const A: Shown = { issuerSki: SKI_A, verified: true };
const UNVERIFIED: Shown = { issuerSki: SKI_A, verified: false };
const EITHER_WAY: Shown = { issuerSki: SKI_A, verified: undefined };
const auth = (field: string) => `cf.tls_client_auth.${field}`;
const VERIFIED = auth("cert_verified");

/** A text stands for what it depends on. */
function told(condition: Condition): boolean | string {
  return typeof condition === "boolean" ? condition : print(condition);
}

describe("a client without a certificate", () => {
  const onHost = (text: string) => `http.host eq "${HOST}" and ${text}`;

  it.each<[string, Rule[], boolean | string]>([
    ["gets in where there are no rules", [], false],
    ["is refused by our own rule", [rule(pinned([SKI_A]))], true],
    ["is refused by the rule of Cloudflare's documents", [rule(ANY_CA)], true],
    ["gets in where the rule is for another host", [rule(pinned([SKI_A], [OTHER_HOST]))], false],
    ["gets in past a disabled rule", [rule(ANY_CA, { enabled: false })], false],
    ["gets in past a rule that only logs", [rule(ANY_CA, { action: "log" })], false],
    ["is refused by a managed challenge", [rule(ANY_CA, { action: "managed_challenge" })], true],
    ["is refused by a challenge in JavaScript", [rule(ANY_CA, { action: "js_challenge" })], true],
    ["gets in by a skip rule before", [skip("ssl"), rule(ANY_CA)], false],
    ["isn't helped by a skip rule after", [rule(ANY_CA), skip("ssl")], true],
    ["isn't helped by a disabled skip rule", [{ ...skip("ssl"), enabled: false }, rule(ANY_CA)], true],
    ["isn't helped by a skip rule of another host", [skip(`http.host eq "${OTHER_HOST}"`), rule(ANY_CA)], true],
    ["gets in by a skip rule of this host", [skip(`http.host eq "${HOST}"`), rule(ANY_CA)], false],
    ["gets in by a skip rule for the current phase", [skip("ssl", { phase: "current" }), rule(ANY_CA)], false],
    [
      "gets in by a skip rule that names the phase",
      [skip("ssl", { phases: ["http_ratelimit", "http_request_firewall_custom"] }), rule(ANY_CA)],
      false,
    ],
    [
      "isn't helped by a rule that skips other phases",
      [skip("ssl", { phases: ["http_ratelimit"] }), rule(ANY_CA)],
      true,
    ],
    ["isn't helped by a rule that skips products", [skip("ssl", {}), rule(ANY_CA)], true],
    [
      "gets in by a skip rule that doesn't say what",
      [{ ...skip("ssl"), action_parameters: undefined }, rule(ANY_CA)],
      false,
    ],
    ["meets the rules before a skip rule", [rule("ssl"), skip("ssl"), rule(ANY_CA)], true],
    [
      "may get in by a skip rule that looks at what isn't known",
      [skip("ip.src in $office"), rule(ANY_CA)],
      "not ip.src in $office",
    ],
    [
      "may get in by either of two such skip rules",
      [skip("ip.src in $office"), skip("ip.src in $home"), rule(ANY_CA)],
      "not (ip.src in $office or ip.src in $home and not ip.src in $office)",
    ],
    ["may be refused by a country", [rule(onHost('ip.geoip.country eq "XX"'))], 'ip.geoip.country eq "XX"'],
    ["is refused whatever its country", [rule(onHost('ip.geoip.country eq "XX"')), rule(ANY_CA)], true],
    ["is refused wherever the order puts the country", [rule(ANY_CA), rule(onHost('ip.geoip.country eq "XX"'))], true],
    ["may be refused by a rule that can't be read", [rule("no such thing")], "?r1"],
    [
      "may be refused by either of two that can't be read",
      [rule("no such thing", { id: "r1" }), rule("nor this", { id: "r2" })],
      "?r1 or ?r2",
    ],
    ["is seen to use TLS", [rule("not ssl")], false],
    ["shows nothing at all", [rule(auth("cert_presented"))], false],
    ["shows no serial number, either", [rule(`${auth("cert_serial")} eq ""`)], true],
    ["isn't a certificate that was revoked", [rule(auth("cert_revoked"))], false],
    ["has not the serial number that a rule lets in", [rule(`${auth("cert_serial")} ne "01AB"`)], true],
    ["is everybody where the expression is true", [rule("true")], true],
  ])("%s", (_, rules, expected) => {
    expect(told(refusal(rules, "nothing", HOST))).toBe(expected);
  });

  it("is known in each of Cloudflare's fields of certificates", () => {
    const fields = Object.entries(everything.fields).filter(([name]) => name.startsWith("cf.tls_client_auth."));
    expect(fields).toHaveLength(21);
    for (const [name, type] of fields) {
      const isFilled = type === "Bool" ? name : `${name} ne ""`;
      expect([name, refusal([rule(isFilled)], "nothing", HOST)]).toStrictEqual([name, false]);
    }
  });
});

describe("a client with a certificate", () => {
  it.each<[string, string, Shown, boolean | string]>([
    ["gets in by our rule when it is verified", pinned([SKI_A]), A, false],
    ["gets in by one issuer of two", pinned([SKI_B, SKI_A]), A, false],
    ["is refused when its issuer isn't pinned", pinned([SKI_B]), A, true],
    ["is refused when it isn't verified", pinned([SKI_A]), UNVERIFIED, true],
    ["may be either where the documents are unclear", pinned([SKI_A]), EITHER_WAY, `not ${VERIFIED}`],
    ["is refused without being verified where the issuer isn't pinned", pinned([SKI_B]), EITHER_WAY, true],
    ["gets in by a rule for any CA", ANY_CA, A, false],
    ["is refused by it when it isn't verified", ANY_CA, UNVERIFIED, true],
    ["has shown one, verified or not", `not ${auth("cert_presented")}`, UNVERIFIED, false],
    ["has shown one where the documents are unclear", `not ${auth("cert_presented")}`, EITHER_WAY, false],
    ["isn't revoked", `(not ${VERIFIED}) or ${auth("cert_revoked")}`, A, false],
    ["uses TLS", "not ssl", A, false],
    ["is known by its issuer alone, verified or not", `${auth("cert_issuer_ski")} ne "${SKI_A}"`, UNVERIFIED, false],
    ["has a serial number that isn't known", `${auth("cert_serial")} ne "01AB"`, A, `${auth("cert_serial")} ne "01AB"`],
    ["on another host meets nothing", pinned([SKI_B], [OTHER_HOST]), A, false],
  ])("%s", (_, text, shown, expected) => {
    expect(told(refusal([rule(text)], shown, HOST))).toBe(expected);
  });

  it("is told from every other client that the same rules were asked about", () => {
    const rules = [rule(`${pinned([SKI_A])} and not ${auth("cert_issuer_ski")} eq "${SKI_B}"`)];
    const B: Shown = { issuerSki: SKI_B, verified: true };
    const ask = () =>
      ["nothing" as const, A, UNVERIFIED, EITHER_WAY, B].map((shown) => told(refusal(rules, shown, HOST)));
    const answers = [true, false, true, `not ${VERIFIED}`, false];
    expect(ask()).toStrictEqual(answers);
    expect(ask()).toStrictEqual(answers);
  });

  it("gets other answers from other rules", () => {
    expect([refusal([rule(ANY_CA)], A, HOST), refusal([rule("ssl")], A, HOST)]).toStrictEqual([false, true]);
  });
});

describe("the host", () => {
  it.each([
    ["by lower() in any case", pinned([SKI_A]), true],
    ["byte by byte without it", ANY_CA, false],
    ["by a wildcard in any case", `http.host wildcard "api.*" and not ${VERIFIED}`, true],
    ["by a strict wildcard byte by byte", `http.host strict wildcard "api.*" and not ${VERIFIED}`, false],
  ])("is compared %s", (_, text, refused) => {
    expect(refusal([rule(text)], "nothing", "API.Example.com")).toBe(refused);
  });
});

describe("the path", () => {
  const rules = [rule(pinned([SKI_A], [HOST], ["/admin/*", "/login"]))];

  it.each<[string | undefined, boolean | string]>([
    [undefined, 'http.request.uri.path eq "/login" or starts_with(http.request.uri.path, "/admin/")'],
    ["/admin/keys", true],
    ["/admin", false],
    ["/login", true],
    ["/", false],
  ])("%s decides", (path, expected) => {
    const condition = told(refusal(rules, "nothing", HOST, path));
    const sorted = typeof condition === "string" ? condition.split(" or ").sort().join(" or ") : condition;
    expect(sorted).toBe(expected);
  });

  it("is the same before it was normalised, as far as one can know", () => {
    const raw = [rule('raw.http.request.uri.path eq "/login"')];
    expect(refusal(raw, "nothing", HOST, "/login")).toBe(true);
    expect(told(refusal(raw, "nothing", HOST))).toBe('raw.http.request.uri.path eq "/login"');
  });

  it("says nothing of the rest of the address", () => {
    expect(told(refusal([rule('http.request.uri contains "/login"')], "nothing", HOST, "/login"))).toBe(
      'http.request.uri contains "/login"',
    );
  });
});

describe("a rule that can't be read", () => {
  const strange = (text: string) => [rule(text, { id: "r9" })];

  it("is one truth for all, where it has no word of certificates", () => {
    const rules = strange("cf.tomorrow eq 1");
    expect(sameCondition(refusal(rules, "nothing", HOST), refusal(rules, A, HOST))).toBe(true);
  });

  it("is another truth for each client, where it has one", () => {
    const rules = strange(`cf.tomorrow eq 1 and not ${VERIFIED}`);
    expect(told(refusal(rules, "nothing", HOST))).toBe('?cf.tls_client_auth.r9 "nothing"');
    expect(told(refusal(rules, A, HOST))).toBe(`?cf.tls_client_auth.r9 ["${SKI_A}",true]`);
    expect(sameCondition(refusal(rules, A, HOST), refusal(rules, A, HOST))).toBe(false);
  });
});

describe("two conditions", () => {
  const open = (text: string) => refusal([rule(text)], A, HOST);
  const country = open('ip.geoip.country eq "XX"');
  it.each<[string, Condition, Condition, boolean]>([
    ["are the same when both are always", true, true, true],
    ["are the same when both are never", false, false, true],
    ["differ when one is always and one never", true, false, false],
    ["differ when one is settled", country, true, false],
    ["differ when the other is settled", false, country, false],
    ["are the same when they depend on the same", country, open('(ip.geoip.country == "XX")'), true],
    ["differ when they depend on other things", country, open('ip.geoip.country eq "YY"'), false],
    [
      "are never surely the same when they depend on the certificate",
      open(`${auth("cert_serial")} eq "01"`),
      open(`${auth("cert_serial")} eq "01"`),
      false,
    ],
  ])("%s", (_, one, other, same) => {
    expect(sameCondition(one, other)).toBe(same);
  });

  it.each<[string, Condition, boolean]>([
    ["always", true, false],
    ["never", false, false],
    ["a country", country, false],
    ["a serial number", open(`${auth("cert_serial")} eq "01"`), true],
    ["a country or a serial number", open(`ip.geoip.country eq "XX" or ${auth("cert_serial")} eq "01"`), true],
    ["a text that can't be read and names certificates", open(`what is ${VERIFIED}`), true],
    ["a text that can't be read", open("what is this"), false],
  ])("of which one is %s: it depends on the certificate or not", (_, condition, depends) => {
    expect(dependsOnCertificate(condition)).toBe(depends);
  });
});

describe("a rule that could refuse for want of a certificate", () => {
  it.each<[string, Rule, boolean]>([
    ["our own", rule(pinned([SKI_A])), true],
    ["a challenge", rule(ANY_CA, { action: "challenge" }), true],
    ["one of a serial number", rule(`${auth("cert_serial")} ne "01"`), true],
    ["one that hides the field in a function", rule(`len(${auth("cert_serial")}) eq 0`), true],
    ["one that can't be read but has the words", rule(`what is ${VERIFIED}`), true],
    ["not one that can't be read and hasn't", rule("what is this"), false],
    ["not one of hosts alone", rule(`http.host eq "${HOST}"`), false],
    ["not one with the words in a text", rule(`http.user_agent eq "${VERIFIED}"`), false],
    ["not one that is disabled", rule(ANY_CA, { enabled: false }), false],
    ["not one that logs", rule(ANY_CA, { action: "log" }), false],
    ["not one for everybody", rule("true"), false],
  ])("is %s", (_, one, looks) => {
    expect(looksAtCertificates(one)).toBe(looks);
  });
});

describe("the issuers that rules name", () => {
  const ski = auth("cert_issuer_ski");
  it.each<[string, Rule[], string[]]>([
    ["none in no rules", [], []],
    ["those of our own rule", [rule(pinned([SKI_A, SKI_B]))], [SKI_A, SKI_B]],
    ["one by eq", [rule(`not ${ski} eq "${SKI_A}"`)], [SKI_A]],
    ["one by ne", [rule(`${ski} ne "${SKI_A}"`)], [SKI_A]],
    ["those deep inside", [rule(`ssl or (ssl xor not (ssl and ${ski} eq "${SKI_A}"))`)], [SKI_A]],
    ["each once", [rule(pinned([SKI_A])), rule(pinned([SKI_A, SKI_B]))], [SKI_A, SKI_B]],
    ["those of a skip rule too", [skip(`${ski} eq "${SKI_A}"`)], [SKI_A]],
    ["none of a disabled rule", [rule(pinned([SKI_A]), { enabled: false })], []],
    ["none of a rule that can't be read", [rule(`what is ${ski} eq "${SKI_A}"`)], []],
    ["none of a rule for everybody", [rule("true")], []],
    ["none in other fields", [rule(`http.host in {"${HOST}"} and ${auth("cert_ski")} eq "${SKI_A}"`)], []],
    ["none in numbers", [rule("http.request.timestamp.sec gt 5 and ip.src eq 192.0.2.1")], []],
    ["none by a part of it", [rule(`${ski} contains "AAAA"`)], []],
    ["none by its length", [rule(`len(${ski}) eq 40`)], []],
  ])("are %s", (_, rules, skis) => {
    expect(pinsOf(rules)).toStrictEqual(skis);
  });
});

import { join } from "node:path";
import { authorities } from "../test/support/authority";
import { mintCrl, toCrlPem } from "../test/support/crl";
import { pluginsIn } from "../test/support/plugins";
import { signingRequest } from "../test/support/signing-request";
import { NOBODY } from "./stage";
import type { Stage } from "./stage";

/** What a team does with each example, and what clients are answered then. The name is the folder's. */
export const STEPS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async quickstart(stage) {
    const { partners, stranger } = await authorities("partners", "stranger");
    stage.client("a partner", await partners.issue("a partner"));
    stage.client("a stranger", await stranger.issue("a stranger"));
    const stack = await stage.stack();
    await stage.up(stack, "the CA, its hostname, the rule", {
      ...stage.place,
      cas: { "2026": stage.file("2026.pem", partners.pem) },
    });
    await stage.answers({ "a partner": 200, "a stranger": 403, [NOBODY]: 403 });
    await stage.destroy(stack);
    await stage.answers({ [NOBODY]: 200 });
    stage.left();
  },

  async "rotate-a-ca"(stage) {
    const { old, next } = await authorities("old", "next");
    stage.client("certificate of 2026", await old.issue("client"));
    stage.client("certificate of 2027", await next.issue("client"));
    const [cas2026, cas2027] = [stage.file("2026.pem", old.pem), stage.file("2027.pem", next.pem)];
    const stack = await stage.stack();
    await stage.up(stack, "CA 2026", { ...stage.place, cas: { "2026": cas2026 } });
    await stage.answers({ "certificate of 2026": 200, "certificate of 2027": 403 });
    await stage.up(stack, "CA 2027 beside it", { ...stage.place, cas: { "2026": cas2026, "2027": cas2027 } });
    await stage.answers({ "certificate of 2026": 200, "certificate of 2027": 200 });
    await stage.up(stack, "CA 2026 is taken out", { ...stage.place, cas: { "2027": cas2027 } });
    await stage.answers({ "certificate of 2026": 403, "certificate of 2027": 200 });
    await stage.destroy(stack);
    stage.left();
  },

  async "zones-and-teams"(stage) {
    const { partners } = await authorities("partners");
    stage.client("a partner", await partners.issue("a partner"));
    const platform = await stage.stack("production", "platform");
    await stage.up(platform, "platform: the CA, and hosts of its own in two zones", {
      accountId: stage.emulator.accountId,
      ca: stage.file("partners.pem", partners.pem),
      zones: [
        { key: "com", zoneId: stage.in("example.com").zoneId, hostnames: ["api.example.com"] },
        { key: "org", zoneId: stage.in("example.org").zoneId, hostnames: ["api.example.org"] },
      ],
    });
    const team = async (name: string) => {
      const stack = await stage.stack(name, "team");
      const hostnames = [`${name}.example.com`];
      const place = { ...stage.in("example.com"), hostnames, platform: "organization/platform/production" };
      await stage.up(stack, `team ${name}: its host on the same CA's list`, place);
      return stack;
    };
    const [shop, billing] = [await team("shop"), await team("billing")];
    for (const host of ["api.example.org", "shop.example.com", "billing.example.com"])
      await stage.answers({ "a partner": 200, [NOBODY]: 403 }, host);
    await stage.destroy(shop, "team shop");
    await stage.answers({ [NOBODY]: 200 }, "shop.example.com");
    await stage.answers({ "a partner": 200, [NOBODY]: 403 }, "billing.example.com");
    await stage.destroy(billing, "team billing");
    await stage.destroy(platform, "platform, last: a CA in use isn't deleted");
    stage.left();
  },

  async "partner-ca"(stage) {
    const { trust } = await authorities("trust");
    stage.client("CN=hooks,O=Partner", await trust.issue("O=Partner,CN=hooks"));
    stage.client("CN=billing,O=Partner", await trust.issue("O=Partner,CN=billing"));
    stage.client("CN=hooks,O=Somebody Else", await trust.issue("O=Somebody Else,CN=hooks"));
    const place = { ...stage.place, ca: stage.file("public-ca.pem", trust.pem) };
    const stack = await stage.stack();
    await stage.up(stack, "one subject of the public CA", { ...place, subjects: ["CN=hooks,O=Partner"] });
    await stage.answers({ "CN=hooks,O=Partner": 200, "CN=billing,O=Partner": 403, "CN=hooks,O=Somebody Else": 403 });
    const subjects = ["CN=hooks,O=Partner", "CN=billing,O=Partner"];
    await stage.up(stack, "a second subject", { ...place, subjects });
    await stage.answers({ "CN=hooks,O=Partner": 200, "CN=billing,O=Partner": 200, "CN=hooks,O=Somebody Else": 403 });
    await stage.destroy(stack);
    stage.left();
  },

  async revocation(stage) {
    const { own } = await authorities("own");
    stage.client("a laptop", await own.issue("laptop"));
    stage.client("a stolen laptop", await own.issue("stolen", { serialNumber: "00c0ffee00c0ffee01" }));
    const crl = (...revoked: bigint[]) => stage.file("own.crl", toCrlPem(mintCrl(own, { revoked })));
    const place = { ...stage.place, ca: stage.file("own.pem", own.pem) };
    const stack = await stage.stack();
    await stage.up(stack, "the CA, and a CRL without entries", { ...place, crl: crl() });
    await stage.answers({ "a laptop": 200, "a stolen laptop": 200, [NOBODY]: 403 });
    await stage.up(stack, "the CRL that the CA published since", { ...place, crl: crl(0xc0ffee00c0ffee01n) });
    await stage.answers({ "a laptop": 200, "a stolen laptop": 403 });
    await stage.destroy(stack);
    stage.left();
  },

  async "managed-ca"(stage) {
    const path = `/zones/${stage.in("example.com").zoneId}/client_certificates`;
    const issue = async (name: string) => {
      const { csr, key } = await signingRequest(`CN=${name}`);
      const body = { csr, validity_days: 365 };
      const made = await stage.dashboard.call<{ id: string; certificate: string }>("POST", path, body);
      stage.client(name, { ...made, key });
      return made;
    };
    const [sensor, lost] = [await issue("a sensor"), await issue("a lost sensor")];
    const { other } = await authorities("other");
    stage.client("another CA's client", await other.issue("client"));
    const clientCertificate = stage.file("sensor.pem", sensor.certificate);
    const stack = await stage.stack();
    await stage.up(stack, "the managed CA's hostname, the rule", { ...stage.place, clientCertificate });
    await stage.answers({ "a sensor": 200, "a lost sensor": 200, "another CA's client": 403, [NOBODY]: 403 });
    await stage.dashboard.call("DELETE", `${path}/${lost.id}`);
    stage.say("the lost sensor is revoked on the dashboard: no pulumi up is needed");
    await stage.answers({ "a sensor": 200, "a lost sensor": 403 });
    await stage.destroy(stack);
    stage.left();
  },

  async "log-before-block"(stage) {
    const { own } = await authorities("own");
    stage.client("a client that is ready", await own.issue("client"));
    const place = { ...stage.place, ca: stage.file("own.pem", own.pem) };
    const stack = await stage.stack();
    await stage.up(stack, "action is log", { ...place, action: "log" });
    await stage.answers({ "a client that is ready": 200, [NOBODY]: 200 });
    await stage.up(stack, "action is block", { ...place, action: "block" });
    await stage.answers({ "a client that is ready": 200, [NOBODY]: 403 });
    await stage.destroy(stack);
    stage.left();
  },

  async adopt(stage) {
    const { own } = await authorities("own");
    const { dashboard, place } = stage;
    stage.client("a client", await own.issue("client"));
    const { id } = await dashboard.upload(own.pem, "uploaded by hand");
    await dashboard.putHostnames("example.com", id, place.hostnames);
    await dashboard.makeRules("example.com", 1);
    const expression = 'http.host eq "api.example.com" and not cf.tls_client_auth.cert_verified';
    await dashboard.addRule("example.com", { action: "block", expression, description: "by hand", enabled: true });
    const ids = async () => {
      const { rules } = await dashboard.entryPoint("example.com");
      return [...stage.emulator.state().certificates, ...rules].map((held) => held.id).sort();
    };
    const before = await ids();
    const ruleId = (await dashboard.entryPoint("example.com")).rules.at(-1)?.id;
    stage.say("made by hand: a CA, its hostname, a rule");
    await stage.answers({ "a client": 200, [NOBODY]: 403 });
    const stack = await stage.stack();
    const ca = stage.file("own.pem", own.pem);
    await stage.up(stack, "taken over", { ...place, ca, ruleId });
    await stage.answers({ "a client": 200, [NOBODY]: 403 });
    await stage.up(stack, "ruleId is out of the config, and nothing changes", { ...place, ca });
    stage.expect("the CA and every rule have the ids that they had", (await ids()).join() === before.join());
    await stage.destroy(stack);
    stage.left(['CA "uploaded by hand"', 'rule "Somebody\'s rule 0"']);
  },

  async "beside-cloudflare"(stage) {
    const { partners } = await authorities("partners");
    stage.client("a partner", await partners.issue("a partner"));
    // The real plugin isn't there offline. The token in the environment is none, so that it is the provider's that works.
    const plugins = pluginsIn(join(stage.folder, "plugins"), ["cloudflare"]);
    const environment = { PATH: `${plugins}:${process.env.PATH}`, CLOUDFLARE_API_TOKEN: "none" };
    const stack = await stage.stack("dev", ".", environment);
    await stage.up(stack, "the CA, its hostname, the rule; a stand-in for the DNS record", {
      ...stage.in("example.com"),
      zone: "example.com",
      cloudflareToken: stage.emulator.apiToken,
      ca: stage.file("partners.pem", partners.pem),
      origin: "192.0.2.1",
    });
    await stage.answers({ "a partner": 200, [NOBODY]: 403 });
    await stage.destroy(stack);
    stage.left();
  },

  "unit-tests"(stage) {
    stage.jest();
    return Promise.resolve();
  },
};

import { authorities } from "../support/authority";
import { mintCrl, toCrlPem } from "../support/crl";
import { Dashboard } from "../support/dashboard";
import type { Client } from "../support/prober";
import { signingRequest } from "../support/signing-request";
import { useEmulator, useProber, useStack } from "../support/use";

/*
 * Of whom a CA certified not everybody is let in: revoked certificates, other subjects, the managed CA's clients. Clients knock all the
 * while, and each may be answered as before an operation or as after it, and as nothing else.
 */

const [API, HOOK, DEVICE] = ["api.x.com", "hook.x.com", "device.x.com"];
const HOSTNAMES = [API, HOOK, DEVICE];
/** Whom a host lets in; a host without an entry lets everybody in. */
type Access = Readonly<Record<string, readonly string[]>>;

/** The other reading in `npm run test:faults`, where time is no object. */
const WHOLE = process.env.CLOUDFLARE_MTLS_FAULTS === "whole";

test.each(WHOLE ? (["host", "account"] as const) : (["host"] as const))(
  "revoked certificates, unlisted subjects and the managed CA's clients from create to destroy, certificates checked by %s",
  async (verification) => {
    const { A, B, C } = await authorities("A", "B", "C");
    const emulator = await useEmulator({ zones: ["x.com"], verification, lag: { associations: 200 } });
    const zoneId = emulator.zones["x.com"] ?? "";
    const dashboard = new Dashboard(emulator);
    const clientsPath = `/zones/${zoneId}/client_certificates`;
    const issue = async (name: string) => {
      const { csr, key } = await signingRequest(`CN=${name}`);
      const made = { csr, validity_days: 365 };
      return { name, key, ...(await dashboard.call<{ id: string; certificate: string }>("POST", clientsPath, made)) };
    };
    const [device, lost] = [await issue("device"), await issue("lost device")];
    const serialNumber = "00c0ffee00c0ffee01";
    const clients: Client[] = [
      { name: "nobody" },
      { name: "A", ...(await A.issue("a")) },
      { name: "A stolen", ...(await A.issue("stolen", { serialNumber })) },
      // Another CA gave the same number.
      { name: "B", ...(await B.issue("b", { serialNumber })) },
      { name: "C listed", ...(await C.issue("O=Partner,CN=hooks")) },
      { name: "C other", ...(await C.issue("O=Somebody else,CN=hooks")) },
      device,
      lost,
    ];
    const prober = useProber(emulator, HOSTNAMES, clients, 60);
    const stack = await useStack(emulator, "");
    let access: Access = {};
    const allowed = (rules: Access, hostname: string, client: string) =>
      !rules[hostname] || rules[hostname].includes(client) ? 200 : 403;
    const step = async (work: () => Promise<unknown>, after: Access) => {
      await prober.round();
      const from = Date.now();
      await work();
      const to = Date.now();
      await prober.round();
      const wrong = HOSTNAMES.flatMap((hostname) =>
        clients.flatMap(({ name }) => {
          const [before, then] = [allowed(access, hostname, name), allowed(after, hostname, name)];
          return prober
            .of(name, hostname)
            .filter(({ sent, status }) => sent >= from && status !== then && (sent >= to || status !== before))
            .map(({ sent, status }) => `${name} at ${hostname}: ${status} after ${sent - from} ms`);
        }),
      );
      expect(wrong).toEqual([]);
      access = after;
    };
    const program = (revoked: readonly string[], cas: Readonly<Record<string, string>>) => `
      const accountId = ${JSON.stringify(emulator.accountId)};
      const zone = (hostname) => [{ key: "x", zoneId: ${JSON.stringify(zoneId)}, hostnames: [hostname] }];
      const cas = Object.fromEntries(Object.entries(${JSON.stringify(cas)}).map(([key, certificates]) => [key, { certificates }]));
      const revoked = ${JSON.stringify(revoked)};
      if (Object.keys(cas).length > 0) new MutualTls("api", { accountId, cas, revoked, zones: zone("${API}") });
      const subjects = ["CN=hooks,O=Partner"];
      new MutualTls("hooks", { accountId, cas: { c: { certificates: ${JSON.stringify(C.pem)}, subjects } }, zones: zone("${HOOK}") });
      const managed = { id: CLOUDFLARE_MANAGED_CA, clientCertificate: ${JSON.stringify(device.certificate)} };
      new MutualTls("devices", { accountId, cas: { managed }, zones: zone("${DEVICE}") });`;
    const deploy = (...given: Parameters<typeof program>) => {
      stack.program(program(...given));
      return stack.must("up", "--yes", "--skip-preview");
    };
    const crl = (...serials: string[]) =>
      toCrlPem(mintCrl(A, { revoked: serials.map((serial) => BigInt(`0x${serial}`)) }));
    const others = { [HOOK]: ["C listed"], [DEVICE]: ["device", "lost device"] };
    const all = { a: A.pem, b: B.pem };

    // Created, with a certificate that is revoked from the first.
    await step(() => deploy([crl(serialNumber)], { a: A.pem }), { ...others, [API]: ["A"] });
    // A CA comes whose certificate has the same serial number: a rotation begins.
    await step(() => deploy([crl(serialNumber)], all), { ...others, [API]: ["A", "B"] });
    // The CRL changes: nothing but rules is written.
    stack.program(program([crl()], all));
    const preview = (await stack.must("preview")).output;
    expect(preview).toContain(
      `serial number C0FFEE00C0FFEE01 of issuer ${A.ski} isn't refused any more as a revoked certificate`,
    );
    const written = emulator.requests.length;
    await step(() => deploy([crl()], all), { ...others, [API]: ["A", "A stolen", "B"] });
    const writes = emulator.requests.slice(written).filter(({ method }) => method !== "GET");
    expect(writes.every(({ path }) => path.includes("/rulesets/"))).toBe(true);
    await step(() => deploy([crl(serialNumber)], all), { ...others, [API]: ["A", "B"] });
    // The managed CA's revocation is Cloudflare's own; so is the way back.
    const certificate = `${clientsPath}/${lost.id}`;
    await step(() => dashboard.call("DELETE", certificate), { ...others, [API]: ["A", "B"], [DEVICE]: ["device"] });
    await step(() => dashboard.call("PATCH", certificate, { reactivate: true }), { ...others, [API]: ["A", "B"] });
    // The rotation ends, and what A gave is nobody's any more.
    await step(() => deploy([], { b: B.pem }), { ...others, [API]: ["B"] });
    await step(() => stack.must("destroy", "--yes", "--skip-preview"), {});
    expect(emulator.state().zones["x.com"]?.hostnames).toEqual({});
  },
);

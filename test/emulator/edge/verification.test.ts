import { createAuthority } from "../../support/authority";
import { type Account, block, get, HOST, useEdge } from "./account";

const DAY = 86_400_000;
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const UNVERIFIED = block("not cf.tls_client_auth.cert_verified");

function accountWith(...pems: string[]): Account {
  return { authorities: { ca: pems }, associations: { [HOST]: ["ca"] }, rules: [UNVERIFIED] };
}

describe.each(VERSIONS)("over %s", (version) => {
  const start = useEdge();
  const tls = { minVersion: version, maxVersion: version };

  it("lets a client of the associated CA in and tells what it saw", async () => {
    const ca = await createAuthority("Right CA");
    const { certificate: cert, key } = await ca.issue("client-1");
    const edge = await start(accountWith(ca.pem));
    const response = await get(edge, HOST, { cert, key, ...tls });
    expect(response.status).toBe(200);
    expect(response.seen.clientAuth).toMatchObject({
      cert_presented: true,
      cert_verified: true,
      cert_revoked: false,
      cert_issuer_ski: ca.ski,
      cert_subject_dn: "CN=client-1",
    });
  });

  it("finishes the handshake without a certificate and blocks by rule", async () => {
    const ca = await createAuthority("Right CA");
    const edge = await start(accountWith(ca.pem));
    const response = await get(edge, HOST, tls);
    expect(response.status).toBe(403);
    expect(response.body).toContain("r1");
  });

  it("sees a certificate of a foreign CA as presented and not verified", async () => {
    const [ca, foreign] = await Promise.all([createAuthority("Right CA"), createAuthority("Foreign CA")]);
    const { certificate: cert, key } = await foreign.issue("stranger");
    const account = accountWith(ca.pem);
    const edge = await start(account);
    expect((await get(edge, HOST, { cert, key, ...tls })).status).toBe(403);
    account.rules = [];
    const { clientAuth } = (await get(edge, HOST, { cert, key, ...tls })).seen;
    expect(clientAuth).toMatchObject({ cert_presented: true, cert_verified: false, cert_issuer_ski: foreign.ski });
  });

  it("does not verify a leaf that carries the CA's name but another key's signature", async () => {
    const [ca, twin] = await Promise.all([createAuthority("Same name"), createAuthority("Same name")]);
    const { certificate: cert, key } = await twin.issue("forger");
    const edge = await start(accountWith(ca.pem));
    expect((await get(edge, HOST, { cert, key, ...tls })).status).toBe(403);
  });

  it.each([
    ["expired", { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) }, 403],
    ["not yet valid", { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 9 * DAY) }, 403],
    ["for servers only", { extendedKeyUsage: [SERVER_AUTH] }, 403],
    ["for clients and servers", { extendedKeyUsage: [SERVER_AUTH, CLIENT_AUTH] }, 200],
    ["without extended key usage", { extendedKeyUsage: [] }, 200],
    ["with an RSA key", { leafKey: "RSA" }, 200],
    ["without key identifiers", { keyIdentifiers: false }, 200],
  ] as const)("a leaf %s", async (_, options, status) => {
    const ca = await createAuthority("Right CA");
    const { certificate: cert, key } = await ca.issue("client", options);
    const edge = await start(accountWith(ca.pem));
    expect((await get(edge, HOST, { cert, key, ...tls })).status).toBe(status);
  });

  it("does not verify a leaf of an expired CA", async () => {
    const ca = await createAuthority("Old CA", {
      notBefore: new Date(Date.now() - 9 * DAY),
      notAfter: new Date(Date.now() - DAY),
    });
    const { certificate: cert, key } = await ca.issue("client");
    const edge = await start(accountWith(ca.pem));
    expect((await get(edge, HOST, { cert, key, ...tls })).status).toBe(403);
  });
});

describe("chains", () => {
  const start = useEdge();

  it("trusts an uploaded intermediate as it stands", async () => {
    const root = await createAuthority("Root");
    const intermediate = await root.intermediate("Intermediate");
    const { certificate: cert, key } = await intermediate.issue("client");
    const edge = await start(accountWith(intermediate.pem));
    const { status, seen } = await get(edge, HOST, { cert, key });
    expect([status, seen.clientAuth.cert_issuer_ski]).toEqual([200, intermediate.ski]);
  });

  it("needs the intermediate from the client where only the root was uploaded, and names the direct issuer", async () => {
    const root = await createAuthority("Root");
    const intermediate = await root.intermediate("Intermediate");
    const { certificate, key } = await intermediate.issue("client");
    const edge = await start(accountWith(root.pem));
    expect((await get(edge, HOST, { cert: certificate, key })).status).toBe(403);
    const { status, seen } = await get(edge, HOST, { cert: `${certificate}\n${intermediate.pem}`, key });
    expect([status, seen.clientAuth.cert_issuer_ski]).toEqual([200, intermediate.ski]);
    const sent = intermediate.pem.replace(/-----[^-]+-----|\s/g, "");
    expect(seen.clientAuth.cert_chain_rfc9440).toBe(`:${sent}:`);
  });

  it("takes a bundle of intermediate and root", async () => {
    const root = await createAuthority("Root");
    const intermediate = await root.intermediate("Intermediate");
    const edge = await start(accountWith(intermediate.pem, root.pem));
    for (const authority of [intermediate, root]) {
      const { certificate: cert, key } = await authority.issue("client");
      const { status, seen } = await get(edge, HOST, { cert, key });
      expect([status, seen.clientAuth.cert_issuer_ski]).toEqual([200, authority.ski]);
    }
  });

  it("accepts leaves of both CAs while two of one name are associated", async () => {
    const [old, fresh] = await Promise.all([createAuthority("Same name"), createAuthority("Same name")]);
    const account: Account = {
      authorities: { old: [old.pem], fresh: [fresh.pem] },
      associations: { [HOST]: ["old", "fresh"] },
      rules: [UNVERIFIED],
    };
    const edge = await start(account);
    for (const authority of [old, fresh]) {
      const { certificate: cert, key } = await authority.issue("client");
      const { status, seen } = await get(edge, HOST, { cert, key });
      expect([status, seen.clientAuth.cert_issuer_ski]).toEqual([200, authority.ski]);
    }
  });
});

describe("the two readings of Cloudflare's documents", () => {
  const start = useEdge();

  it("differ for a leaf of another CA of the account, and can be changed while the edge runs", async () => {
    const [here, there] = await Promise.all([createAuthority("Here"), createAuthority("There")]);
    const { certificate: cert, key } = await there.issue("client");
    const account: Account = {
      authorities: { here: [here.pem], there: [there.pem] },
      associations: { [HOST]: ["here"] },
      rules: [UNVERIFIED],
    };
    const edge = await start(account);
    expect((await get(edge, HOST, { cert, key })).status).toBe(403);
    account.settings = { verification: "account" };
    expect((await get(edge, HOST, { cert, key })).seen.clientAuth.cert_issuer_ski).toBe(there.ski);
    account.settings = { verification: "host" };
    expect((await get(edge, HOST, { cert, key })).status).toBe(403);
  });

  it("agree that a host without an association asks for nothing", async () => {
    const ca = await createAuthority("CA");
    const { certificate: cert, key } = await ca.issue("client");
    for (const verification of ["host", "account"] as const) {
      const edge = await start({
        authorities: { ca: [ca.pem] },
        associations: {},
        rules: [],
        settings: { verification },
      });
      const { clientAuth } = (await get(edge, HOST, { cert, key })).seen;
      expect(clientAuth).toMatchObject({ cert_presented: false, cert_verified: false, cert_subject_dn: "" });
    }
  });
});

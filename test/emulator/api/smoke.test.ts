import { createAuthority } from "../../support/authority";
import { startEmulator } from "../../../src/emulator/index";
test("x", async () => {
  const e = await startEmulator({ zones: ["example.com"] });
  const h = { authorization: "Bearer " + e.apiToken };
  for (const key of ["P-256","RSA","RSA-PSS","Ed25519"] as const) {
    const a = await createAuthority("C=US, ST=San Francisco, L=California, O=Example\\, Inc.+OU=a, CN="+key, { key });
    const l = await a.issue("leaf");
    const r = await fetch(e.apiUrl + "/accounts/" + e.accountId + "/mtls_certificates", { method: "POST", headers: h, body: JSON.stringify({ ca: true, certificates: a.pem.replace(/\n/g, "\r\n"), name: "x" }) });
    console.log(r.status, await r.text(), Object.fromEntries(r.headers), a.ski, l.certificate.length);
  }
  const r = await fetch(e.apiUrl + "/zones", { headers: h });
  console.log(r.status, await r.text());
  console.log(await (await fetch(e.apiUrl + "/zonez", { headers: h })).text());
  await e.close();
});

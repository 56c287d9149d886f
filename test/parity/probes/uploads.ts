import { digestsOf } from "../ground";
import type { Ground } from "../ground";
import type { Probe } from "../probe";
import { told } from "../told";
import type { Observed } from "../told";
import type { AuthorityOptions } from "../../support/authority";
import { oddCertificate } from "../../support/odd-certificates";
import type { OddOptions } from "../../support/odd-certificates";

/** Uploads and deletes again: CA slots are few. */
async function trial(ground: Ground, pem: string, more: object = {}, ...fields: string[]): Promise<Observed> {
  const reply = await ground.upload(pem, { ...more });
  if (reply.success) await ground.certificate("DELETE", String(reply.result.id));
  return told(reply, ...fields);
}

const odd = (ground: Ground, options: OddOptions) => oddCertificate({ commonName: ground.name("odd"), ...options }).pem;

const AUTHORITIES: Readonly<Record<string, AuthorityOptions>> = {
  "ECDSA with SHA-256": {},
  "RSA-PSS": { key: "RSA-PSS" },
  Ed25519: { key: "Ed25519" },
  "CA:FALSE": { ca: false },
  "no Basic Constraints": { ca: "absent", keyUsage: false },
};

async function deleted(ground: Ground, name: string): Promise<string> {
  const id = await ground.ca((await ground.authority(name)).pem);
  await ground.certificate("DELETE", id);
  return id;
}

export const uploads: readonly Probe[] = [
  {
    claim: "a second upload of a certificate",
    async observe(ground) {
      const { pem } = await ground.authority("twice");
      await ground.ca(pem);
      return told(await ground.upload(pem.replaceAll("\n", "\r\n"), { name: ground.name("another name") }));
    },
  },
  {
    claim: "a negative serial number, an empty name",
    async observe(ground) {
      return {
        "serial number -5": await trial(
          ground,
          odd(ground, { serialNumber: Buffer.from([0xfb]) }),
          {},
          "serial_number",
        ),
        "empty subject": await trial(ground, odd(ground, { commonName: "" }), {}, "issuer"),
      };
    },
  },
  {
    claim: "a time without seconds",
    observe: (ground) => trial(ground, odd(ground, { notAfter: "4001010000Z" }), {}, "expires_on"),
  },
  {
    claim: "what may be uploaded as a CA",
    async observe(ground) {
      const seen: Record<string, Observed> = {};
      for (const [name, options] of Object.entries(AUTHORITIES))
        seen[name] = await trial(ground, (await ground.authority(name, options)).pem, {}, "signature");
      seen["RSA with SHA-1"] = await trial(ground, odd(ground, { signature: "SHA-1 with RSA" }), {}, "signature");
      seen["key usage without keyCertSign"] = await trial(ground, odd(ground, { keyUsage: 0x80 }));
      const ca = await ground.authority("with a leaf");
      const { certificate } = await ca.issue(ground.name("leaf"));
      seen["a leaf behind its CA"] = await trial(ground, `${ca.pem}\n${certificate}`);
      return seen;
    },
  },
  {
    claim: "expired CAs",
    async observe(ground) {
      const life = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
      return trial(ground, (await ground.authority("expired", life)).pem, {}, "expires_on");
    },
  },
  {
    claim: "a bundle",
    async observe(ground) {
      const [first, second] = [await ground.authority("first"), await ground.authority("second")];
      const names = new Map([first, second].map(({ pem }, index) => [digestsOf(pem)[0], ["first", "second"][index]]));
      const { result } = await ground.certificate("GET", await ground.ca(`${first.pem}\n${second.pem}`));
      const issuer = /first|second/.exec(String(result.issuer))?.[0] ?? null;
      const order = digestsOf(String(result.certificates)).map((digest) => names.get(digest) ?? "another");
      return { "described by": issuer, order };
    },
  },
  {
    claim: "the PEM that comes back",
    async observe(ground) {
      const base64 = (await ground.authority("spelled")).pem.replace(/-----[^-]+-----|\s/g, "");
      const sent = `# a remark\r\n-----BEGIN CERTIFICATE-----\r\n${base64}\r\n-----END CERTIFICATE-----`;
      const { result } = await ground.certificate("GET", await ground.ca(sent));
      const text = String(result.certificates);
      return {
        remark: text.includes("remark"),
        columns: Math.max(...text.split(/\r?\n/).map(({ length }) => length)),
        "line ends": text.includes("\r\n") ? "CR LF" : "LF",
        "final newline": text.endsWith("\n"),
      };
    },
  },
  {
    claim: "`issuer`",
    async observe(ground) {
      const name = `C=US, ST=Texas, L=Austin, O=Example, OU=A\\, B, CN=${ground.name("issuer")}, E=ca@example.com`;
      return trial(ground, (await ground.authority(name)).pem, {}, "issuer");
    },
  },
  {
    claim: "paging of the list",
    async observe(ground) {
      await ground.ca((await ground.authority("paged")).pem);
      const { status, result, info } = await ground.read(ground.certificates, { page: 1, per_page: 1 });
      const items = Object.keys(result).length;
      return { status, items, info: Object.keys(info).sort(), per_page: Number(info.per_page) };
    },
  },
  {
    claim: "deleting a CA in use",
    async observe(ground) {
      const id = await ground.ca((await ground.authority("used")).pem);
      await ground.putList(id, { hostnames: [ground.hostname()] });
      const used = told(await ground.certificate("DELETE", id));
      await ground.putList(id, { hostnames: [] });
      const isGone = await ground.until(
        "it could be deleted",
        async () => (await ground.certificate("DELETE", id)).success,
      );
      return { "while it is used": used, "after its list was emptied": isGone ? "deleted" : "not deleted" };
    },
  },
  {
    claim: "deleting twice",
    async observe(ground) {
      return told(await ground.certificate("DELETE", await deleted(ground, "deleted twice")));
    },
  },
  {
    claim: "a deleted CA",
    async observe(ground) {
      const id = await deleted(ground, "deleted");
      const gone = async () => !(await ground.certificate("GET", id)).success;
      return (await ground.until("it was gone", gone)) ? told(await ground.certificate("GET", id)) : "still shown";
    },
  },
];

import { X509Certificate } from "node:crypto";
import { toDer, toPem } from "../../support/der";
import { signingRequest } from "../../support/signing-request";
import type { Fields } from "../cloud";
import type { Ground } from "../ground";
import type { Probe } from "../probe";
import { resultOf, told } from "../told";
import type { Observed } from "../told";

const request = async (ground: Ground, name: string) =>
  (await signingRequest(`CN=${ground.name(name)}, O=Example, C=US`)).csr;

async function made(ground: Ground, name: string): Promise<Fields & { readonly id: string }> {
  const result = resultOf(await ground.client(await request(ground, name), 30));
  return { ...result, id: String(result.id) };
}

const at = (ground: Ground, id: string) => `${ground.zone}/client_certificates/${id}`;
const revoke = (ground: Ground, id: string) => ground.write({ method: "DELETE", path: at(ground, id) });

/** What a value looks like, where it is another each time. */
function shapeOf(value: unknown): string {
  if (typeof value !== "string") return value !== null && typeof value === "object" ? "an object" : String(value);
  const shapes: readonly (readonly [RegExp, string])[] = [
    [/^-----BEGIN [^]*\r\n/, "PEM with CR LF"],
    [/^-----BEGIN /, "PEM with LF"],
    [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID"],
    [/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/, "a time in seconds"],
    [/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d+Z$/, "a time in parts of seconds"],
    [/^\d{25,}$/, "decimal or hex"],
    [/^[0-9a-f]{30,}$/, "lower-case hex"],
    [/^[0-9A-F]{30,}$/, "upper-case hex"],
  ];
  return shapes.find(([shape]) => shape.test(value))?.[1] ?? value;
}

export const clients: readonly Probe[] = [
  {
    claim: "the managed CA",
    async observe(ground) {
      const { certificate, certificate_authority: authority } = await made(ground, "issued");
      const { name } = Object(authority) as { name?: Observed };
      return { issuer: new X509Certificate(String(certificate)).issuer.split("\n"), name: name ?? null };
    },
  },
  {
    claim: "making a client certificate",
    async observe(ground) {
      return {
        "P-256": told(await ground.client(await request(ground, "made"), 30)),
        "5476 days": told(await ground.client(await request(ground, "for long"), 5476)),
      };
    },
  },
  {
    claim: "its fields",
    async observe(ground) {
      const fields = Object.entries(await made(ground, "described")).map(([name, value]) => [name, shapeOf(value)]);
      return Object.fromEntries(fields) as Observed;
    },
  },
  {
    claim: "revoking and reactivating",
    async observe(ground) {
      const { id } = await made(ground, "revoked");
      const becomes = (status: string) =>
        ground.until(status, async () => (await ground.read(at(ground, id))).result.status === status);
      const revoked = told(await revoke(ground, id));
      const isRevoked = await becomes("revoked");
      const body = { reactivate: true };
      const reactivated = told(await ground.write({ method: "PATCH", path: at(ground, id), body }));
      return { revoked, isRevoked, reactivated, isActive: await becomes("active") };
    },
  },
  {
    claim: "a second DELETE, an unknown id",
    async observe(ground) {
      const { id } = await made(ground, "revoked twice");
      await revoke(ground, id);
      return {
        "second DELETE": told(await revoke(ground, id)),
        "unknown id": told(await revoke(ground, ground.stray("uuid"))),
        "malformed id": told(await revoke(ground, ground.owned("no-such-id"))),
      };
    },
  },
  {
    claim: "a damaged signing request",
    async observe(ground) {
      const csr = await request(ground, "damaged");
      const flipped = toDer(csr);
      flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
      const damaged: Readonly<Record<string, string>> = {
        "half of one": csr.slice(0, csr.length / 2),
        "another signature": toPem(flipped, "CERTIFICATE REQUEST"),
        "no PEM": `${ground.name("request")}, but none`,
      };
      const seen: Record<string, Observed> = {};
      for (const [name, text] of Object.entries(damaged)) seen[name] = told(await ground.client(text, 30));
      return seen;
    },
  },
];

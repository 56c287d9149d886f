import { X509Certificate } from "node:crypto";
import { createAuthority } from "../support/authority";
import { clientOf, LivingZone } from "./living-zone";
import { spellings } from "./spellings";
import type { Names } from "./spellings";
import { Truth } from "./truth";
import { HOST } from "./zone";

/*
 * The truth of the core: what it says of other people's rules is held against real handshakes and requests at the edge, in both
 * readings of Cloudflare's documents, before and after the host leaves the list of CA A.
 */

let zone: LivingZone;
let names: Names;
const truths: Partial<Record<"alone" | "beside", Truth>> = {};

beforeAll(async () => {
  const [a, b] = await Promise.all([createAuthority("A"), createAuthority("B")]);
  zone = await LivingZone.start();
  const [idA, idB] = [await zone.upload(a), await zone.upload(b)];
  const first = await clientOf(a, "A's first");
  const { serialNumber, fingerprint256 } = new X509Certificate(first.certificate);
  const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
  names = { skiA: a.ski, skiB: b.ski, issuerDn: "CN=A", serial: serialNumber, fingerprint };
  const ofA = [first, await clientOf(a, "A's second")].map((client) => ({ ...client, isLeft: true }));
  const visitors = [{ name: "nobody" }, ...ofA, await clientOf(b, "B's")];
  truths.alone = await Truth.of(zone, HOST, idA, [], visitors);
  truths.beside = await Truth.of(zone, HOST, idA, [idB], visitors);
}, 60_000);

afterAll(() => zone.close());

describe.each([
  ["A alone is on the host", "alone"],
  ["B is on the host beside A", "beside"],
] as const)("where %s, the core is right about", (_, column) => {
  test.each(spellings.map((spelling) => [spelling.title, spelling] as const))("%s", async (_title, spelling) => {
    const { rules, paths, [column]: expected } = spelling;
    expect(await truths[column]?.under(rules(names), paths)).toStrictEqual([expected, []]);
  });
});

import { signingRequest } from "../../support/signing-request";
import { ask } from "../edge";
import type { Questions } from "../edge";
import type { Ground } from "../ground";
import type { Probe } from "../probe";
import { resultOf } from "../told";
import type { Authority } from "../../support/authority";

const VERIFIED = "cf.tls_client_auth.cert_verified";

/** Uploads a CA and puts hostnames on its list. */
async function associated(ground: Ground, { pem }: Authority, ...hostnames: readonly string[]): Promise<void> {
  resultOf(await ground.putList(await ground.ca(pem), { hostnames }));
}

const leafOf = (ground: Ground, ca: Authority) => ca.issue(ground.name("client"));

/** Waits until the edge verifies a certificate of this CA. Without that nothing else would say anything. */
async function known(ground: Ground, ca: Authority, questions: Questions): Promise<void> {
  if (await questions.comesToHold(VERIFIED, await leafOf(ground, ca))) return;
  throw new Error("The edge doesn't verify a certificate of an uploaded CA at a hostname on its list.");
}

export const certificates: readonly Probe[] = [
  {
    claim: "which CAs a leaf is checked against",
    needsEdge: true,
    async observe(ground) {
      const [here, there] = [await ground.authority("here"), await ground.authority("there")];
      await associated(ground, here, ground.hostname());
      await associated(ground, there, ground.hostname("-b"));
      const questions = await ask(ground, [VERIFIED]);
      await known(ground, here, questions);
      const leaf = await leafOf(ground, there);
      const [servername, host] = [ground.hostname("-b"), ground.hostname("-b")];
      return {
        "at a host of its CA": await questions.comesToHold(VERIFIED, { ...leaf, servername, host }),
        "at a host of another CA": await questions.holds(VERIFIED, leaf),
      };
    },
  },
  {
    claim: "several CAs on one host",
    needsEdge: true,
    async observe(ground) {
      const [older, newer] = [await ground.authority("older"), await ground.authority("newer")];
      await associated(ground, older, ground.hostname());
      await associated(ground, newer, ground.hostname());
      const questions = await ask(ground, [VERIFIED]);
      return {
        newer: await questions.comesToHold(VERIFIED, await leafOf(ground, newer)),
        older: await questions.comesToHold(VERIFIED, await leafOf(ground, older)),
      };
    },
  },
  {
    claim: "an uploaded intermediate",
    needsEdge: true,
    async observe(ground) {
      const root = await ground.authority("root");
      const intermediate = await root.intermediate(ground.name("intermediate"));
      await associated(ground, intermediate, ground.hostname());
      const questions = await ask(ground, [VERIFIED]);
      return {
        "its leaf": await questions.comesToHold(VERIFIED, await leafOf(ground, intermediate)),
        "a leaf of the root": await questions.holds(VERIFIED, await leafOf(ground, root)),
      };
    },
  },
  {
    claim: "`cert_issuer_ski`",
    needsEdge: true,
    async observe(ground) {
      const root = await ground.authority("root");
      const [ca, stranger] = [await root.intermediate(ground.name("issuer")), await ground.authority("stranger")];
      await associated(ground, ca, ground.hostname());
      const is = ({ ski }: Authority) => `cf.tls_client_auth.cert_issuer_ski eq "${ski}"`;
      const questions = await ask(ground, [VERIFIED, is(ca), is(stranger)]);
      await known(ground, ca, questions);
      return {
        "of the direct issuer": await questions.holds(is(ca), await leafOf(ground, ca)),
        "of a leaf that isn't verified": await questions.holds(is(stranger), await leafOf(ground, stranger)),
      };
    },
  },
  {
    claim: "`cert_revoked`",
    needsEdge: true,
    async observe(ground) {
      const ca = await ground.authority("another");
      await associated(ground, ca, ground.hostname());
      const { csr, key } = await signingRequest(`CN=${ground.name("revoked")}`);
      const { id, certificate } = resultOf(await ground.client(csr, 30));
      await ground.write({ method: "DELETE", path: `${ground.zone}/client_certificates/${String(id)}` });
      const questions = await ask(ground, [VERIFIED, "cf.tls_client_auth.cert_revoked"]);
      await known(ground, ca, questions);
      const leaf = { certificate: String(certificate), key };
      return { "where only another CA serves": await questions.comesToHold("cf.tls_client_auth.cert_revoked", leaf) };
    },
  },
  {
    claim: "`cert_chain_rfc9440`",
    needsEdge: true,
    async observe(ground) {
      const ca = await ground.authority("chain");
      await associated(ground, ca, ground.hostname());
      const empty = 'cf.tls_client_auth.cert_chain_rfc9440 eq ""';
      const questions = await ask(ground, [VERIFIED, empty]);
      await known(ground, ca, questions);
      const leaf = await leafOf(ground, ca);
      return {
        "empty for a leaf alone": await questions.holds(empty, leaf),
        "empty with its CA": await questions.holds(empty, { ...leaf, certificate: `${leaf.certificate}\n${ca.pem}` }),
      };
    },
  },
];

import { readRevoked } from "../../pki/revoked";
import type { Issuers } from "../../pki/revoked";
import { reasonsOfWithheld } from "../../pki/withheld";
import type { InputReader } from "../engine/inputs";
import { UNKNOWN } from "../engine/unknown";
import type { Session } from "../session";

/** How a rule keeps a serial number: with the issuer that gave it. */
const KEPT = /^((?:[0-9A-F]{2}){1,64})\/([0-9A-F]{2}){1,20}$/;

/**
 * What is refused although its issuer is let in, by serial numbers and fingerprints alone: `issuer's SKI/serial number`, or the fingerprint.
 *
 * @param issuers undefined: not known yet, or not readable; then it is only seen whether there are texts
 */
export function readRevocations(
  session: Session,
  read: InputReader,
  issuers: (Issuers & { readonly issuerSkis: readonly string[] }) | undefined,
): string[] | typeof UNKNOWN | undefined {
  const given = read.texts("revoked", ['readFileSync("crl.pem", "utf8")']) ?? [];
  if (given === UNKNOWN || !issuers) return UNKNOWN;
  if (given.length > 0 && issuers.issuerSkis.length === 0) {
    read.fail(
      "revoked",
      "revoked has no CA that it could count for: Cloudflare itself revokes the managed CA's certificates. Revoke them there, or name an uploaded CA.",
    );
    return undefined;
  }
  const withheld = given.flatMap((text) => reasonsOfWithheld(text) ?? []);
  const kept = given.filter((text) => KEPT.test(text));
  const foreign = kept.find((text) => !issuers.issuerSkis.includes(text.split("/")[0] ?? ""));
  const rest = given.filter((text) => !KEPT.test(text));
  const outcome = withheld.length > 0 ? { problems: withheld } : readRevoked(rest, issuers, new Date());
  if (foreign !== undefined)
    read.fail(
      "revoked",
      `${revokedName(foreign)}: that issuer isn't let in here. Take it out, or correct the issuer before the slash.`,
    );
  if ("problems" in outcome) {
    for (const problem of outcome.problems) read.fail("revoked", `revoked: ${problem}`);
    return undefined;
  }
  const { serialNumbers, fingerprints, warnings } = outcome.revocations;
  for (const warning of warnings) session.log(`warning: revoked: ${warning}`);
  const serials = serialNumbers.flatMap((one) => one.issuerSkis.map((ski) => `${ski}/${one.serialNumber}`));
  const revoked = [...new Set([...kept, ...serials, ...fingerprints])].sort();
  return revoked.length > 0 ? revoked : undefined;
}

/** What people know a revoked certificate by. In upper case: 64 digits in lower case look like a key. */
export function revokedName(entry: string): string {
  const [issuer = "", serial] = entry.split("/");
  return serial === undefined
    ? `SHA-256 fingerprint ${entry.toUpperCase()}`
    : `serial number ${serial} of issuer ${issuer}`;
}

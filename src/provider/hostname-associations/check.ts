import { strangersIn } from "../../plan/list";
import { Picture } from "../../plan/picture";
import { canonicalHostnames } from "../../rules/hostname";
import type { Checked, Origin, Properties } from "../engine/contract";
import { InputReader } from "../engine/inputs";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { Session } from "../session";
import { decide, listOf } from "../session/looking";
import { preflight } from "../session/preflight";
import type { HostnameAssociationsState as State } from "./state";
import { wishOf } from "./wish";
import { contestedMessage, strangersMessage, takenOver } from "./words";

/** The hostnames on their canonical form; whatever can be known of the zone and the rest of the program, in a preview. */
export async function checkList(
  session: Session,
  olds: Properties,
  news: Properties,
  { self, ca }: Origin,
): Promise<Checked> {
  const read = new InputReader(news);
  read.only(["zoneId", "caCertificateId", "hostnames", "mode", "adopt"], ["held"]);
  const zoneId = read.identifier("zoneId", "The dashboard shows it on the zone's overview page.");
  // Without a CA the API means the zone's Cloudflare-managed CA, so a missing id would overwrite somebody's list.
  const caCertificateId = read.upload(
    "caCertificateId",
    "Give the id of a CaCertificate (`ca.id`): without one, Cloudflare would change the list of its own managed CA.",
  );
  const mode = read.oneOf("mode", ["exclusive", "shared"]);
  read.flag("adopt");
  if (mode === "shared" && news.adopt === true)
    read.fail("adopt", 'adopt takes a list over, and mode "shared" leaves it to others: leave one of the two out.');
  const hostnames = readHostnames(session, read);
  const inputs = { ...news, zoneId, caCertificateId, hostnames, mode };
  session.program.remember("list", String(olds.zoneId), String(olds.caCertificateId));
  if (read.failures.length === 0 && !hasUnknown([zoneId, hostnames, mode])) {
    const state = inputs as unknown as State;
    const resource = self ?? `${zoneId}/${caCertificateId}`;
    // With the id of a CA that a preview doesn't know yet, too: what matters of such a list is that it will be there.
    const declared = { ...state, authority: caCertificateId === UNKNOWN ? (ca ?? resource) : caCertificateId };
    const rival = session.program.rivalOf(resource, declared);
    session.program.declareList(resource, declared);
    if (rival !== undefined) read.fail("", contestedMessage(state, rival));
    const before = olds.hostnames === undefined ? undefined : (olds as unknown as State);
    const look = (ahead: Session) => lookAtList(ahead, state, before);
    const looked =
      rival !== undefined ? [] : await preflight(session, olds, inputs, ["zoneId", "hostnames", "mode"], look);
    for (const reason of looked) read.fail("", reason);
  }
  return { inputs, failures: read.failures };
}

/** What speaks against the list as the zone is now: decided as the real run decides it. */
async function lookAtList(session: Session, state: State, before: State | undefined): Promise<(string | undefined)[]> {
  const { zoneId, caCertificateId: ca } = state;
  const misplaced = await session.zones.misplaced(zoneId, state.hostnames);
  if (misplaced || state.mode === "shared" || hasUnknown(ca)) return [misplaced];
  const isSame = before?.zoneId === zoneId && before.caCertificateId === ca;
  const wish = wishOf(session, isSame ? before : undefined, state);
  const observed = await listOf(session, zoneId, ca);
  if (!observed)
    return [
      `Account and zone ${zoneId} know no CA ${ca}: run \`pulumi refresh\`, then \`pulumi up\`, or correct \`caCertificateId\`.`,
    ];
  const picture = new Picture().withList(ca, observed);
  const strangers = await decide(session, zoneId, picture, (seen) => strangersIn(seen, observed, { ...wish, ca }));
  if (strangers.length === 0) return [];
  if (wish.strangers === "refuse") return [strangersMessage(state, strangers, isSame)];
  if (wish.strangers === "remove") session.log(`note: ${takenOver(state, strangers)}`);
  return [];
}

/** The hostnames on their canonical form; what is wrong with them is reported under their property. */
export function readHostnames(session: Session, read: InputReader): string[] | typeof UNKNOWN {
  const given = read.texts("hostnames", [`"api.example.com"`]);
  if (given === UNKNOWN) return UNKNOWN;
  if (given === undefined) return [];
  const { hostnames, problems, warnings } = canonicalHostnames(given);
  for (const problem of problems) read.fail("hostnames", problem);
  for (const warning of warnings) session.log(`warning: ${warning}`);
  if (given.length === 0)
    read.fail("hostnames", "hostnames is empty: name at least one hostname, or remove the resource.");
  return hostnames;
}

import type { StandingDemand } from "../../plan/demand";
import type { Rule } from "../../plan/picture";
import type { ListKey } from "../../plan/program";
import { REF_PREFIX } from "../../rules/position";
import { hasUnknown } from "../engine/unknown";
import type { HostnameAssociationsState as State } from "./state";

/** What is said of lists, and refused. */
export function strangersMessage(
  { zoneId, caCertificateId }: State,
  strangers: readonly string[],
  isKnown: boolean,
): string {
  const adopt = isKnown ? "" : "; or `adopt: true` to take the list over, which removes them";
  return [
    `CA ${caCertificateId} is associated in zone ${zoneId} with ${strangers.join(", ")} too, which this resource neither declares nor put there.`,
    `Declare them; or set \`mode: "shared"\` to leave them alone${adopt}.`,
  ].join("\n");
}

export function takenOver({ zoneId, caCertificateId }: State, strangers: readonly string[]): string {
  return `the list of CA ${caCertificateId} in zone ${zoneId} is taken over, and loses ${strangers.join(", ")}.`;
}

/** @param rival the name of the other resource, and which of the program's it is */
export function contestedMessage({ zoneId, caCertificateId, mode }: State, rival: string): string {
  const ca = hasUnknown(caCertificateId) ? "a CA that is yet to be uploaded" : `CA ${caCertificateId}`;
  return [
    `Another resource of this program, ${rival.replace(/ \d+$/, "")}, manages the list of ${ca} in zone ${zoneId} too, and ${mode === "shared" ? "that one" : "this one"} wants it for itself.`,
    'Write `mode: "shared"` in the arguments of both, or of the MutualTls that makes them; or put all hostnames of the zone into one.',
  ].join("\n");
}

export function demandedMessage({ zoneId, caCertificateId }: ListKey, demanded: readonly StandingDemand[]): string {
  const hostnames = demanded.map(({ hostname }) => hostname).join(", ");
  const ours = demanded.some(({ rules }) => rules.some(({ ref }) => ref.startsWith(REF_PREFIX)));
  return [
    `The association of ${hostnames} with CA ${caCertificateId} in zone ${zoneId} stays: ${ruleName(demanded)} still demands its certificates there, and without the association every client would be locked out.`,
    `Remove the hostnames, or this CA's issuers, from that rule first (or delete or disable it); then run this again.${ours ? " Where an interrupted `up` made it, run `pulumi up` once more before `pulumi destroy`." : ""}`,
  ].join("\n");
}

export function heldMessage(held: readonly StandingDemand[]): string {
  const hostnames = held.map(({ hostname }) => hostname).join(", ");
  return `${hostnames}: associated until ${ruleName(held)} demands no certificate there any more.`;
}

function ruleName(demanded: readonly StandingDemand[]): string {
  const rules = demanded.flatMap((demand) => demand.rules);
  return `rule ${namesOf(rules)}`;
}

/** What people know them by, each once. */
export function namesOf(rules: readonly Rule[]): string {
  const names = rules.map(({ id, description }) => `${id}${description ? ` ("${description}")` : ""}`);
  return [...new Set(names)].join(", ");
}

import { some, type Diagram, type HostBox } from "../wording/diagram";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { isEnding } from "./findings";
import type { Standing, StandingHost } from "./standing";

/** What is drawn of an account: hostnames that stand alike are one box. */
export function chartOf({ cas, hosts, rules }: Standing, within: number): Diagram {
  const places = (ids: readonly string[], all: readonly { id: string }[]) =>
    all.flatMap(({ id }, place) => (ids.includes(id) ? place : []));
  const groups = new Map<string, StandingHost[]>();
  for (const host of hosts) {
    const key = JSON.stringify([host.zone, host.cas, host.rules, host.state, host.closed]);
    groups.set(key, [...(groups.get(key) ?? []), host]);
  }
  return {
    cas: cas.map((ca) => ({
      lines: [
        ca.name,
        ca.notAfter ? `until ${ca.notAfter.slice(0, 10)}` : "end unknown",
        ca.stack ?? (ca.id === CLOUDFLARE_MANAGED_CA ? "Cloudflare's" : "no stack's"),
      ],
      isAlarming: isEnding(ca, within),
      isForeign: ca.stack === undefined,
    })),
    hosts: [...groups.values()].map((group): HostBox => {
      const [first] = group as [StandingHost];
      return {
        lines: [...some(group.map(({ hostname }) => hostname)), stateOf(first)],
        isAlarming: first.state !== "enforced" || first.cas.length === 0,
        cas: places(first.cas, cas),
        rules: places(first.rules, rules),
      };
    }),
    rules: rules.map(({ name, zone, action, enabled, stack }) => ({
      lines: [name, `${zone}: ${enabled ? action : "disabled"}`, stack ?? "no stack's"],
      isAlarming: !enabled || action === "log",
      isForeign: stack === undefined,
    })),
  };
}

/** What a client without a certificate meets. */
export function stateOf({ state, closed, dependsOn }: StandingHost): string {
  if (state === "locked out") return "NOBODY GETS IN";
  if (state === "open") return "OPEN TO EVERYBODY";
  if (closed === "everywhere") return "closed";
  const depends = dependsOn.length > 0 ? `depends on ${dependsOn.join(", ")}` : "";
  return [closed === "nowhere" ? "" : `closed: ${some(closed, 3).join(", ")}`, depends].filter(Boolean).join("; ");
}

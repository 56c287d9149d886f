import type { EdgeAuthority, EdgeRule, EdgeView, EdgeZone } from "../edge/view";
import type { Chance } from "./chance";
import type { Settings } from "./settings";
import { MANAGED, type Store, type StoredRule, type StoredZone } from "./store";

/** How many milliseconds a data centre is behind what the API shows, in each of the things that reach it by ways of their own. */
interface Behind {
  lists(): number;
  rules(): number;
  revocations(): number;
}

/** The account as the edge sees it: what the API shows, or showed a while ago, for a while that differs by connection. */
export function edgeViewOf(store: Store, settings: Settings, chance: Chance): EdgeView {
  return {
    settings,
    colo() {
      const [lists, rules, revocations] = [chance(), chance(), chance()];
      const behind: Behind = {
        lists: () => lists * settings.lag.edge,
        rules: () => rules * settings.lag.edge,
        revocations: () => revocations * settings.lag.edge,
      };
      return {
        zoneOf: (hostname) => zoneOf(store, behind, hostname.toLowerCase()),
        // OBS: a revocation is honoured in every zone of the account.
        isRevoked: (fingerprint) =>
          [...store.zones.values()]
            .flatMap(({ clients }) => [...clients.values()])
            .some((client) => client.fingerprint === fingerprint && client.revoked.visible(behind.revocations())),
      };
    },
  };
}

function zoneOf(store: Store, behind: Behind, name: string): EdgeZone | undefined {
  const serving = [...store.zones.values()].filter((zone) => name === zone.name || name.endsWith(`.${zone.name}`));
  const [zone] = serving.sort((a, b) => b.name.length - a.name.length);
  return zone && edgeZone(store, zone, behind);
}

function edgeZone(store: Store, zone: StoredZone, behind: Behind): EdgeZone {
  const known = (): EdgeAuthority[] => authorities(store, Date.now() - behind.lists());
  return {
    name: zone.name,
    associated: (hostname) =>
      known().filter(({ id }) => zone.lists.get(id)?.visible(behind.lists())?.includes(hostname.toLowerCase())),
    account: known,
    rules: () => zone.rules.visible(behind.rules()).map(edgeRule),
  };
}

/** The uploaded CAs, down to those deleted since that moment, and the managed one. A leaf of the same collection is nobody's authority. */
function authorities(store: Store, moment: number): EdgeAuthority[] {
  const uploaded = [...store.certificates.values()].filter(
    ({ ca, type, deletedAt = Infinity }) => ca && type === "custom" && moment < deletedAt,
  );
  return [
    ...uploaded.map(({ id, blocks }) => ({ id, certificates: blocks })),
    { id: MANAGED, certificates: store.managedCa.blocks },
  ];
}

function edgeRule({ id, action, enabled, expression, action_parameters: parameters }: StoredRule): EdgeRule {
  // Checked when the rule was written; "current" means the same ruleset here, said either way.
  const actionParameters = parameters?.phase === "current" ? { ...parameters, ruleset: "current" } : parameters;
  return { id, action, enabled, expression, ...(actionParameters ? { actionParameters } : {}) };
}

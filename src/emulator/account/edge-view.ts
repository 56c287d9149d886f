import type { EdgeAuthority, EdgeRule, EdgeSettings, EdgeView, EdgeZone } from "../edge/view";
import { MANAGED, presentCertificates, type Store, type StoredRule, type StoredZone } from "./store";

/** The account as the edge sees it: lists as GET shows them, so both change at the same moment. */
export function edgeViewOf(store: Store, settings: EdgeSettings): EdgeView {
  return {
    settings,
    colo: () => ({
      zoneOf(hostname) {
        const name = hostname.toLowerCase();
        const serving = [...store.zones.values()].filter(
          (zone) => name === zone.name || name.endsWith(`.${zone.name}`),
        );
        const [zone] = serving.sort((a, b) => b.name.length - a.name.length);
        return zone && edgeZone(store, zone);
      },
      // OBS: a revocation is honoured in every zone of the account.
      isRevoked: (fingerprint) =>
        [...store.zones.values()]
          .flatMap(({ clients }) => [...clients.values()])
          .some((client) => client.fingerprint === fingerprint && client.revoked.visible()),
    }),
  };
}

function edgeZone(store: Store, zone: StoredZone): EdgeZone {
  return {
    name: zone.name,
    associated: (hostname) =>
      authorities(store).filter(({ id }) => zone.lists.get(id)?.visible()?.includes(hostname.toLowerCase())),
    account: () => authorities(store),
    rules: () => (zone.ruleset?.rules ?? []).map(edgeRule),
  };
}

/** Uploaded CAs and the managed one. A leaf of the same collection is nobody's authority. */
function authorities(store: Store): EdgeAuthority[] {
  const uploaded = presentCertificates(store).filter(({ ca, type }) => ca && type === "custom");
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

import type { StoredZone } from "../account/store";
import { page, zoneOf, type Answer, type Call } from "./call";
import { invalidApiToken, unrecorded } from "./refusals";

export function listZones(call: Call): Answer {
  const { query, store } = call;
  const account = query.get("account.id");
  const status = query.get("status");
  const name = query.get("name");
  const filters: ((zone: StoredZone) => boolean)[] = [];
  if (account !== null) filters.push(() => account === store.accountId);
  if (status !== null) filters.push(() => status === "active");
  if (name !== null) filters.push(nameFilter(name));
  const some = query.get("match") === "any" && filters.length > 0;
  const found = [...store.zones.values()]
    .filter((zone) => (some ? filters.some((holds) => holds(zone)) : filters.every((holds) => holds(zone))))
    .sort((a, b) => a.name.localeCompare(b.name));
  if (query.get("direction") === "desc") found.reverse();
  const limits = { usual: 20, least: 5, most: 50 }; // DOC
  return page(
    call,
    found.map((zone) => described(zone, store.accountId)),
    limits,
  );
}

export function getZone(call: Call): Answer {
  return { result: described(zoneOf(call), call.store.accountId) };
}

/** Takes the zone with its lists and its rules away, as when someone deletes it under a stack. */
export function deleteZone(call: Call): Answer {
  const { id } = zoneOf(call);
  call.store.zones.delete(id);
  return { result: { id } };
}

/** User tokens and account-owned tokens have a path each (INF: each serves its own kind only; here either serves all). */
export function verifyToken({ caller, params, store }: Call): Answer {
  if (caller.email !== undefined) throw invalidApiToken(); // DOC: bearer only
  if (params.account !== undefined && params.account !== (caller.accountId ?? store.accountId)) throw invalidApiToken();
  return { result: { id: caller.id, status: "active" } };
}

type Comparison = (name: string, text: string) => boolean;

/** DOC: the operator stands before a colon, "equal" when there is none. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  equal: (name, text) => name === text,
  not_equal: (name, text) => name !== text,
  starts_with: (name, text) => name.startsWith(text),
  ends_with: (name, text) => name.endsWith(text),
  contains: (name, text) => name.includes(text),
};

function nameFilter(filter: string): (zone: StoredZone) => boolean {
  const [operator = "", text] = filter.split(":", 2);
  if (text === undefined) return (zone) => zone.name === filter.toLowerCase();
  const comparison = COMPARISONS[operator.replace(/_case_sensitive$/, "")];
  if (!comparison) throw unrecorded(`unknown operator "${operator}" in the name filter`, "/name");
  const wanted = operator.endsWith("_case_sensitive") ? text : text.toLowerCase();
  return (zone) => comparison(zone.name, wanted);
}

function described(zone: StoredZone, accountId: string): Record<string, unknown> {
  return {
    id: zone.id,
    name: zone.name,
    status: "active",
    paused: false,
    type: "full",
    development_mode: 0,
    name_servers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    created_on: zone.createdOn,
    modified_on: zone.createdOn,
    activated_on: zone.createdOn,
    meta: { step: 2, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: "organization", email: null },
    account: { id: accountId, name: "Emulated account" },
    permissions: ["#zone:read", "#ssl:edit", "#waf:edit"],
    plan: { id: zone.plan, name: `${zone.plan} plan`, legacy_id: zone.plan },
  };
}

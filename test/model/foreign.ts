import type { Account } from "./account";
import { added } from "./api";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { caOf, LEAVES } from "./authorities";
import type { Authorities, CaName } from "./authorities";
import { HOSTS } from "./probes";
import { short } from "./ground";

/** The forms of rules in Cloudflare's own templates, and in the wild. `{ski}` is the first CA's. */
export const FOREIGN_RULES: Readonly<Record<string, { readonly action: string; readonly expression: string }>> = {
  "host in": block(`http.host in {"${HOSTS[1]}"} and not cf.tls_client_auth.cert_verified`),
  "path alone": block(`http.request.uri.path eq "/admin/x" and not cf.tls_client_auth.cert_verified`),
  "issuer alone": block(`not cf.tls_client_auth.cert_issuer_ski in {"{ski}"}`),
  "serial and host": block(
    `cf.tls_client_auth.cert_serial ne "${LEAVES["key one"].serial}" and http.host eq "${HOSTS[1]}"`,
  ),
  ends_with: block(`ends_with(http.host, "${HOSTS[1].slice(1)}") and not cf.tls_client_auth.cert_verified`),
  wildcard: block(`http.host wildcard "b.*" and not cf.tls_client_auth.cert_verified`),
  matches: block(`http.host matches "^b[.]" and not cf.tls_client_auth.cert_presented`),
  skip: { action: "skip", expression: `http.host eq "${HOSTS[1]}"` },
};

function block(expression: string) {
  return { action: "block", expression };
}

/** What somebody else does to the zone between two commands. */
export type ForeignChange =
  { readonly rule: string } | { readonly host: string; readonly ca: CaName } | { readonly managed: string };

export function foreignText(change: ForeignChange): string {
  if ("rule" in change)
    return `others add a rule (${change.rule}) at the end: ${FOREIGN_RULES[change.rule]?.action} ${FOREIGN_RULES[change.rule]?.expression.replaceAll(".example.com", "")}`;
  if ("managed" in change) return `others put ${short(change.managed)} on the managed CA's list`;
  return `others put ${short(change.host)} on the list of ${change.ca}`;
}

/** The account after it; the same where it can't be done. */
export function changedByOthers(account: Account, change: ForeignChange, authorities: Authorities): Account {
  if ("rule" in change) {
    const given = FOREIGN_RULES[change.rule];
    if (!given) return account;
    const expression = given.expression.replace("{ski}", authorities.skis["key one"]);
    const parameters = given.action === "skip" ? { action_parameters: { ruleset: "current" } } : {};
    const ref = `theirs-${change.rule}`;
    if (account.rules?.some((rule) => rule.ref === ref)) return account;
    return added(account, { ref, enabled: true, description: "", ...parameters, ...given, expression }, "others");
  }
  const [id, host] =
    "managed" in change
      ? [CLOUDFLARE_MANAGED_CA, change.managed]
      : [account.uploads.find(({ certificates }) => caOf(authorities, certificates) === change.ca)?.id, change.host];
  if (id === undefined) return account;
  const hosts = { ...account.lists[id]?.hosts };
  hosts[host] ??= "others";
  return { ...account, lists: { ...account.lists, [id]: { hosts } } };
}

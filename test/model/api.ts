import { CloudflareError } from "../../src/cloudflare/errors";
import type { Call } from "../../src/cloudflare/client";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { nextId, shownHosts } from "./account";
import type { Account, Owner, StoredRule, Upload } from "./account";
import { ACCOUNT, ZONE } from "./registrations";

/** How slow this Cloudflare is, in milliseconds of the model's clock, and how many CAs it takes. */
export interface Temper {
  /** A GET shows a list as it was before the last PUT for so long. */
  readonly lag: number;
  /** A CA whose lists are empty stays "in use" for so long. */
  readonly release: number;
  readonly quota: number;
}

export interface Reply {
  readonly account: Account;
  readonly result: unknown;
}

export interface Caller {
  readonly by: Owner;
  readonly now: number;
  readonly temper: Temper;
}

const RULESET = "0".repeat(31) + "3";
const CERTIFICATES = `/accounts/${ACCOUNT}/mtls_certificates`;
const LISTS = `/zones/${ZONE}/certificate_authorities/hostname_associations`;
const RULESETS = `/zones/${ZONE}/rulesets`;
const RULES = `${RULESETS}/${RULESET}/rules`;

export function refusal(call: Call, status: number, code = 0, message = "refused by the model"): CloudflareError {
  const network = status === 0 ? "ECONNRESET" : undefined;
  const errors = status === 0 ? [] : [{ code, message }];
  return new CloudflareError({ method: call.method, path: call.path, status, errors, network });
}

/** Carries one call out, or throws what Cloudflare would answer. */
export function carryOut(account: Account, call: Call, caller: Caller): Reply {
  const { path } = call;
  if (path === `/zones/${ZONE}`) return { account, result: zone };
  if (path === "/zones") return { account, result: [zone] };
  if (path.startsWith(CERTIFICATES)) return certificates(account, call, caller);
  if (path === LISTS) return associations(account, call, caller);
  if (path.startsWith(RULESETS)) return rulesets(account, call, caller);
  throw refusal(call, 404, 7003, "Could not route");
}

const zone = { id: ZONE, name: "example.com", account: { id: ACCOUNT } };

function certificates(account: Account, call: Call, caller: Caller): Reply {
  const id = call.path.slice(CERTIFICATES.length + 1);
  if (id.endsWith("/associations")) return { account, result: [] };
  if (call.method === "POST") return upload(account, call, caller);
  if (id === "") return { account, result: account.uploads.map(certificate) };
  const found = account.uploads.find((one) => one.id === id);
  if (!found) throw refusal(call, 404, 1472, "Certificate not found");
  if (call.method === "GET") return { account, result: certificate(found) };
  const list = account.lists[id];
  if (list && (Object.keys(list.hosts).length > 0 || caller.now < (list.heldUntil ?? 0)))
    throw refusal(call, 400, 0, "Certificate cannot be deleted while in use.");
  const lists = Object.fromEntries(Object.entries(account.lists).filter(([ca]) => ca !== id));
  return { account: { ...account, lists, uploads: account.uploads.filter((one) => one !== found) }, result: null };
}

function certificate({ id, name, certificates, uploadedOn }: Upload) {
  return {
    id,
    name,
    ca: true,
    certificates,
    uploaded_on: uploadedOn,
    expires_on: "2099-01-01T00:00:00Z",
    type: "custom",
  };
}

function upload(account: Account, call: Call, { by, temper }: Caller): Reply {
  const { certificates, name } = call.body as { certificates: string; name: string };
  if (account.uploads.some((one) => one.certificates === certificates))
    throw refusal(call, 400, 1471, "Certificate already exists");
  if (account.uploads.length >= temper.quota) throw refusal(call, 400, 1489, "Hit maximum CA cert allocation.");
  const { number, account: numbered } = nextId(account, "upload");
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const made: Upload = {
    id,
    name,
    certificates,
    uploadedOn: `2026-01-01T00:00:${String(number).padStart(2, "0")}Z`,
    by,
  };
  return { account: { ...numbered, uploads: [...account.uploads, made] }, result: certificate(made) };
}

function associations(account: Account, call: Call, { by, now, temper }: Caller): Reply {
  const { hostnames = [], mtls_certificate_id: put } = (call.body ?? {}) as {
    hostnames?: string[];
    mtls_certificate_id?: string;
  };
  const named = call.method === "GET" ? call.query?.mtls_certificate_id : put;
  const id = named ?? CLOUDFLARE_MANAGED_CA;
  if (named !== undefined && !account.uploads.some((one) => one.id === id))
    throw refusal(call, 404, 1472, "Certificate not found");
  const list = account.lists[id];
  if (call.method === "GET") return { account, result: { hostnames: shownHosts(list, now) } };
  const before = list?.hosts ?? {};
  const hosts = Object.fromEntries([...hostnames].sort().map((host) => [host, before[host] ?? by]));
  const changed = {
    hosts,
    ...(temper.lag > 0 ? { stale: { hosts: before, until: now + temper.lag } } : {}),
    ...(temper.release > 0 && hostnames.length === 0 ? { heldUntil: now + temper.release } : {}),
  };
  return { account: { ...account, lists: { ...account.lists, [id]: changed } }, result: { hostnames } };
}

function rulesets(account: Account, call: Call, { by }: Caller): Reply {
  const { rules } = account;
  const isTrial = call.query?.dry_run === "true";
  const settled = (changed: Account): Reply =>
    isTrial ? { account, result: null } : { account: changed, result: entryPoint(changed.rules ?? []) };
  if (call.method === "POST" && call.path === RULESETS) {
    if (rules) throw refusal(call, 400, 20217, "exists already");
    const first: Account = { ...account, rules: [] };
    return settled((call.body as { rules: Given[] }).rules.reduce((made, rule) => added(made, rule, by), first));
  }
  if (!rules) throw refusal(call, 404, 10003, "could not find entrypoint ruleset");
  if (call.method === "GET") return settled(account);
  if (call.method === "POST") {
    if (rules.some(({ ref }) => ref === (call.body as Given).ref)) throw refusal(call, 400, 0, "ref must be unique");
    return settled(added(account, call.body as Given, by));
  }
  const present = rules.find(({ id }) => call.path === `${RULES}/${id}`);
  if (!present) throw refusal(call, 404, 10005, "could not find rule");
  if (call.method === "DELETE") return settled({ ...account, rules: rules.filter((rule) => rule !== present) });
  const { position, ...definition } = call.body as Given;
  const changed = { ...present, ...definition, version: String(Number(present.version) + 1) };
  if (!position) return settled({ ...account, rules: rules.map((rule) => (rule === present ? changed : rule)) });
  return settled({
    ...account,
    rules: placed(
      rules.filter((rule) => rule !== present),
      changed,
      position,
    ),
  });
}

/** A rule as a caller gives it. */
type Given = Omit<StoredRule, "id" | "version" | "by"> & { readonly position?: { before?: string; after?: string } };

function entryPoint(rules: readonly StoredRule[]) {
  return { id: RULESET, name: "default", rules: rules.map((rule) => ({ ...rule, by: undefined })) };
}

/** The account with one more rule: a stack's or somebody else's. */
export function added(account: Account, { position, ...given }: Given, by: Owner): Account {
  const { number, account: numbered } = nextId(account, "rule");
  const rule: StoredRule = { id: number.toString(16).padStart(32, "0"), version: "1", ...given, by };
  return { ...numbered, rules: placed(account.rules ?? [], rule, position ?? { after: "" }) };
}

function placed(
  rules: readonly StoredRule[],
  rule: StoredRule,
  { before, after }: { before?: string; after?: string },
) {
  if (before === "") return [rule, ...rules];
  const anchor = rules.findIndex(({ id }) => id === (before ?? after));
  const at = anchor < 0 ? rules.length : before === undefined ? anchor + 1 : anchor;
  return [...rules.slice(0, at), rule, ...rules.slice(at)];
}

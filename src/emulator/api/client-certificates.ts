import { randomUUID, X509Certificate } from "node:crypto";
import { lagging } from "../account/lagging";
import { issueClientCertificate, managedCaName } from "../account/managed-ca";
import type { StoredClientCertificate, StoredZone } from "../account/store";
import { plainHex } from "../edge/client-auth";
import { keyIdentifiersOf } from "../edge/key-identifiers";
import { bodyFields, countParam, page, param, zoneOf, type Answer, type Call } from "./call";
import { dateOf } from "./certificate-reader";
import * as refusals from "./refusals";
import { readSigningRequest } from "./signing-request";

/*
 * Client certificates of the CA that Cloudflare manages. They are made in one zone and good in all of the account (OBS).
 * A DELETE revokes; nothing is ever taken away.
 */

/** INF: no limit is recorded; the documented example has 3650. */
const LONGEST = 5475;
const STATUSES = ["all", "active", "pending_reactivation", "pending_revocation", "revoked"];

export function listClients(call: Call): Answer {
  const status = call.query.get("status") ?? "all";
  if (!STATUSES.includes(status)) throw refusals.unrecorded(`status must be one of ${STATUSES.join(", ")}`);
  const found = [...zoneOf(call).clients.values()].filter((client) => status === "all" || statusOf(client) === status);
  const offset = countParam(call, "offset", 0, 0, Number.MAX_SAFE_INTEGER);
  const limit = countParam(call, "limit", found.length, 0, Number.MAX_SAFE_INTEGER);
  const shown = found.slice(offset, offset + limit).map((client) => described(call, client));
  return page(call, shown, { usual: 20, least: 5, most: 50 }); // DOC
}

/** 201 (OBS), where the schema says 200. */
export function createClient(call: Call): Answer {
  const zone = zoneOf(call);
  const { csr, validity_days: days } = bodyFields(call, ["csr", "validity_days"]);
  if (typeof csr !== "string") throw refusals.badRequest("csr is required");
  if (typeof days !== "number" || !Number.isInteger(days) || days < 1 || days > LONGEST) {
    throw refusals.unrecorded(`validity_days must be a whole number from 1 to ${LONGEST}`, "/validity_days");
  }
  const subject = readSigningRequest(csr);
  refuseBeyondQuota(call, zone);
  const { accountId, managedCa } = call.store;
  const certificate = issueClientCertificate(managedCa, accountId, subject, days);
  const fingerprint = plainHex(new X509Certificate(certificate).fingerprint256);
  const made = { id: randomUUID(), certificate, fingerprint, csr, validityDays: days, revoked: lagging(false) };
  zone.clients.set(made.id, made);
  return { status: 201, result: described(call, made) };
}

export function getClient(call: Call): Answer {
  return { result: described(call, clientOf(call)) };
}

export function reactivateClient(call: Call): Answer {
  const client = clientOf(call);
  const { reactivate } = bodyFields(call, ["reactivate"]);
  if (reactivate !== true) throw refusals.unrecorded("reactivate must be true", "/reactivate");
  if (client.revoked.written()) refuseBeyondQuota(call, zoneOf(call));
  return turned(call, client, false);
}

export function revokeClient(call: Call): Answer {
  const client = clientOf(call);
  if (client.revoked.written()) throw refusals.clientAlreadyDeleted();
  return turned(call, client, true);
}

function turned(call: Call, client: StoredClientCertificate, revoked: boolean): Answer {
  client.revoked.write(revoked, { milliseconds: call.settings.lag.revocation, reads: 0 });
  return { result: described(call, client) };
}

function clientOf(call: Call): StoredClientCertificate {
  const client = zoneOf(call).clients.get(param(call, "client"));
  if (!client) throw refusals.invalidClientId();
  return client;
}

/** DOC: revoking a certificate immediately releases its slot. */
function refuseBeyondQuota({ settings }: Call, { clients }: StoredZone): void {
  const counted = [...clients.values()].filter(({ revoked }) => !revoked.written());
  if (counted.length >= settings.clientQuota) throw refusals.clientQuotaReached(settings.clientQuota);
}

function statusOf({ revoked }: StoredClientCertificate): string {
  const isRevoked = revoked.written();
  if (isRevoked === revoked.visible()) return isRevoked ? "revoked" : "active";
  return isRevoked ? "pending_revocation" : "pending_reactivation";
}

function described({ store }: Call, client: StoredClientCertificate): Record<string, unknown> {
  const { id, certificate, fingerprint, csr, validityDays } = client;
  const x509 = new X509Certificate(certificate);
  const named = (type: string): string => new RegExp(`^${type}=(.*)$`, "m").exec(x509.subject ?? "")?.[1] ?? "";
  return {
    id,
    certificate,
    certificate_authority: { id: store.managedCa.id, name: managedCaName(store.accountId) },
    csr: csr.replace(/\r?\n/g, "\r\n"), // OBS
    common_name: named("CN"),
    country: named("C"),
    state: named("ST"),
    location: named("L"),
    organization: named("O"),
    organizational_unit: named("OU"),
    serial_number: x509.serialNumber.toLowerCase(),
    signature: "ECDSAWithSHA256",
    ski: keyIdentifiersOf(x509).subject.toLowerCase(),
    fingerprint_sha256: fingerprint,
    issued_on: dateOf(x509.validFrom),
    expires_on: dateOf(x509.validTo),
    status: statusOf(client),
    validity_days: validityDays,
  };
}

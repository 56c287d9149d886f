import { createPrivateKey, randomUUID } from "node:crypto";
import { presentCertificates, servicesOf, timestamp, type StoredCertificate } from "../account/store";
import { bodyFields, page, param, withoutNulls, type Answer, type Call } from "./call";
import { readBundle, type Bundle } from "./certificate-reader";
import * as refusals from "./refusals";

/*
 * Uploaded certificates of the account: immutable, so there is no PUT and no PATCH. CAs and leaves share the
 * collection, and so do Gateway's and Access's own.
 */

export function listCertificates(call: Call): Answer {
  const types = call.query.get("type")?.split(",");
  const shown = [...call.store.certificates.values()]
    .filter((certificate) => isShown(call, certificate))
    .filter(({ type }) => types?.includes(type) ?? true);
  // INF: no paging is documented; callers in the wild send page and per_page, and 50 is the documented example.
  return page(call, shown.map(described), { usual: 50, least: 1, most: 1000 });
}

export function getCertificate(call: Call): Answer {
  return { result: described(shownCertificate(call)) };
}

/** Names services only, never zones or hostnames (DOC). */
export function listServices(call: Call): Answer {
  return page(call, servicesOf(shownCertificate(call), call.settings.lag.services), {
    usual: 50,
    least: 1,
    most: 1000,
  });
}

/** 200, not 201 (DOC). A private key that comes along is checked against its certificate and forgotten. */
export function uploadCertificate(call: Call): Answer {
  const fields = withoutNulls(bodyFields(call, ["ca", "certificates", "name", "private_key"]));
  const { ca, certificates, name } = fields;
  // An official Go client always sends one, empty where there is none.
  const key = fields.private_key === "" ? undefined : fields.private_key;
  if (typeof ca !== "boolean") throw refusals.unrecorded("ca is required and must be true or false", "/ca");
  if (typeof certificates !== "string") throw refusals.unparsable("certificates is required");
  if (name !== undefined && typeof name !== "string") throw refusals.unrecorded("name must be a string", "/name");
  const bundle = readBundle(certificates);
  if (ca) requireAuthorities(bundle);
  if (key !== undefined) requireKeyOf(bundle, key);
  refuseDuplicate(call, bundle);
  if (ca) refuseBeyondQuota(call);

  const stored: StoredCertificate = {
    id: randomUUID(),
    ...(name === undefined ? {} : { name }),
    ca,
    type: "custom",
    ...bundle.facts,
    uploadedOn: timestamp(),
    services: [],
  };
  call.store.certificates.set(stored.id, stored);
  return { result: { ...described(stored), updated_at: stored.uploadedOn } };
}

/** Answers the deleted object (DOC). */
export function deleteCertificate(call: Call): Answer {
  const certificate = call.store.certificates.get(param(call, "certificate"));
  if (!certificate) throw refusals.certificateNotFound();
  const now = Date.now();
  if (certificate.deletedAt !== undefined) {
    // OBS: "already deleted" with 400. How long is not recorded; 404 follows.
    if (now < certificate.deletedAt + call.settings.lag.alreadyDeleted) throw refusals.certificateAlreadyDeleted();
    throw refusals.certificateNotFound();
  }
  if (certificate.type !== "custom") throw refusals.certificateForbidden(); // OBS
  if (isInUse(call, certificate, now)) throw refusals.certificateInUse(); // DOC; the lag after clearing OBS
  certificate.deletedAt = now;
  return { result: described(certificate) };
}

function isInUse(call: Call, certificate: StoredCertificate, now: number): boolean {
  const { id, releasedAt } = certificate;
  const { services, deletion } = call.settings.lag;
  if (servicesOf(certificate, services).length > 0) return true;
  // OBS: "in use" also for a while after the last service let go, with nothing to be told of.
  if (certificate.services.some(({ until = 0 }) => now < until + deletion)) return true;
  for (const zone of call.store.zones.values()) {
    const list = zone.lists.get(id);
    if (list?.written()?.length || list?.visible()?.length) return true;
  }
  return releasedAt !== undefined && now < releasedAt + deletion;
}

/** The CA that a hostname list is about; leaves of the same collection cannot be one (INF). */
export function authority(call: Call, id: string): StoredCertificate {
  const certificate = call.store.certificates.get(id);
  if (!certificate || certificate.deletedAt !== undefined) throw refusals.certificateNotFound(); // INF: 404 or 400 unknown
  if (!certificate.ca) throw refusals.unrecorded(`mTLS certificate ${id} is not a CA`, "/mtls_certificate_id");
  return certificate;
}

function shownCertificate(call: Call): StoredCertificate {
  const certificate = call.store.certificates.get(param(call, "certificate"));
  if (!certificate || !isShown(call, certificate)) throw refusals.certificateNotFound();
  return certificate;
}

/** OBS: a deleted CA stays readable for up to about 90 s. */
function isShown(call: Call, { deletedAt }: StoredCertificate): boolean {
  return deletedAt === undefined || Date.now() < deletedAt + call.settings.lag.visibleAfterDelete;
}

/** DOC: Basic Constraints must say CA:TRUE. That it holds for each certificate of a bundle is INF. */
function requireAuthorities({ certificates }: Bundle): void {
  const leaf = certificates.findIndex((certificate) => !certificate.ca);
  if (leaf < 0) return;
  throw refusals.unrecorded(`Certificate ${leaf + 1} is not a CA: Basic Constraints must be present with CA:TRUE`);
}

/** DOC: the certificate that matches the key comes first. */
function requireKeyOf({ certificates }: Bundle, key: unknown): void {
  const [first] = certificates;
  try {
    if (typeof key === "string" && first?.checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    // Not a key at all. OpenSSL's reason is kept back: it could quote the key.
  }
  throw refusals.unrecorded("private_key does not match the first certificate", "/private_key");
}

/** OBS: content decides, account-wide and whatever the name. That DER is compared, of the first certificate, is INF. */
function refuseDuplicate(call: Call, { facts }: Bundle): void {
  const present = presentCertificates(call.store);
  if (present.some(({ fingerprint }) => fingerprint === facts.fingerprint)) throw refusals.certificateExists();
}

/** DOC: one allocation for API Shield, Workers and Gateway together. Access has its own. */
function refuseBeyondQuota(call: Call): void {
  const counted = presentCertificates(call.store).filter(({ ca, type }) => ca && type !== "access_managed");
  if (counted.length >= call.settings.quota) throw refusals.quotaReached();
}

function described(certificate: StoredCertificate): Record<string, unknown> {
  return {
    id: certificate.id,
    ...(certificate.name === undefined ? {} : { name: certificate.name }),
    issuer: certificate.issuer,
    signature: certificate.signature,
    serial_number: certificate.serialNumber,
    certificates: certificate.blocks.join(""),
    ca: certificate.ca,
    uploaded_on: certificate.uploadedOn,
    expires_on: certificate.expiresOn,
    type: certificate.type,
  };
}

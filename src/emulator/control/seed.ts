import { randomUUID } from "node:crypto";
import { isFields, type Fields } from "../api/call";
import { readBundle } from "../api/certificate-reader";
import { timestamp, type CertificateType, type ServiceAssociation, type Store } from "../account/store";

/** Things that others put into an account, and that no call of the API can put there. */
export interface Seed {
  /** PEM of a CA that counts as the managed one, too: what its hostname lists let in at the edge. */
  readonly managedCa?: string;
  /** Certificates of Gateway or Access, or custom ones that a service holds on to. */
  readonly certificates?: readonly SeedCertificate[];
}

export interface SeedCertificate {
  /** PEM. */
  readonly certificates: string;
  readonly name?: string;
  /** @default true */
  readonly ca?: boolean;
  /** @default "custom" */
  readonly type?: CertificateType;
  /** Services that use it: [{ service: "gateway", status: "active" }]. They keep it from being deleted, for as many milliseconds as it `lasts`. */
  readonly associations?: readonly (Omit<ServiceAssociation, "until"> & { readonly lasts?: number })[];
}

/** Puts the seed in place, without minding the quota, and answers the ids of the certificates. */
export function plant(store: Store, seed: unknown): { certificates: string[] } {
  const { managedCa, certificates = [] } = known(seed, ["managedCa", "certificates"]);
  if (managedCa !== undefined && typeof managedCa !== "string") throw new TypeError("managedCa must be PEM text");
  if (!Array.isArray(certificates)) throw new TypeError("certificates must be an array");
  const planted = certificates.map((certificate: unknown) => plantable(certificate));
  const { managedCa: own } = store;
  if (managedCa !== undefined) {
    store.managedCa = { ...own, blocks: [...own.blocks.slice(0, 1), ...readBundle(managedCa).facts.blocks] };
  }
  for (const certificate of planted) store.certificates.set(certificate.id, certificate);
  return { certificates: planted.map(({ id }) => id) };
}

function plantable(seed: unknown): ReturnType<Store["certificates"]["get"]> & object {
  const fields = known(seed, ["certificates", "name", "ca", "type", "associations"]);
  const { certificates, name, ca = true, type = "custom", associations = [] } = fields;
  if (typeof certificates !== "string") throw new TypeError("certificates must be PEM text");
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  if (typeof ca !== "boolean") throw new TypeError("ca must be true or false");
  if (type !== "custom" && type !== "gateway_managed" && type !== "access_managed") {
    throw new TypeError("type must be custom, gateway_managed or access_managed");
  }
  return {
    id: randomUUID(),
    ...(name === undefined ? {} : { name }),
    ca,
    type,
    ...readBundle(certificates).facts,
    uploadedOn: timestamp(),
    services: services(associations),
  };
}

function services(value: unknown): ServiceAssociation[] {
  if (!Array.isArray(value)) throw new TypeError("associations must be an array");
  return value.map((item: unknown) => {
    const { service, status, lasts } = known(item, ["service", "status", "lasts"]);
    if (typeof service !== "string" || typeof status !== "string") {
      throw new TypeError("an association must have a service and a status");
    }
    if (lasts === undefined) return { service, status };
    if (typeof lasts !== "number") throw new TypeError("lasts must be a number of milliseconds");
    return { service, status, until: Date.now() + lasts };
  });
}

function known(value: unknown, names: readonly string[]): Fields {
  if (!isFields(value)) throw new TypeError("a seed must be made of JSON objects");
  const stranger = Object.keys(value).find((name) => !names.includes(name));
  if (stranger !== undefined) throw new TypeError(`a seed has no ${stranger} here; it has ${names.join(", ")}`);
  return value;
}

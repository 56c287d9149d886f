import { hostnameList, MANAGED, type StoredZone } from "../account/store";
import { bodyFields, zoneOf, type Answer, type Call } from "./call";
import { authority } from "./mtls-certificates";
import { unrecorded } from "./refusals";

/*
 * One list of hostnames for each pair of zone and CA. A PUT replaces the whole list; there is no verb for one
 * hostname, no ETag. Without a CA id both verbs speak of the CA that Cloudflare manages (DOC): the worst slip to make.
 */

export function getHostnames(call: Call): Answer {
  const zone = zoneOf(call);
  const id = certificateId(call.query.get("mtls_certificate_id") ?? undefined);
  if (id !== MANAGED) authority(call, id);
  return { result: { hostnames: hostnameList(zone, id).read() } };
}

export function putHostnames(call: Call): Answer {
  const zone = zoneOf(call);
  const body = bodyFields(call, ["hostnames", "mtls_certificate_id"]);
  // DOC: the id is read from the body alone; one in the query of a PUT names nothing.
  const id = certificateId(body.mtls_certificate_id);
  const certificate = id === MANAGED ? undefined : authority(call, id);
  const hostnames = checkedHostnames(body.hostnames, zone);

  const list = hostnameList(zone, id);
  const { associations, associationReads } = call.settings.lag;
  if (certificate && hostnames.length === 0 && list.written()?.length) certificate.releasedAt = Date.now();
  list.write(hostnames, { milliseconds: associations, reads: associationReads });
  return { result: { hostnames } };
}

function certificateId(value: unknown): string {
  if (value === undefined) return MANAGED;
  if (typeof value === "string" && value.length === 36) return value;
  throw unrecorded("mtls_certificate_id must be a string of 36 characters", "/mtls_certificate_id"); // DOC; number not recorded
}

/** INF throughout: what Cloudflare answers to a hostname that it doesn't like is not recorded. */
function checkedHostnames(value: unknown, zone: StoredZone): string[] {
  if (!Array.isArray(value)) throw unrecorded("hostnames is required and must be an array", "/hostnames");
  const names = value.map((item: unknown, index) => checkedHostname(item, zone, `/hostnames/${index}`));
  return [...new Set(names)];
}

function checkedHostname(value: unknown, zone: StoredZone, pointer: string): string {
  const label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  if (typeof value !== "string" || value.length > 253 || !new RegExp(`^${label}(\\.${label})+$`, "i").test(value)) {
    throw unrecorded(`${JSON.stringify(value)} is not a fully qualified hostname`, pointer);
  }
  const name = value.toLowerCase();
  if (name !== zone.name && !name.endsWith(`.${zone.name}`)) {
    throw unrecorded(`hostname ${name} does not belong to zone ${zone.name}`, pointer);
  }
  return name;
}

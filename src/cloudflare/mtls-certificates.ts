import type { Cloudflare } from "./client";

/** An uploaded certificate. Immutable: there is no call that changes one. */
export interface MtlsCertificate {
  readonly id: string;
  readonly name?: string;
  readonly ca?: boolean;
  readonly certificates?: string;
  readonly expires_on?: string;
  readonly uploaded_on?: string;
  /** `custom`, or managed by another product of Cloudflare's: `gateway_managed`, `access_managed`. */
  readonly type?: string;
}

const collection = (accountId: string) => `/accounts/${encodeURIComponent(accountId)}/mtls_certificates`;
const item = (accountId: string, id: string) => `${collection(accountId)}/${encodeURIComponent(id)}`;

/** GET …/mtls_certificates, every page: CAs and leaves of the account mixed. */
export async function listMtlsCertificates(cloudflare: Cloudflare, accountId: string): Promise<MtlsCertificate[]> {
  const certificates: MtlsCertificate[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    // The first page is asked for as the official SDK does: no page parameter is documented.
    const { result, resultInfo } = await cloudflare({
      method: "GET",
      path: collection(accountId),
      query: page > 1 ? { page } : undefined,
    });
    certificates.push(...((result ?? []) as MtlsCertificate[]));
    pages = Math.min(resultInfo?.total_pages ?? 1, 100);
  }
  return certificates;
}

/** POST …/mtls_certificates: uploads a CA. `private_key` is for another product and is never sent. */
export async function uploadMtlsCertificate(
  cloudflare: Cloudflare,
  accountId: string,
  upload: { certificates: string; name: string },
): Promise<MtlsCertificate> {
  const { result } = await cloudflare({ method: "POST", path: collection(accountId), body: { ca: true, ...upload } });
  return result as MtlsCertificate;
}

export async function getMtlsCertificate(
  cloudflare: Cloudflare,
  accountId: string,
  id: string,
): Promise<MtlsCertificate> {
  const { result } = await cloudflare({ method: "GET", path: item(accountId, id) });
  return result as MtlsCertificate;
}

/** DELETE …: refused while anything uses the CA, and for a while after (about 90 s were seen). */
export async function deleteMtlsCertificate(cloudflare: Cloudflare, accountId: string, id: string): Promise<void> {
  await cloudflare({ method: "DELETE", path: item(accountId, id) });
}

/** GET …/associations: the services that use it (Gateway, Workers, …); never zones or hostnames. */
export async function listServicesUsing(cloudflare: Cloudflare, accountId: string, id: string): Promise<string[]> {
  const { result } = await cloudflare({ method: "GET", path: `${item(accountId, id)}/associations` });
  return ((result ?? []) as { service?: string }[]).map(({ service }) => service ?? "a service");
}

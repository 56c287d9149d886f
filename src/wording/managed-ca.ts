/**
 * The Cloudflare-managed CA, where the id of an uploaded one could stand. Cloudflare has no id for it: it means that CA wherever a
 * call names none. Here it is named outright, so that nothing left out by mistake can mean it.
 * `as const`, so that an object with it in a variable keeps the type.
 */
export const CLOUDFLARE_MANAGED_CA = "cloudflare-managed-ca" as const;

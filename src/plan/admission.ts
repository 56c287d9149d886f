import type { Picture } from "./picture";
import { refusal } from "./refusal";
import type { Shown } from "./refusal";

/** A client: one that has no certificate, or one whose certificate was issued by this issuer. */
export type Client = "anonymous" | { readonly issuerSki: string };

export type Admission = "admitted" | "refused" | "unknown";

/**
 * Who gets in: whether a request for this host and path from this client is let through by the zone's lists and rules.
 * Without a path, the answer is for every path of the host, and unknown where they differ.
 */
export function admission(picture: Picture, client: Client, hostname: string, path?: string): Admission {
  const shown = client === "anonymous" ? "nothing" : shows(picture, hostname, client.issuerSki);
  const condition = refusal(picture.rules, shown, hostname, path);
  return condition === true ? "refused" : condition === false ? "admitted" : "unknown";
}

/**
 * What such a client shows on this host. The edge asks for a certificate where the host is on any list. It verifies one whose
 * issuer is in a CA associated with the host; of another CA of the account it may, as Cloudflare's documents can be read.
 */
function shows(picture: Picture, hostname: string, issuerSki: string): Shown {
  const associated = picture.associated(
    hostname,
    picture.authorities.map(({ id }) => id),
  );
  if (associated.length === 0) return "nothing";
  const isServed = picture.authorities.some(
    ({ id, issuerSkis }) => associated.includes(id) && issuerSkis.includes(issuerSki),
  );
  return { issuerSki, verified: isServed || undefined };
}

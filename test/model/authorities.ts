import { createAuthority } from "../support/authority";

/** The CAs of every world: `renewed` has the key of `one` in a new certificate; `one` and `two` have a root in common. */
export const CAS = ["one", "renewed", "two"] as const;
export type CaName = (typeof CAS)[number];

/** Whose private key signed a client's certificate: leaves of `one` and of `renewed` can't be told apart. */
export type Key = "key one" | "key two" | "managed key";
/** An uploaded CA, or Cloudflare's own. */
export type Ca = CaName | "managed";
export const KEY_OF: Readonly<Record<Ca, Key>> = {
  ...{ one: "key one", renewed: "key one", two: "key two" },
  managed: "managed key",
};

/** Who connects, by the certificate that is shown: a key's usual leaf, or one that rules can tell from it. */
export type Client = Key | "stolen" | "stolen of two" | "revoked by Cloudflare";

interface Leaf {
  readonly issuer: Key;
  readonly serial: string;
  readonly subject: string;
  readonly isRevoked: boolean;
}

const USUAL = { subject: "CN=client", isRevoked: false };
export const LEAVES: Readonly<Record<Client, Leaf>> = {
  "key one": { ...USUAL, issuer: "key one", serial: "1111" },
  "key two": { ...USUAL, issuer: "key two", serial: "2222" },
  "managed key": { ...USUAL, issuer: "managed key", serial: "3333" },
  stolen: { ...USUAL, issuer: "key one", serial: "4444", subject: "CN=stolen" },
  "stolen of two": { ...USUAL, issuer: "key two", serial: "6666", subject: "CN=stolen" },
  "revoked by Cloudflare": { ...USUAL, issuer: "managed key", serial: "5555", isRevoked: true },
};

/** What `revoked` and `subjects` tell from the usual leaf of its key. */
export const STOLEN = ["stolen", "stolen of two"] as const satisfies readonly Client[];

/** Minted once, and handed to every worker as texts, so that all of them speak of the same certificates. */
export interface Authorities {
  readonly bundles: Readonly<Record<CaName, string>>;
  /** What `cf.tls_client_auth.cert_issuer_ski` says of a leaf of that key. */
  readonly skis: Readonly<Record<Key, string>>;
}

export async function mintAuthorities(): Promise<Authorities> {
  const root = await createAuthority("Root");
  const one = await root.intermediate("Issuer one");
  const two = await root.intermediate("Issuer two");
  const renewed = await one.renew("Issuer one, renewed");
  const managed = await createAuthority("Managed CA");
  return {
    bundles: { one: one.pem + "\n" + root.pem, renewed: renewed.pem, two: two.pem + "\n" + root.pem },
    skis: { "key one": one.ski, "key two": two.ski, "managed key": managed.ski },
  };
}

/** Which CA an uploaded text is, however it is spelled. */
export function caOf({ bundles }: Authorities, text: string): CaName | undefined {
  if (!recognised.has(text))
    recognised.set(
      text,
      CAS.find((name) => plain(bundles[name]) === plain(text)),
    );
  return recognised.get(text);
}

/** One process has one set of authorities. */
const recognised = new Map<string, CaName | undefined>();

function plain(pem: string): string {
  return pem.replace(/\s/g, "");
}

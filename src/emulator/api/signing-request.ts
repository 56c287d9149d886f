import { createPublicKey, verify } from "node:crypto";
import type { Subject } from "../edge/certify";
import { elementsOf, TAG, write, type Element } from "../edge/der";
import { SIGNATURES } from "./certificate-reader";
import { badRequest } from "./refusals";

/** Reads a certificate signing request (RFC 2986) out of its PEM and checks that its writer has the key, or refuses it. */
export function readSigningRequest(pem: string): Subject {
  const [, base64] =
    /^\s*-----BEGIN CERTIFICATE REQUEST-----([\s\S]*)-----END CERTIFICATE REQUEST-----\s*$/.exec(pem) ?? [];
  if (base64 === undefined) throw badRequest("it must be one CERTIFICATE REQUEST in PEM");
  try {
    const [info, algorithm, signature] = within(elementsOf(Buffer.from(base64, "base64"))[0]);
    const [, name, publicKey] = within(info).map(whole);
    const [identifier] = within(algorithm);
    if (info && name && publicKey && identifier && signature) {
      const key = createPublicKey({ key: publicKey, format: "der", type: "spki" });
      const [hash] = /SHA\d+/.exec(SIGNATURES[identifier.content.toString("hex")] ?? "") ?? [];
      // A bit string begins with the number of bits that are left over.
      if (hash && verify(hash, whole(info), key, signature.content.subarray(1))) return { name, publicKey };
    }
  } catch {
    // OpenSSL's reason names its own source lines, which helps nobody.
  }
  throw badRequest("it is damaged, or its signature is not of its key");
}

function within(element: Element | undefined): Element[] {
  return element?.tag === TAG.sequence ? elementsOf(element.content) : [];
}

function whole({ tag, content }: Element): Buffer {
  return write(tag, content);
}

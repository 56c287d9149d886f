/** A CRL's bytes as text: a program's inputs are texts. Bytes that are PEM already stay so. */
export function crlInPem(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("latin1");
  if (text.trimStart().startsWith("-----BEGIN ")) return text;
  const lines = buffer.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN X509 CRL-----", ...lines, "-----END X509 CRL-----", ""].join("\n");
}

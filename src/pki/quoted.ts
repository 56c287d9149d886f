/** A name out of a certificate, fit for a message: on one line, without what would steer a terminal, and not too long. */
export function quoted(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu, "\ufffd");
  return `"${plain.length > 120 ? `${plain.slice(0, 119).replace(/[\ud800-\udbff]$/, "")}…` : plain}"`;
}

/**
 * What a key or a token looks like: a key in PEM text, or many characters in a row that are no words. Tokens, and keys without their
 * BEGIN line, are base64 or hex; hex bytes with colons are how OpenSSL prints a key.
 */
const SUSPECT =
  /-----BEGIN [A-Z0-9 ]{0,40}KEY[^]*?(?:-----END [^-]{0,40}-----|$)|[A-Za-z0-9+/_-]{22,}={1,2}|(?:[A-Za-z0-9+/_-]|%[0-9a-f]{2}){24,}|(?:[0-9a-f]{2}:\s{0,9}){8,}/gi;
/** Words, numbers behind them, and short codes, as names are made of. */
const WORD = /^(?:[A-Z]+|[a-z]*(?:[A-Z][a-z]+)*)\d{0,4}$|^[a-z0-9]{1,8}$/;
/** Ids of Cloudflare's, and identifiers of keys and certificates in hex. */
const ID = /^(?:[0-9a-f]{32}|[0-9a-f]{12}|[0-9A-F]{16,64})$/;

/** A message without what may be a secret in it. Everything that leaves this package for somebody's eyes goes through here. */
export function withoutSecrets(message: string): string {
  return message.replace(SUSPECT, (run) =>
    isPlain(run) ? run : `[${run.length} characters withheld: a key or a token?]`,
  );
}

function isPlain(run: string): boolean {
  return run.split(/[/_=-]/).every((piece) => WORD.test(piece) || ID.test(piece));
}

const LONGEST = 120;

/** Hex digits as in an id. Where none belongs, a key or a token has as many. */
const HEX = /(?=[a-f]*\d)[0-9a-f]{24}/i;

/** A value that isn't what belongs where it was given, and so is no id either. */
export function shownWrong(value: string): string {
  return HEX.test(value) ? textOf(value) : shown(value);
}

/** A value in a message: in quotes, on one line, without what would steer a terminal, not too long, and never a secret. */
export function shown(value: string): string {
  if (withoutSecrets(value) !== value) return textOf(value);
  const visible = value.replace(
    /(?! )[\p{C}\p{Z}]/gu,
    (odd) => `\\u{${(odd.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
  return `"${visible.length > LONGEST ? `${visible.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, "")}…` : visible}"`;
}

function textOf(value: string): string {
  return `a text of ${value.length} characters`;
}

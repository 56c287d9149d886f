import { randomBytes } from "node:crypto";
import { KeyTraces } from "./key-traces";
import { privateKeys } from "./odd-certificates";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What people have in the clipboard: keys in PEM text, on one line and as one long text, API tokens, a global API key, and one of 40 hex digits. */
export function secrets(): string[] {
  const pems = privateKeys().map(({ pem }) => pem);
  const body = (pem: string) => pem.replace(/-----[^-]*-----|^[A-Z][\w-]*: .*$/gm, "").replace(/\s/g, "");
  return [
    ...pems,
    ...pems.slice(0, 4).map((pem) => pem.replaceAll("\n", "\\n")),
    ...pems.slice(0, 4).map(body),
    ...pems.slice(0, 4).map((pem) => Buffer.from(body(pem), "base64").toString("hex")),
    ...pems.slice(0, 2).map((pem) => Buffer.from(pem).toString("base64")),
    ...Array.from({ length: 5 }, () => [...randomBytes(40)].map((byte) => LETTERS[byte % 64]).join("")),
    `cfut_${randomBytes(24).toString("base64url")}`,
    randomBytes(19).toString("hex").slice(1),
    randomBytes(20).toString("hex"),
    // As OpenSSL prints the bytes of a key.
    randomBytes(48)
      .toString("hex")
      .replace(/(..)(?!$)/g, "$1:"),
  ];
}

/** Finds 24 characters in a row of any of them. */
export function tracesOf(all: readonly string[]): (text: string) => boolean {
  const keys = new KeyTraces(privateKeys().map(({ pem }) => pem));
  const windows = all.flatMap((secret) =>
    secret
      .split(/-----[^-]*-----|\s/)
      .flatMap((line) => Array.from({ length: Math.max(0, line.length - 23) }, (_, at) => line.slice(at, at + 24))),
  );
  return (text) => keys.inText(text).length > 0 || windows.some((window) => text.includes(window));
}

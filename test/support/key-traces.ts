import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toDer } from "./der";

/** What a trace is: so many characters in a row of the key in base64, of its DER in hex, or of its PEM text in base64. */
const WINDOW = 24;

/** Pieces of eight characters of a key's body, or of its bytes in hexadecimal, that a message repeats. */
export function repeated(key: string, message: string): string[] {
  const body = key.replace(/-----[^-]*-----/g, "\n").match(/[A-Za-z0-9+/_-]{24,}/g) ?? [];
  const hex = Buffer.from(body.join(""), "base64").toString("hex");
  return [body.join(""), hex, hex.toUpperCase()].flatMap((text) =>
    Array.from({ length: Math.max(0, text.length - 7) }, (_, start) => text.slice(start, start + 8)).filter((piece) =>
      message.includes(piece),
    ),
  );
}

/** Finds private keys again, in whatever was printed or written of a run. */
export class KeyTraces {
  private readonly windows = new Set<string>();
  private readonly decoded: Buffer[] = [];

  constructor(keys: readonly string[]) {
    for (const pem of keys) {
      const body = pem.replace(/-----[^-]*-----|^[A-Z][\w-]*: .*$/gm, "");
      const lines = body.split("\n").filter(Boolean);
      const hex = toDer(body).toString("hex");
      const encodedText = [0, 1, 2].map((skip) => Buffer.from(pem.slice(skip)).toString("base64"));
      for (const text of [...lines, lines.join(""), hex, hex.toUpperCase(), ...encodedText]) {
        for (let at = 0; at + WINDOW <= text.length; at++) this.windows.add(text.slice(at, at + WINDOW));
      }
      this.decoded.push(...lines.map((line) => Buffer.from(line, "base64")).filter((bytes) => bytes.length >= 18));
    }
  }

  /** What stands before each trace, so that a failure tells where the key came out. */
  inText(text: string): string[] {
    const found: string[] = [];
    for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/=]{24,}/g)) {
      const starts = Array.from({ length: run.length - WINDOW + 1 }, (_, at) => run.slice(at, at + WINDOW));
      if (starts.some((window) => this.windows.has(window))) found.push(text.slice(Math.max(0, index - 120), index));
    }
    const bytes = Buffer.from(text, "latin1");
    return [...found, ...this.decoded.filter((line) => bytes.includes(line)).map(() => "a decoded line of the key")];
  }

  /** Names of the files below a folder that a key can be read in. */
  inFolder(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((file) => this.inText(readFileSync(join(folder, file), "latin1")).length > 0);
  }
}

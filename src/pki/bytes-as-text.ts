import { isUtf8 } from "node:buffer";
import { types } from "node:util";

/**
 * Pulumi carries no bytes: it takes a Buffer apart into an object of numbers. So what `readFileSync(path)` gives becomes a text in the
 * program: as it is where it is one (PEM), else as base64 (DER, which is no UTF-8: the length of anything longer than 127 bytes isn't).
 * Anything else stays what it is.
 */
export function bytesAsText(value: unknown): unknown {
  if (!types.isUint8Array(value)) return value;
  return Buffer.from(value).toString(isUtf8(value) ? "utf8" : "base64");
}

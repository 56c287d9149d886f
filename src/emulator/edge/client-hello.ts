/** What the first bytes of a connection say. */
export type Greeting =
  | { readonly kind: "incomplete" }
  /** A TLS client, with the name that it asks for (SNI) in lower case, or without any. */
  | { readonly kind: "hello"; readonly serverName: string | undefined }
  | { readonly kind: "http" }
  | { readonly kind: "garbage" };

const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** A hello with post-quantum key shares takes about 2 KiB; nothing honest comes near this. */
const LONGEST_HELLO = 65_536;

/** Reads the ClientHello out of its TLS records, over which it may be spread in any way. */
export function readGreeting(bytes: Buffer): Greeting {
  const message: Buffer[] = [];
  let collected = 0;
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== HANDSHAKE) return at === 0 && isHttp(bytes) ? { kind: "http" } : { kind: "garbage" };
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return { kind: "garbage" };
    if (bytes.length < at + RECORD_HEADER) return { kind: "incomplete" };
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
    message.push(bytes.subarray(at + RECORD_HEADER, end));
    collected += Math.min(end, bytes.length) - at - RECORD_HEADER;
    const greeting = readMessage(Buffer.concat(message, collected));
    if (greeting.kind !== "incomplete") return greeting;
    if (end === at + RECORD_HEADER) return { kind: "garbage" };
    at = end;
  }
  return { kind: "incomplete" };
}

function isHttp(bytes: Buffer): boolean {
  return /^[A-Z]{3,}[ /]/.test(bytes.toString("latin1", 0, 16));
}

function readMessage(message: Buffer): Greeting {
  if (message.length > 0 && message[0] !== CLIENT_HELLO) return { kind: "garbage" };
  if (message.length < MESSAGE_HEADER) return { kind: "incomplete" };
  const length = message.readUIntBE(1, 3);
  if (length > LONGEST_HELLO) return { kind: "garbage" };
  if (message.length < MESSAGE_HEADER + length) return { kind: "incomplete" };
  try {
    return { kind: "hello", serverName: serverNameOf(message.subarray(MESSAGE_HEADER, MESSAGE_HEADER + length)) };
  } catch {
    // A length that points past the end.
    return { kind: "garbage" };
  }
}

/** Undefined without the extension; with one that breaks off, Buffer throws a RangeError. */
function serverNameOf(hello: Buffer): string | undefined {
  let at = 2 + 32; // version, random
  at += 1 + hello.readUInt8(at); // session id
  at += 2 + hello.readUInt16BE(at); // cipher suites
  at += 1 + hello.readUInt8(at); // compression methods
  if (at === hello.length) return undefined;
  const end = at + 2 + hello.readUInt16BE(at);
  for (at += 2; at < end;) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    if (type === SERVER_NAME) return hostNameOf(hello.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

function hostNameOf(extension: Buffer): string | undefined {
  for (let at = 2; at < extension.length;) {
    const length = extension.readUInt16BE(at + 1);
    if (extension.readUInt8(at) === HOST_NAME) {
      if (at + 3 + length > extension.length) throw new RangeError("The name breaks off.");
      return extension.toString("latin1", at + 3, at + 3 + length).toLowerCase();
    }
    at += 3 + length;
  }
  return undefined;
}

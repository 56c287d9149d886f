import * as fc from "fast-check";
import { readGreeting } from "../../../src/emulator/edge/client-hello";

const length16 = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
const extension = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type >> 8, type & 0xff]), length16(content)]);
const serverName = (name: string, type = 0): Buffer =>
  extension(0, length16(Buffer.concat([Buffer.from([type]), length16(Buffer.from(name, "latin1"))])));
/** Values that clients send to keep servers used to the unknown (RFC 8701). */
const GREASE = extension(0x5a5a, Buffer.from([0]));
/** The size of an X25519MLKEM768 share and more. */
const KEY_SHARE = extension(51, Buffer.alloc(3000, 7));

interface Shape {
  readonly extensions?: readonly Buffer[] | undefined;
  readonly recordLength?: number;
}

function hello({ extensions, recordLength = 16_384 }: Shape): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 1),
    Buffer.from([32]),
    Buffer.alloc(32, 2),
    length16(Buffer.from([0x5a, 0x5a, 0x13, 0x01])),
    Buffer.from([1, 0]),
    ...(extensions === undefined ? [] : [length16(Buffer.concat(extensions))]),
  ]);
  const message = Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 0xff]), body]);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += recordLength) {
    records.push(Buffer.from([22, 3, 1]), length16(message.subarray(at, at + recordLength)));
  }
  return Buffer.concat(records);
}

describe("the name in a ClientHello", () => {
  it.each<[string, Shape, string | undefined]>([
    ["stands first", { extensions: [serverName("a.example.com"), GREASE] }, "a.example.com"],
    [
      "stands behind GREASE and a post-quantum key share",
      { extensions: [GREASE, KEY_SHARE, serverName("b.c")] },
      "b.c",
    ],
    ["is spread over records", { extensions: [KEY_SHARE, serverName("b.c")], recordLength: 7 }, "b.c"],
    ["is folded to lower case", { extensions: [serverName("A.Example.COM")] }, "a.example.com"],
    ["is missing among the extensions", { extensions: [GREASE] }, undefined],
    ["is missing with all extensions", { extensions: undefined }, undefined],
    ["is of a type that nobody knows", { extensions: [serverName("a.b", 9)] }, undefined],
  ])("%s", (_, shape, expected) => {
    expect(readGreeting(hello(shape))).toEqual({ kind: "hello", serverName: expected });
  });

  it("is waited for, however the bytes are cut, and found as soon as the hello is whole", () => {
    const whole = hello({ extensions: [GREASE, serverName("a.example.com"), KEY_SHARE], recordLength: 500 });
    for (let at = 0; at < whole.length; at += 1) {
      expect(readGreeting(whole.subarray(0, at))).toEqual({ kind: "incomplete" });
    }
    const more = Buffer.concat([whole, Buffer.from([20, 3, 3, 0, 1, 1])]);
    expect(readGreeting(more)).toEqual({ kind: "hello", serverName: "a.example.com" });
  });
});

describe("what is no ClientHello", () => {
  it.each<[string, Buffer, string]>([
    ["plain HTTP", Buffer.from("GET / HTTP/1.1\r\n"), "http"],
    ["another protocol", Buffer.from("SSH-2.0-OpenSSH"), "garbage"],
    ["a TLS record of another kind", Buffer.from([23, 3, 3, 0, 1, 0]), "garbage"],
    ["a handshake message of another kind", Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0]), "garbage"],
    ["an SSL 2 hello", Buffer.from([0x80, 0x2e, 1, 3, 1, 0, 0x15]), "garbage"],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0]), "garbage"],
    ["a hello beyond all measure", Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]), "garbage"],
    [
      "a hello whose name breaks off",
      hello({ extensions: [extension(0, Buffer.from([0, 9, 0, 0, 200, 65]))] }),
      "garbage",
    ],
    ["a hello whose extension points past the end", hello({ extensions: [Buffer.from([0, 9])] }), "garbage"],
  ])("%s is told apart", (_, bytes, kind) => {
    expect(readGreeting(bytes).kind).toBe(kind);
  });

  it("never makes the reader stumble", () => {
    const whole = hello({ extensions: [GREASE, serverName("a.example.com")] });
    const damaged = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damaged, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        expect(readGreeting(bytes).kind).toMatch(/^(incomplete|hello|garbage)$/);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readGreeting(Buffer.from(bytes)).kind).toMatch(/^(incomplete|hello|garbage|http)$/);
      }),
      { numRuns: 3000 },
    );
  });
});

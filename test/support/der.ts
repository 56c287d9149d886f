/** A writer for DER, for structures that no library consents to make. */
export function element(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body]);
  const octets =
    length < 0x100 ? [length] : length < 0x10000 ? [length >> 8, length] : [length >> 16, length >> 8, length];
  return Buffer.concat([Buffer.from([tag, 0x80 + octets.length, ...octets.map((octet) => octet & 0xff)]), body]);
}

export const sequence = (...content: Buffer[]) => element(0x30, ...content);
export const set = (...content: Buffer[]) => element(0x31, ...content);
export const explicit = (number: number, ...content: Buffer[]) => element(0xa0 + number, ...content);
export const octets = (content: Buffer) => element(0x04, content);
export const bits = (content: Buffer, unused = 0) => element(0x03, Buffer.from([unused]), content);
export const utf8 = (text: string) => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean) => element(0x01, Buffer.from([value ? 0xff : 0]));
export const nothing = () => element(0x05);

export function integer(value: number | bigint | Buffer): Buffer {
  if (Buffer.isBuffer(value)) return element(0x02, value[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), value]) : value);
  const hex = value.toString(16);
  return integer(Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex"));
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const groups = [first * 40 + second, ...rest].map((arc) => {
    const octets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      octets.unshift(0x80 | (left & 0x7f));
    return octets;
  });
  return element(0x06, Buffer.from(groups.flat()));
}

/** GeneralizedTime; node and peculiar both take it for any year. */
export function time(date: Date): Buffer {
  return element(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));
}

export function toPem(der: Buffer, label = "CERTIFICATE", columns = 64): string {
  const lines = der.toString("base64").match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

export function toDer(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
}

/** One element of a DER structure. */
export class Element {
  constructor(
    readonly tag: number,
    private readonly bytes: Buffer,
    private readonly from: number,
    private readonly header: number,
    private readonly to: number,
  ) {}

  /** With its header. */
  get whole(): Buffer {
    return this.bytes.subarray(this.from, this.to);
  }

  get body(): Buffer {
    return this.bytes.subarray(this.from + this.header, this.to);
  }
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/**
 * The elements that stand side by side in these bytes. peculiar's own reader makes some thirty objects of each entry of a
 * CRL and takes two seconds for 10,000 of them; and nothing here goes deeper than the structure that is asked for.
 * What is no DER, or no such structure, is thrown out: here and below.
 */
export function elementsOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0x80;
    const octets = Math.max(0, first - 0x80);
    const header = 2 + octets;
    // No tag of more than one octet, and no length that is left open.
    if ((tag & 0x1f) === 0x1f || first === 0x80) throw new TypeError();
    const end = at + header + (octets === 0 ? first : bytes.readUIntBE(at + 2, octets));
    if (end > bytes.length) throw new TypeError();
    found.push(new Element(tag, bytes, at, header, end));
    at = end;
  }
  return found;
}

/** The members of a SEQUENCE, taken one by one. */
export class Members {
  private readonly all: Element[];
  private next = 0;

  constructor(bytes: Buffer) {
    this.all = elementsOf(bytes);
  }

  optional(...tags: readonly number[]): Element | undefined {
    const member = this.all[this.next];
    if (member === undefined || !tags.includes(member.tag)) return undefined;
    this.next += 1;
    return member;
  }

  take(...tags: readonly number[]): Element {
    const member = this.optional(...tags);
    if (member === undefined) throw new TypeError();
    return member;
  }

  end(): void {
    if (this.next < this.all.length) throw new TypeError();
  }
}

/** `2.5.29.27`. */
export function dotted({ body }: Element): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of body) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [both = 0, ...rest] = arcs;
  const first = Math.min(Math.floor(both / 40), 2);
  return [first, both - first * 40, ...rest].join(".");
}

/** A UTCTime or GeneralizedTime as RFC 5280 has them: to the second, in UTC. */
export function timeOf({ tag, body }: Element): Date {
  const text = body.toString("latin1");
  const whole = tag === TAG.utcTime ? (text < "50" ? "20" : "19") + text : text;
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(whole) ?? [];
  const date = new Date(`${parts.slice(0, 3).join("-")}T${parts.slice(3).join(":")}Z`);
  if (Number.isNaN(date.getTime())) throw new TypeError();
  return date;
}

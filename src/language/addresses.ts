import { isIP } from "node:net";

/** An address as a number with its family; the engine never equates an IPv4 address with its IPv6 mapping. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

const OCTET = /^\d+$/;

export function parseAddress(text: string): Address | undefined {
  switch (isIP(text)) {
    case 4:
      return { family: 4, value: join(text.split(".").map(Number), 8n) };
    case 6:
      // A zone ("%eth0") is none of the address.
      return text.includes("%") ? undefined : { family: 6, value: join(groupsOf(text), 16n) };
    default:
      return undefined;
  }
}

/** In a set the engine also takes IPv4 cut short ("10/8", "192.168/16") and octets with leading zeros. */
export function parseLooseAddress(text: string): Address | undefined {
  const octets = text.split(".");
  if (octets.length > 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) < 256)) {
    return parseAddress(text);
  }
  return { family: 4, value: join(octets.map(Number), 8n) << BigInt(8 * (4 - octets.length)) };
}

/** The block of `length` leading bits, or undefined when the address has bits set beyond them. */
export function block(address: Address, length: number): AddressRange | undefined {
  const hostBits = BigInt((address.family === 4 ? 32 : 128) - length);
  const mask = (1n << hostBits) - 1n;
  if ((address.value & mask) !== 0n) return undefined;
  return { first: address, last: { family: address.family, value: address.value | mask } };
}

/** Undefined for two families: such addresses have no order and are only ever unequal. */
export function compareAddresses(one: Address, other: Address): number | undefined {
  if (one.family !== other.family) return undefined;
  return one.value < other.value ? -1 : one.value > other.value ? 1 : 0;
}

export function within(address: Address, range: AddressRange): boolean {
  return (
    address.family === range.first.family && address.value >= range.first.value && address.value <= range.last.value
  );
}

export function printAddress({ family, value }: Address): string {
  if (family === 4) return split(value, 4, 8n).join(".");
  const groups = split(value, 8, 16n).map((group) => group.toString(16));
  // The longest run of zeros is cut out as URLs do it.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** An address, a block, or what is neither from its first address to its last. */
export function printAddressRange({ first, last }: AddressRange): string {
  const size = last.value - first.value + 1n;
  if (size === 1n) return printAddress(first);
  const isBlock = (size & (size - 1n)) === 0n && first.value % size === 0n;
  if (!isBlock) return `${printAddress(first)}..${printAddress(last)}`;
  const hostBits = size.toString(2).length - 1;
  return `${printAddress(first)}/${(first.family === 4 ? 32 : 128) - hostBits}`;
}

function join(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
}

function split(value: bigint, count: number, bits: bigint): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number(BigInt.asUintN(Number(bits), value >> (bits * BigInt(count - 1 - index)))),
  );
}

function groupsOf(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

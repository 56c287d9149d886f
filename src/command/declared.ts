import { rulesOf, type Rule } from "../plan/picture";
import { pathSamples } from "../rules/path";
import { differing, expressionsOf, linesOf, type Difference } from "../wording/lines";

/** A hostname to look at, and what a stack declares of it. */
export interface Target {
  readonly hostname: string;
  readonly path: string;
  /** It is on a list, so the edge asks for a certificate. */
  readonly asks: boolean;
  /** The stack's rules of its zone. */
  readonly rules: readonly Rule[];
  /** What a refused request may be answered. */
  readonly refusals: readonly number[];
  /** Another host of the zone, as far as can be told. */
  readonly other: string | undefined;
}

/** As much of an MtlsRule's outputs as decides who gets in. */
interface DeclaredRule extends DeclaredList {
  readonly expressions: readonly string[];
  readonly action: string;
  readonly paths?: readonly string[];
  readonly response?: { readonly statusCode: number };
  readonly associations?: readonly Difference[];
}

interface DeclaredList {
  readonly zoneId: string;
  readonly hostnames: readonly string[];
}

/** What `pulumi stack export` and `pulumi stack output --json` write for a value that is secret, in their two ways. */
const SECRET = "4dabf18193072939515e22adb298388d";
const HIDDEN = "[secret]";
const HOW =
  "Give what `pulumi stack export` prints, or `pulumi stack output --json` where a MutualTls or an MtlsRule is an output.";

/**
 * The hosts of a stack, from what Pulumi prints of it. Rules and lists are found by their outputs, wherever they stand.
 *
 * @throws Error with what to give, where no host is in it
 */
export function targetsOf(text: string): Target[] {
  const rules: DeclaredRule[] = [];
  const lists: DeclaredList[] = [];
  visit(resourcesOf(text), rules, lists);
  if (rules.length + lists.length === 0) throw new Error(`It holds no rule and no list of this package's. ${HOW}`);
  const targets = new Map<string, Target>();
  const inZone = (zoneId: string) => rules.filter((rule) => rule.zoneId === zoneId);
  const bare = lists.map((list) => {
    const ruled = inZone(list.zoneId).flatMap(({ hostnames }) => hostnames);
    return { ...list, paths: undefined, hostnames: list.hostnames.filter((hostname) => !ruled.includes(hostname)) };
  });
  for (const { zoneId, hostnames, paths } of [...rules, ...bare]) {
    const here = inZone(zoneId);
    const asking = [
      ...lists.filter((list) => list.zoneId === zoneId),
      ...here.flatMap(({ hostnames, associations = [] }) =>
        associations.map((list) => ({ hostnames: differing(hostnames, list) })),
      ),
    ];
    const asked = new Set(asking.flatMap((list) => list.hostnames));
    const [one, another] = new Set([...here.flatMap((rule) => rule.hostnames), ...asked]);
    const path = pathSamples(paths)[0] ?? "/";
    const declared = {
      path,
      rules: here.flatMap(({ action, expressions }) => rulesOf({ ref: zoneId, action, expressions })),
      refusals: here.length === 0 ? [403] : [...new Set(here.map(({ response }) => response?.statusCode ?? 403))],
    };
    for (const hostname of hostnames) {
      const other = (hostname === one ? another : one) ?? parentOf(hostname);
      targets.set(`${hostname} ${path}`, { ...declared, hostname, asks: asked.has(hostname), other });
    }
  }
  return [...targets.values()].sort((one, other) => one.hostname.localeCompare(other.hostname));
}

/** What stands above it, which is of the same zone unless the zone itself is meant. */
export function parentOf(hostname: string): string | undefined {
  const [, ...above] = hostname.split(".");
  return above.length < 2 ? undefined : above.join(".");
}

/** What state holds in lines, as the program reads it. */
const IN_LINES: Readonly<Record<string, (held: string) => string[]>> = {
  hostnames: linesOf,
  paths: linesOf,
  expressions: expressionsOf,
};

function resourcesOf(text: string): unknown {
  const reveal = (key: string, value: unknown): unknown => {
    const { [SECRET]: isSecret, plaintext } = Object(value) as Record<string, unknown>;
    if (isSecret) return typeof plaintext === "string" ? reveal(key, JSON.parse(plaintext)) : HIDDEN;
    return typeof value === "string" && value !== HIDDEN ? (IN_LINES[key]?.(value) ?? value) : value;
  };
  let whole: unknown;
  try {
    whole = JSON.parse(text, reveal);
  } catch {
    throw new Error(`It is no JSON. ${HOW}`);
  }
  const { deployment } = Object(whole) as { deployment?: { resources?: unknown } };
  return deployment?.resources ?? whole;
}

function visit(value: unknown, rules: DeclaredRule[], lists: DeclaredList[]): void {
  if (typeof value !== "object" || value === null || ("delete" in value && value.delete === true)) return;
  const { zoneId, hostnames, expressions, action, caCertificateId } = value as Record<string, unknown>;
  if (typeof zoneId === "string" && (hostnames === HIDDEN || expressions === HIDDEN))
    throw new Error("It has hostnames or rules that are secret. Add --show-secrets to the command that printed it.");
  const isOfZone = typeof zoneId === "string" && isTexts(hostnames);
  if (isOfZone && isTexts(expressions) && typeof action === "string") rules.push(value as DeclaredRule);
  else if (isOfZone && typeof caCertificateId === "string") lists.push(value as DeclaredList);
  else for (const inside of Object.values(value)) visit(inside, rules, lists);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

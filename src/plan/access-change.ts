import { issuersOf } from "../rules/expression";
import type { Demand } from "../rules/expression";
import { ELSEWHERE, pathSamples } from "../rules/path";
import { rulesOf } from "./picture";
import type { Rule } from "./picture";
import { refusal } from "./refusal";

/** As much of a rule resource as decides who gets in. */
export interface Access extends Demand {
  readonly ref: string;
  readonly action: string;
  readonly expressions: readonly string[];
}

/** Members that come and go, of certificates or subjects. */
export interface Change {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function changeOf(before: readonly string[] = [], after: readonly string[] = []): Change {
  const [then, now] = [new Set(before), new Set(after)];
  return { added: after.filter((one) => !then.has(one)), removed: before.filter((one) => !now.has(one)) };
}

/** Paths that change, by the patterns that name them. */
interface PathChange {
  readonly named: readonly string[];
  /** Every other path changes too, but for these. */
  readonly elsewhere: boolean;
  readonly except: readonly string[];
}

/** Who gets in after a change of rules who didn't before, and the reverse. */
export interface AccessChange {
  /** Hosts that were closed to clients without a certificate on some path, and are on none. */
  readonly opened: readonly string[];
  /** The reverse. */
  readonly closed: readonly string[];
  /** On hosts that are closed before and after: the paths that aren't any more, and those that come. */
  readonly pathsOpened: PathChange;
  readonly pathsClosed: PathChange;
  /** Issuers whose clients were let in where they are refused now. */
  readonly issuersRefused: readonly string[];
}

/** The change from one state of a rule to the next, from what its texts do to requests: not from how the inputs differ. */
export function changesOf(before: Access, after: Access): AccessChange {
  const patterns = [...new Set([...(before.paths ?? []), ...(after.paths ?? [])])].sort();
  const [then, now] = [rulesOf(before), rulesOf(after)];
  const paths = [...pathSamples(patterns), ELSEWHERE];
  const shut = (rules: readonly Rule[], hostname: string) =>
    paths.map((path) => refusal(rules, "nothing", hostname, path) === true);
  const hostnames = [...new Set([...before.hostnames, ...after.hostnames])];
  const views = hostnames.map((hostname) => ({ hostname, then: shut(then, hostname), now: shut(now, hostname) }));
  const isShut = (view: readonly boolean[]) => view.includes(true);
  const staying = views.filter((view) => isShut(view.then) && isShut(view.now));
  return {
    opened: views.filter((view) => isShut(view.then) && !isShut(view.now)).map(({ hostname }) => hostname),
    closed: views.filter((view) => !isShut(view.then) && isShut(view.now)).map(({ hostname }) => hostname),
    pathsOpened: pathChange(
      patterns,
      staying.map((view) => [view.then, view.now]),
    ),
    pathsClosed: pathChange(
      patterns,
      staying.map((view) => [view.now, view.then]),
    ),
    issuersRefused: issuersOf(before).filter((issuerSki) =>
      staying.some((view) =>
        paths.some((path, index) => {
          if (!view.then[index]) return false;
          const shown = { issuerSki, verified: true };
          return (
            refusal(then, shown, view.hostname, path) !== true && refusal(now, shown, view.hostname, path) === true
          );
        }),
      ),
    ),
  };
}

/** What is shut in the first view and open in the second, on any host. */
function pathChange(
  patterns: readonly string[],
  hosts: readonly (readonly [readonly boolean[], readonly boolean[]])[],
): PathChange {
  const changes = (index: number) => hosts.some(([first, second]) => first[index] === true && second[index] === false);
  const elsewhere = changes(patterns.length);
  return {
    named: patterns.filter((_, index) => changes(index)),
    elsewhere,
    except: elsewhere ? patterns.filter((_, index) => !changes(index)) : [],
  };
}

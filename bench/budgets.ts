/** What an operation may cost in calls, beside the fewest that are possible at all. */
export interface CallBudget {
  readonly operation: string;
  /** On one zone, and on each further one: what the bench fails over. */
  readonly most: readonly [one: number, further: number];
  /** What we want, where that is fewer. */
  readonly goal?: readonly [one: number, further: number];
  readonly least: readonly [one: number, further: number];
  /** Which calls the fewest are. */
  readonly why: string;
}

export const CALLS: readonly CallBudget[] = [
  {
    operation: "preview",
    most: [5, 4],
    goal: [5, 3],
    least: [4, 2],
    why: "zones and CAs by page; entry point read, rule tried (dry run)",
  },
  {
    operation: "create",
    most: [6, 5],
    least: [5, 4],
    why: "CA uploaded; list written and seen; entry point read, rule written",
  },
  { operation: "no change", most: [0, 0], least: [0, 0], why: "all that is needed stands in state" },
  {
    operation: "hostname added",
    most: [7, 6],
    goal: [5, 5],
    least: [5, 5],
    why: "list read, written and seen; entry point read, rule written",
  },
  {
    operation: "hostname removed",
    most: [10, 9],
    goal: [6, 6],
    least: [5, 5],
    why: "entry point read, rule written; list read, written and seen",
  },
  { operation: "CA added", most: [6, 5], least: [5, 4], why: "as create" },
  {
    operation: "CA removed",
    most: [10, 8],
    goal: [7, 6],
    least: [6, 5],
    why: "entry point read, rule written; list read, cleared and seen; CA deleted",
  },
  {
    operation: "PEM replaced",
    most: [12, 9],
    goal: [10, 9],
    least: [9, 7],
    why: "as a CA added; the old list read, cleared and seen; the old CA deleted",
  },
  { operation: "refresh", most: [3, 2], least: [3, 2], why: "each resource read" },
  {
    operation: "destroy",
    most: [7, 6],
    goal: [6, 5],
    least: [6, 5],
    why: "entry point read, rule deleted; list read, cleared and seen; CA deleted",
  },
];

/** Times are held against another time of the same run, so that a slow machine is no failure. */
export const BUDGETS = {
  "no-op of many zones, against as many empty dynamic resources": 1.25,
  "computing of the provider in a create, but for what empty resources take, against the time of its calls": 1,
  "load of the package, against that of @pulumi/pulumi": 0.015,
  "validation of 3,000 hostnames and 20 certificates, against the load of @pulumi/pulumi": 0.4,
  "memory of the provider, MB": 250,
  "state of one zone with 3,000 hostnames, KB": 750,
  "diff of one hostname among 3,000, lines": 40,
  "diff of one hostname among 3,000, KB": 12,
} as const;

export type Budget = keyof typeof BUDGETS;

/** One figure, and what it may be at most. */
export interface Finding {
  readonly name: string;
  readonly measured: number;
  readonly most: number;
}

export function against(name: Budget, measured: number): Finding {
  return { name, measured, most: BUDGETS[name] };
}

export function callFindings(
  one: Readonly<Record<string, number>>,
  further: Readonly<Record<string, number>>,
): Finding[] {
  return CALLS.flatMap(({ operation, most }) => [
    { name: `calls: ${operation}, one zone`, measured: one[operation] ?? NaN, most: most[0] },
    { name: `calls: ${operation}, each further zone`, measured: further[operation] ?? NaN, most: most[1] },
  ]);
}

/** What wasn't measured isn't within its budget. */
export function isOver({ measured, most }: Finding): boolean {
  return !(measured <= most);
}

/** Custom rules that a zone's plan allows (developers.cloudflare.com, WAF, "Custom rules", availability). */
const MOST_RULES: Readonly<Record<string, number>> = { free: 5, pro: 20, business: 100, enterprise: 1_000 };

/** How many custom rules are too many for the plan; 0 where they fit, where there are no more than now, or where the plan is unknown. */
export function surplus(plan: string | undefined, present: number, wanted: number): number {
  const most = MOST_RULES[plan ?? ""] ?? Infinity;
  return wanted > most && wanted > present ? wanted - most : 0;
}

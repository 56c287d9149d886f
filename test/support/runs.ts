/** How often a property is tried: as often as its test says, or the share of it that PROPERTY_SHARE gives (0.1: a tenth). */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env["PROPERTY_SHARE"] ?? 1));
}

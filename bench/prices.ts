/**
 * Convex's plans, as https://docs.convex.dev/production/state/limits and https://www.convex.dev/pricing have them (read on
 * 28 November 2026, regions in the US; in the EU 1.3 times as much). Database traffic counts index keys.
 */
export type Used = { calls: number; trafficGb: number; storedGb: number; actionGbHours: number };
type Meter = keyof Used;

export const METERS: readonly Meter[] = ["calls", "trafficGb", "storedGb", "actionGbHours"];
/** A month's. On the free plan functions may fail beyond it. */
const SMALL: Used = { calls: 1_000_000, trafficGb: 1, storedGb: 0.5, actionGbHours: 20 };
/** US dollars for one more. */
const PLANS = {
  Starter: {
    base: 0,
    included: SMALL,
    more: { calls: 2.2e-6, trafficGb: 0.22, storedGb: 0.22, actionGbHours: 0.33 },
  },
  /** One developer's. */
  Professional: {
    base: 25,
    included: { calls: 25_000_000, trafficGb: 50, storedGb: 50, actionGbHours: 250 },
    more: { calls: 2e-6, trafficGb: 0.2, storedGb: 0.2, actionGbHours: 0.3 },
  },
} as const;

/** What of the free plan a month uses most, and how much of it: 1 is all. */
export function shareOfFree(used: Used): { meter: Meter; share: number } {
  const shares = METERS.map((meter) => ({ meter, share: used[meter] / SMALL[meter] }));
  return shares.reduce((most, one) => (one.share > most.share ? one : most));
}

/** US dollars a month. */
export function priceOf(plan: keyof typeof PLANS, used: Used): number {
  const { base, included, more } = PLANS[plan];
  return METERS.reduce<number>(
    (sum, meter) => sum + Math.max(0, used[meter] - included[meter]) * more[meter],
    base,
  );
}

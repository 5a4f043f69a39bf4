/** What the shop's openings say about a moment. Pure. */
export type Opening = { opensAt: number; closesAt: number };

export const isOpenAt = (openings: readonly Opening[], at: number): boolean =>
  openings.some(({ opensAt, closesAt }) => opensAt <= at && at < closesAt);

/** When the shop opens next after `at`; undefined: not within what is known. */
export const nextOpening = (openings: readonly Opening[], at: number): number | undefined =>
  openings.find(({ opensAt }) => opensAt > at)?.opensAt;

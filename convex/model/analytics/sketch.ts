/**
 * Medians of sums: a histogram whose buckets grow by a factor, as in DDSketch (Masson, Rim, Lee: "DDSketch: a fast and
 * fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019). Each bucket is a count among a roll-up's
 * others (`resolved.ms~42`), so adding periods up merges sketches, and whatever checks counts checks them. Pure.
 *
 * A quantile is at most `RELATIVE_ERROR` off, between `SHORTEST` and `LONGEST`; what lies outside counts as one of these.
 * That makes 172 buckets at most: five sketches leave a row's limit of 1,024 fields room.
 */
import { DAY } from "../../lib/time";

type Counts = Record<string, number>;

export const RELATIVE_ERROR = 0.05;
const SHORTEST = 100;
const LONGEST = 30 * DAY;
const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const MARK = "~";

/** What one measured time adds to the sketch `name`. */
export function sketchOf(name: string, ms: number): Counts {
  const within = Math.min(Math.max(ms, SHORTEST), LONGEST);
  const bucket = Math.ceil(Math.log(within / SHORTEST) / Math.log(GROWTH));
  return { [`${name}${MARK}${bucket}`]: 1 };
}

/** Every time in a bucket is within the error of this one. */
const timeOf = (bucket: number) =>
  bucket === 0 ? SHORTEST : (SHORTEST * 2 * GROWTH ** bucket) / (GROWTH + 1);

/** The time that the share `q` of those measured does not exceed; null when there are none. */
export function quantileOf(counts: Counts, name: string, q: number): number | null {
  const prefix = name + MARK;
  const buckets = Object.entries(counts)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, count]) => ({ bucket: Number(key.slice(prefix.length)), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  // Of two the lower is the median, of ten the ninth is the 90th percentile.
  let left = Math.ceil(q * all);
  for (const { bucket, count } of buckets) {
    left -= count;
    if (left <= 0) return timeOf(bucket);
  }
  return null;
}

/** The counts that say something by themselves. */
export const withoutSketches = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([key]) => !key.includes(MARK)));

/** The derived numbers of a period, from its counts. Null where there is nothing to divide by. Pure. */
import { v, type Infer } from "convex/values";
import type { Counts } from "./metrics";
import { quantileOf } from "./sketch";

const vMaybe = v.union(v.number(), v.null());

/** A share or a mean, and what it is of: a rate of three is not a rate of three hundred. */
const vRatio = v.object({ value: vMaybe, of: v.number() });
type Ratio = Infer<typeof vRatio>;
/** Of a time `value` is the mean; the others are at most 5 % off (`sketch.ts`). */
const vTimes = v.object({ ...vRatio.fields, median: vMaybe, p90: vMaybe });
type Times = Infer<typeof vTimes>;

/** `docs/numbers.md` defines each. Times in ms, costs in millionths of a US dollar, shares from 0 to 1. */
export const vMetrics = v.object({
  episodesBegun: v.number(),
  episodesResolved: v.number(),
  firstResponseAiMs: vTimes,
  firstResponseHumanMs: vTimes,
  firstResponseHumanOpenMs: vTimes,
  resolutionMs: vTimes,
  resolutionOpenMs: vTimes,
  containment: vRatio,
  handoffRate: vRatio,
  /** By the reason of an episode's first hand-off. */
  handoffRateByReason: v.record(v.string(), v.number()),
  verifiedResolutions: vRatio,
  reopenRate: vRatio,
  csat: vRatio,
  csatResponseRate: vRatio,
  ratingMean: vRatio,
  costPerResolutionMicroUsd: vRatio,
  costPerVerifiedResolutionMicroUsd: vRatio,
});
type Metrics = Infer<typeof vMetrics>;

const HANDOFF = "resolved.handoff.";

export function metricsOfCounts(counts: Counts): Metrics {
  const n = (key: string) => counts[key] ?? 0;
  const per = (sum: string, count: string): Ratio => ratio(n(sum), n(count));
  const times = (sum: string, count: string): Times => ({
    ...per(sum, count),
    median: quantileOf(counts, sum, 0.5),
    p90: quantileOf(counts, sum, 0.9),
  });
  const resolved = n("resolved.episodes");
  const byReason = Object.entries(counts).filter(([key]) => key.startsWith(HANDOFF));
  return {
    episodesBegun: n("conversation_created") + n("reopened"),
    episodesResolved: resolved,
    firstResponseAiMs: times("reply_finished.firstMs", "reply_finished.first"),
    firstResponseHumanMs: times("staff_replied.firstMs", "staff_replied.first"),
    firstResponseHumanOpenMs: times("staff_replied.firstOpenMs", "staff_replied.first"),
    resolutionMs: times("resolved.ms", "resolved.episodes"),
    resolutionOpenMs: times("resolved.openMs", "resolved.episodes"),
    containment: per("resolved.contained", "resolved.episodes"),
    handoffRate: per("resolved.handedOff", "resolved.episodes"),
    handoffRateByReason: Object.fromEntries(
      byReason.map(([key, count]) => [key.slice(HANDOFF.length), count / resolved]),
    ),
    verifiedResolutions: per("episode_judged.verified", "episode_judged"),
    reopenRate: per("episode_judged.reopened", "episode_judged"),
    csat: per("rated.satisfied", "rated"),
    csatResponseRate: per("episode_judged.rated", "episode_judged"),
    ratingMean: per("ratingSum", "rated"),
    costPerResolutionMicroUsd: per("resolved.costMicroUsd", "resolved.episodes"),
    costPerVerifiedResolutionMicroUsd: per(
      "episode_judged.costMicroUsd",
      "episode_judged.verified",
    ),
  };
}

const ratio = (sum: number, of: number): Ratio => ({ value: of === 0 ? null : sum / of, of });

/**
 * When a reply being written is shown. Each flush costs a mutation and a re-run of every subscriber, so
 * they come at growing intervals and the client smooths in between.
 */
import { SECOND } from "../../lib/time";

/** Before the second, third, … flush, in ms; the last one repeats. The first comes with the first token. */
const FLUSH_INTERVALS_MS = [400, 700, 1000, 1200] as const;
/** Renews the lease while there is nothing new to show: a third of it, so that one lost renewal is harmless. */
const FLUSH_HEARTBEAT = 7 * SECOND;
/**
 * While whoever asked reads along, the database is for who comes later, and says whether the writer may go on. A reader
 * who follows the conversation leaves when that goes on, or somebody looks on: half the lease is often enough. One who
 * doesn't follow can't tell: every two seconds.
 */
const CHECKPOINT = 10 * SECOND;
const CHECKPOINT_UNFOLLOWED = 2 * SECOND;

/** When to write next, given the flushes so far and whether there is unshown text. */
export function nextFlushAt({
  flushes,
  lastFlushAt,
  dirty,
}: {
  flushes: number;
  lastFlushAt: number;
  dirty: boolean;
}): number {
  if (!dirty) return lastFlushAt + FLUSH_HEARTBEAT;
  if (flushes === 0) return lastFlushAt;
  const interval = FLUSH_INTERVALS_MS[Math.min(flushes, FLUSH_INTERVALS_MS.length) - 1]!;
  return lastFlushAt + interval;
}

/** The same while whoever asked reads along. `watched`: somebody else looks on, and sees what is stored. */
export function nextCheckpointAt({
  lastFlushAt,
  follows,
  watched,
}: {
  lastFlushAt: number;
  follows: boolean;
  watched: boolean;
}): number {
  if (watched) return lastFlushAt + FLUSH_INTERVALS_MS.at(-1)!;
  return lastFlushAt + (follows ? CHECKPOINT : CHECKPOINT_UNFOLLOWED);
}

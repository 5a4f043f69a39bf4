/**
 * What somebody who reads along has been sent, and what of it stays when the turn moves on: words that were sent
 * before that moment, and none that came later. The action's clock says when they were sent, the database's when the
 * turn moved: two machines. Pure.
 */
import { v, type Infer } from "convex/values";

/** The clocks are trusted to be this close, in ms; farther apart, what the database has must do. */
export const CLOCK_SKEW = 250;

/** `sent`: when the text had which length. `clock`: the action's, as it tells this. */
export const vHeard = v.object({
  text: v.string(),
  sent: v.array(v.object({ at: v.number(), length: v.number() })),
  clock: v.number(),
});
export type Heard = Infer<typeof vHeard>;

/** What had surely been sent at `endedAt`. `now` is the database's clock. */
export function wordsHeardBefore(heard: Heard, endedAt: number, now: number): string {
  const { text, sent, clock } = heard;
  if (Math.abs(now - clock) > CLOCK_SKEW) return "";
  const last = sent.findLast(({ at }) => at <= endedAt - CLOCK_SKEW);
  return last === undefined ? "" : text.slice(0, last.length);
}

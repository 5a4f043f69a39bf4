/**
 * Which timers a change of a conversation leaves, ends and begins. Pure: `model/conversations/timers.ts` applies it in the
 * transaction of the change. docs/design/timers.md tables it; `timerRules.test.ts` goes through every pair of states.
 */
import type { Doc } from "../../_generated/dataModel";

/** What decides, of a conversation. */
export type TimedState = Pick<
  Doc<"conversations">,
  "status" | "owner" | "snoozedUntil" | "waitingSince"
>;
export type PointedKind = "handoff" | "follow_up" | "snooze";
export const POINTED_KINDS: PointedKind[] = ["handoff", "follow_up", "snooze"];
/** `none`: there is to be no such timer; one that is armed is cancelled. `new`: of another wait than the armed one. */
export type Fate = "none" | "keep" | "new";

/** Waits in the queue: since when. */
const queuedSince = ({ status, owner }: TimedState) =>
  status === "open" && owner.kind === "queue" ? owner.since : undefined;
const snoozedUntil = ({ status, snoozedUntil: until }: TimedState) =>
  status === "snoozed" ? until : undefined;

const ofWait = (before: number | undefined, after: number | undefined): Fate =>
  after === undefined ? "none" : before === after ? "keep" : "new";

export function fateOf(kind: PointedKind, before: TimedState, after: TimedState): Fate {
  switch (kind) {
    case "handoff":
      return ofWait(queuedSince(before), queuedSince(after));
    case "snooze":
      return ofWait(snoozedUntil(before), snoozedUntil(after));
    case "follow_up":
      // Whatever happened, somebody has moved: the question whether it is solved is no longer the last word.
      return "none";
  }
}

/** Promises outlive everything but the end of the conversation. */
export const dropsPromises = ({ status }: TimedState) => status === "resolved";

/** Whether it is for the customer to react: an answer was given, and nobody has anything else to do. */
export function isCustomersMove(
  after: TimedState & Pick<Doc<"conversations">, "promises">,
): boolean {
  const { status, owner, waitingSince, promises } = after;
  const free = status === "open" && owner.kind !== "queue";
  return free && waitingSince === undefined && promises === undefined;
}

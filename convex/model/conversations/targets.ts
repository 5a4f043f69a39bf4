/**
 * Until when whoever waits for people should have an answer, in opening hours. Both times are stored with the change that
 * begins the wait, so that a desk only compares them with its clock: nothing is written as time goes by.
 */
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { MINUTE } from "../../lib/time";
import { addOpenMs } from "../hours/hours";
import { loadHours } from "../hours/stored";
import { loadTargets } from "../hours/targets";

type Conversation = Doc<"conversations">;
/** Of the time that there is: from then on the desk says that it runs out. */
const WARN_AT = 0.75;

/** What the change means for the conversation's target; nothing for an ordinary exchange with the AI. */
export async function targetPatch(
  ctx: Pick<QueryCtx, "db">,
  before: Conversation,
  after: Conversation,
): Promise<Pick<Conversation, "target"> | Record<string, never>> {
  const { owner, status, waitingSince: since } = after;
  if (status !== "open" || owner.kind === "ai" || since === undefined) {
    return before.target === undefined ? {} : { target: undefined };
  }
  const isFirst = after.answeredBy !== "human" && after.answeredBy !== "both";
  if (before.target?.since === since && before.target.isFirst === isFirst) return {};
  const targets = await loadTargets(ctx);
  const ms = (isFirst ? targets.firstMinutes : targets.waitingMinutes) * MINUTE;
  const hours = await loadHours(ctx);
  const dueAt = addOpenMs(hours, since, ms);
  const warnAt = addOpenMs(hours, since, ms * WARN_AT);
  return { target: { since, isFirst, warnAt, dueAt } };
}

/** Counted refusals of the hours that are over, as events: one an hour and reason, however many there were. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { takeRefusals } from "../access/refusals";
import { recordEvent } from "./events";

export async function recordRefusals(
  ctx: MutationCtx,
  counters: Doc<"rateLimits">[],
): Promise<void> {
  for (const { type, reason, count } of await takeRefusals(ctx, counters)) {
    await recordEvent(ctx, type, {}, reason === "" ? { count } : { count, reason });
  }
}

/**
 * Analytics events: one row per state change and per privileged act, inserted in the transaction of the act.
 * Roll-ups read them later; only deletion and retention touch them again, to take identifiers out.
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { EventData, EventType } from "../../validators";

export type EventRefs = {
  conversationId?: Id<"conversations">;
  actorId?: Id<"users">;
  subjectId?: Id<"users">;
  agentId?: Id<"agents">;
  documentId?: Id<"knowledge">;
};

export async function recordEvent(
  ctx: MutationCtx,
  type: EventType,
  refs: EventRefs,
  data: EventData = {},
): Promise<Id<"analytics">> {
  return await ctx.db.insert("analytics", { kind: "event", type, ...refs, data });
}

/** As `recordEvent`, for what staff or whoever may deploy does: without an actor it was the CLI, and the reason says so. */
export async function recordAct(
  ctx: MutationCtx,
  type: EventType,
  refs: EventRefs,
  { reason, ...data }: EventData = {},
): Promise<Id<"analytics">> {
  const words = [reason, refs.actorId === undefined ? "by the CLI" : undefined];
  const said = words.filter((word) => word !== undefined).join(", ");
  return await recordEvent(ctx, type, refs, said === "" ? data : { ...data, reason: said });
}

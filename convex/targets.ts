/** What comes first at the desk: what staff call urgent, and how soon people should answer. Rules: `model/conversations/targets.ts`, `urgency.ts`. */
import { v } from "convex/values";
import { adminMutation, staffMutation, staffQuery } from "./functions";
import { requireStaffConversation } from "./model/access/access";
import { recordEvent } from "./model/analytics/events";
import { markUrgent } from "./model/desk/labelling";
import { loadTargets, storeTargets } from "./model/hours/targets";
import { vTargets } from "./validators";

/** Minutes of opening time until a person's first answer, and until each later one. 30 and 60 unless set. */
export const get = staffQuery({
  args: {},
  returns: vTargets,
  handler: async (ctx) => await loadTargets(ctx),
});

/** Sets both, 1 to 2,400 minutes; who waits already keeps theirs. Errors: `invalid_input`. */
export const set = adminMutation({
  limit: "write",
  args: { targets: vTargets },
  returns: v.null(),
  handler: async (ctx, { targets }) => {
    await storeTargets(ctx, targets);
    await recordEvent(ctx, "targets_changed", { actorId: ctx.user._id });
    return null;
  },
});

/** Urgent or not, whatever its brief says, until the episode ends: who waits is listed first. Errors: `not_found`. */
export const setUrgent = staffMutation({
  limit: "write",
  args: { conversationId: v.id("conversations"), urgent: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { urgent, ...args }) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await markUrgent(ctx, conversation, urgent, ctx.user._id);
    return null;
  },
});

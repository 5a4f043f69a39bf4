"use node";
/** Sends texts: the only functions that run in Node, where Twilio's SDK does. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction } from "./functions";
import { vTextRef } from "./model/smsClaim";
import { findTexts, sendText } from "./providers/sms";

/**
 * Claims one text, sends it, and tells what became of it. Killed between any two of these it leaves a text
 * that is queued, or one of which nobody knows: that one is looked up, never sent again blindly.
 */
export const send = internalAction({
  args: { text: vTextRef },
  returns: v.null(),
  handler: async (ctx, { text }) => {
    const claimed = await ctx.runMutation(internal.sms.claim, { text });
    if (claimed === null) return null;
    const outcome = await sendText({ ...claimed, messageId: text.messageId });
    await ctx.runMutation(internal.sms.settleSend, { text, outcome });
    return null;
  },
});

/** Asks the provider about a text of which nobody knows whether it was accepted. */
export const lookUp = internalAction({
  args: { text: vTextRef },
  returns: v.null(),
  handler: async (ctx, { text }) => {
    const wanted = await ctx.runQuery(internal.sms.lost, { text });
    if (wanted === null) return null;
    const sids = await findTexts(wanted);
    await ctx.runMutation(internal.sms.lookedUp, { text, sids });
    return null;
  },
});

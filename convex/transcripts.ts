/** One conversation as a file, by e-mail. Rules: `model/privacy/transcript.ts`. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalQuery, internalUserMutation, publicAction } from "./functions";
import { refuseLinkHolder, requireOwnConversation } from "./model/access/access";
import { deliverEmail } from "./model/analytics/email";
import { findShopName } from "./model/knowledge/shopName";
import * as Transcript from "./model/privacy/transcript";
import { appError } from "./lib/errors";
import { ProviderError } from "./providers/errors";

const conversationId = v.id("conversations");
const vPage = v.object({ words: v.string(), next: v.union(v.number(), v.null()) });

/**
 * Mails the caller's conversation to their confirmed address, as a text file with the shop's times; answers the address.
 * Public because an action has no caller of its own: `begin` asks who it is. Errors: `not_found`, `forbidden` by the link
 * of an e-mail, `conflict` with `obstacle`: `email` while no address is confirmed, `returned` if mail to it came back;
 * `rate_limited`, `provider_unavailable`, `not_configured`.
 */
export const mailTranscript = publicAction({
  args: { conversationId },
  returns: v.object({ to: v.string() }),
  handler: async (ctx, args): Promise<{ to: string }> => {
    const { key, ...whose } = await ctx.runMutation(internal.transcripts.begin, args);
    const pages: string[] = [];
    let after: number | null = null;
    do {
      const page: { words: string; next: number | null } | null = await ctx.runQuery(
        internal.transcripts.page,
        { ...args, after },
      );
      if (page === null) throw appError("not_found", "There is no such conversation.");
      pages.push(page.words);
      after = page.next;
    } while (after !== null && pages.length < Transcript.MAX_PAGES);
    try {
      await deliverEmail(ctx, Transcript.composeTranscript(whose, pages, after !== null), key);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const message =
        "We couldn't send it: our e-mail service doesn't answer. Try again in a minute.";
      throw appError("provider_unavailable", message);
    }
    return { to: whose.to };
  },
});

export const begin = internalUserMutation({
  limit: "transcript",
  args: { conversationId },
  returns: v.object({ to: v.string(), shop: v.string(), key: v.string() }),
  handler: async (ctx, args) => {
    const conversation = await requireOwnConversation(ctx, args.conversationId);
    refuseLinkHolder(ctx, conversation);
    const admitted = await Transcript.admitTranscript(ctx, conversation, ctx.caller.userId);
    return { ...admitted, shop: await findShopName(ctx) };
  },
});

export const page = internalQuery({
  args: { conversationId, after: v.union(v.number(), v.null()) },
  returns: v.union(vPage, v.null()),
  handler: async (ctx, args) =>
    await Transcript.readTranscript(ctx, args.conversationId, args.after),
});

/**
 * The link of an e-mail: it opens one conversation, for a day, on a page that posts its token: what follows links in
 * mails (scanners, previews) only gets them, and a token stands behind the `#`, which is sent to nobody. It signs nobody
 * in: whoever opens it is a guest of their own, to whom one conversation more is open, and no address is confirmed.
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { DAY } from "../../lib/time";
import { createGuest } from "./guests";
import { candidateHashesOf, storedHashOf } from "./hashes";
import * as Sessions from "./sessions";

/** From when the mail goes: people read it after the weekend. */
export const LINK_LIFETIME = 7 * DAY;

/** 256 bits that only we can make, the same with each try of a mail: its words may not change. */
export const linkTokenOf = (messageId: Id<"messages">): string =>
  storedHashOf("mail-link", messageId);

const PURPOSE = "mail-link-token";

/** Before the mail goes. What is stored can't be made into the token, and doesn't say whom it went to. */
export async function storeMailLink(
  ctx: MutationCtx,
  { token, conversationId }: { token: string; conversationId: Id<"conversations"> },
): Promise<void> {
  await ctx.db.insert("sessions", {
    state: "pending",
    address: "",
    challengeHash: storedHashOf(PURPOSE, token),
    // No code is its.
    codeHash: "",
    attempts: 0,
    expiresAt: Date.now() + LINK_LIFETIME,
    conversationId,
  });
}

/** Uses a link up. Null for one that is used, over, or never was. `secret` is 256 bits from an action's generator. */
export async function spendMailLink(
  ctx: MutationCtx,
  { token, secret }: { token: string; secret: string },
): Promise<{ grant: Sessions.Grant; conversationId: Id<"conversations"> } | null> {
  for (const challengeHash of candidateHashesOf(PURPOSE, token.slice(0, 100))) {
    const link = await ctx.db
      .query("sessions")
      .withIndex("by_challenge_hash", (q) => q.eq("challengeHash", challengeHash))
      .unique();
    if (link?.state !== "pending" || link.conversationId === undefined) continue;
    await ctx.db.delete("sessions", link._id);
    const { conversationId } = link;
    const conversation = await ctx.db.get("conversations", conversationId);
    if (conversation === null || Date.now() >= link.expiresAt) return null;
    const grant = await Sessions.open(ctx, await createGuest(ctx), secret, conversationId);
    return { grant, conversationId };
  }
  return null;
}

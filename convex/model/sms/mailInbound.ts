/**
 * Mails that come in: answers to ours. One counts as its customer's if it came to the address that was sealed for this
 * conversation and for whoever sends it; any other is a line for staff, "by mail, unproven". Whatever it says, it is a
 * message: by mail nobody opts out of texts, becomes somebody else, or acts as staff.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { emailSender, replyDomain } from "../../env";
import { addressIn } from "../../lib/automaticMail";
import { keyedHash } from "../../lib/keys";
import { logWarning } from "../../lib/log";
import { cleanOptionalText, MAX_MESSAGE_CHARS, truncateText } from "../../lib/text";
import { workflow } from "../../lib/workflow";
import { hasRoom, tryConsumeLimit } from "../access/limits";
import { changeConversation } from "../conversations/changes";
import { AT_ONCE } from "../conversations/replyProcess";
import { carryOut } from "../desk/carryOut";
import * as Messages from "../desk/messages";
import { planResponse } from "../desk/planResponse";
import { isSealOf, readReplyAddress } from "../outbox/letters";

export const vMailNotice = v.object({
  /** The provider's id, by which the mail is fetched. */
  emailId: v.string(),
  from: v.string(),
  to: v.array(v.string()),
  /** `Message-ID`: its writer's, and the same in each copy. */
  messageId: v.string(),
});
type Notice = Infer<typeof vMailNotice>;

/** Whose it is, as far as its addresses say. */
export const vMailTarget = v.object({
  conversationId: v.id("conversations"),
  /** Whose address that was. */
  from: v.string(),
  proven: v.boolean(),
});
type Target = Infer<typeof vMailTarget>;

/** Tells of a mail: it is fetched if it belongs anywhere. The same one again changes nothing. */
export async function noteReceivedMail(ctx: MutationCtx, mail: Notice): Promise<void> {
  const from = addressIn(mail.from);
  // Our own, come back round.
  if (from === addressIn(emailSender()) || from.endsWith(`@${replyDomain()}`)) return;
  const target = await findTarget(ctx, from, mail.to);
  if (target === null)
    return logWarning("E-mail: a mail that belongs to no conversation was ignored.");
  const { conversationId, proven } = target;
  if ((await findByMessageId(ctx, conversationId, mail.messageId)) !== null) return;
  const limit = proven ? "mailInbound" : "mailNotes";
  if ((await tryConsumeLimit(ctx, limit, { address: conversationId })) !== null) {
    return proven ? await noteTooMany(ctx, conversationId) : undefined;
  }
  const args = { emailId: mail.emailId, target };
  await workflow.start(ctx, internal.mail.read, args, {
    onComplete: internal.mail.readDone,
    context: args,
    startAsync: true,
  });
}

async function findTarget(
  ctx: Pick<QueryCtx, "db">,
  from: string,
  to: readonly string[],
): Promise<Target | null> {
  for (const one of to) {
    const named = readReplyAddress(addressIn(one));
    const id = named && ctx.db.normalizeId("conversations", named.conversationId);
    const conversation = id && (await ctx.db.get("conversations", id));
    if (conversation) {
      return { conversationId: conversation._id, from, proven: isSealOf(named, from) };
    }
  }
  const user = await ctx.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", from))
    .first();
  if (user === null || user.role !== "customer") return null;
  const latest = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", user._id))
    .order("desc")
    .first();
  return latest && { conversationId: latest._id, from, proven: false };
}

/** Of one length, and what no client's own id can be. No secret: the same when ours is replaced. */
const keyOf = (messageId: string) => `mail:${keyedHash("mail", "message-id", messageId.trim())}`;

const findByMessageId = (
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  messageId: string,
): Promise<Doc<"messages"> | null> =>
  ctx.db
    .query("messages")
    .withIndex("by_client_message_id", (q) =>
      q.eq("conversationId", conversationId).eq("clientMessageId", keyOf(messageId)),
    )
    .unique();

export const vReadMail = v.object({
  emailId: v.string(),
  from: v.string(),
  messageId: v.string(),
  /** Without what it quotes. */
  text: v.string(),
  /** A machine wrote it. */
  automatic: v.boolean(),
  /** Of how many there are. */
  files: v.number(),
});
type ReadMail = Infer<typeof vReadMail>;

/** Takes a mail in, once. Answers its message if files of it are to be fetched. */
export async function takeMail(
  ctx: MutationCtx,
  { conversationId, from, proven }: Target,
  mail: ReadMail,
): Promise<Id<"messages"> | null> {
  const conversation = await ctx.db.get("conversations", conversationId);
  const user = conversation && (await ctx.db.get("users", conversation.userId));
  if (!conversation || !user || user.deletingAt !== undefined) return null;
  const before = await findByMessageId(ctx, conversationId, mail.messageId);
  // A step that is repeated after it committed: its files may still be missing.
  if (before !== null) return before.pendingMedia === undefined ? null : before._id;
  const short = truncateText(mail.text, MAX_MESSAGE_CHARS);
  const text = cleanOptionalText("The e-mail", short, MAX_MESSAGE_CHARS);
  if (text === "" && mail.files === 0) return null;
  const isTheirs = proven && addressIn(mail.from) === from && !mail.automatic;
  if (!isTheirs) {
    if (proven && !(await hasRoom(ctx, "mailNotes", { address: conversationId }))) return null;
    await noteMail(ctx, conversation, { ...mail, text });
    return null;
  }
  return await takeAnswer(ctx, conversation, { ...mail, text }, user.blockedAt !== undefined);
}

/** As what they type on the page. Who is blocked is heard, not answered. */
async function takeAnswer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { emailId, messageId, text, files }: ReadMail,
  muted: boolean,
): Promise<Id<"messages"> | null> {
  const stored = await Messages.storeCustomerMessage(ctx, conversation, {
    text,
    clientMessageId: keyOf(messageId),
    providerId: emailId,
    pendingMedia: files > 0 ? files : undefined,
  });
  const byMailSince = conversation.byMailSince ?? Date.now();
  const next = await changeConversation(ctx, stored.conversation, { byMailSince });
  const plan = planResponse({ ...stored, muted });
  await carryOut(ctx, next, { plan, answering: AT_ONCE });
  return files > 0 ? stored.messageId : null;
}

/** A line that only staff see: of somebody who may be anybody, or of a machine. */
async function noteMail(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { from, messageId, text, automatic, files }: ReadMail,
): Promise<void> {
  const who = automatic ? "Automatic answer by mail" : "By mail, unproven";
  const more =
    files > 0 ? `\n(${files === 1 ? "A file was" : `${files} files were`} not taken.)` : "";
  const said = `${who}, from ${truncateText(addressIn(from), 254)}:\n${text}${more}`;
  await insertNote(ctx, conversation, truncateText(said, MAX_MESSAGE_CHARS), keyOf(messageId));
}

async function noteTooMany(ctx: MutationCtx, conversationId: Id<"conversations">): Promise<void> {
  const conversation = await ctx.db.get("conversations", conversationId);
  if (!conversation || !(await hasRoom(ctx, "mailNotes", { address: conversationId }))) return;
  const text =
    "More e-mails came within a day than are taken in here. They are in the mail account.";
  await insertNote(ctx, conversation, text);
}

/** A mail that could not be fetched, however often it was tried. */
export async function noteUnreadMail(ctx: MutationCtx, { conversationId }: Target): Promise<void> {
  const conversation = await ctx.db.get("conversations", conversationId);
  if (conversation === null) return;
  const text = "An e-mail to this conversation could not be fetched. It is in the mail account.";
  await insertNote(ctx, conversation, text);
}

async function insertNote(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  text: string,
  clientMessageId?: string,
): Promise<void> {
  const { _id: conversationId, turn, episode, unreadByStaff } = conversation;
  await ctx.db.insert("messages", {
    conversationId,
    author: { kind: "system" },
    visibility: "staff",
    status: "complete",
    text,
    settledAt: Date.now(),
    turn,
    episode,
    ...(clientMessageId !== undefined && { clientMessageId }),
  });
  await changeConversation(ctx, conversation, { unreadByStaff: unreadByStaff + 1 });
}

/**
 * One conversation as a text file, mailed to the confirmed address of whoever had it. What the customer has seen and no
 * more: no note among staff, files by their names. "Download my data" is everything about somebody; this is for keeping.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { writeMarks } from "../../lib/citationMarks";
import { appError } from "../../lib/errors";
import { cutAtKey } from "../../lib/pages";
import type { Mail } from "../../providers/email";
import { consumeLimit } from "../access/limits";
import { findSuppression } from "../accounts/suppressions";
import { sayMoment, type OpeningHours } from "../hours/hours";
import { loadHours } from "../hours/stored";

const PAGE = 100;
/** What is longer goes on in the chat, and the file says so. */
export const MAX_PAGES = 20;

/**
 * Where it goes, and under which key. Errors: `conflict` with `obstacle`: `email` while no address is confirmed,
 * `returned` if mail to it came back or was complained of; `rate_limited`.
 */
export async function admitTranscript(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  userId: Id<"users">,
): Promise<{ to: string; key: string }> {
  const user = await ctx.db.get("users", userId);
  const to = user?.emailVerifiedAt === undefined ? undefined : user.email;
  if (to === undefined) {
    throw appError("conflict", "Sign in with your e-mail address first: it goes there.", {
      obstacle: "email",
    });
  }
  // Who has unsubscribed from answers asks for this one all the same.
  const suppressed = await findSuppression(ctx, to);
  if (suppressed === "bounced" || suppressed === "complained") {
    throw appError(
      "conflict",
      "Our e-mail to your address came back. Print the conversation instead.",
      {
        obstacle: "returned",
      },
    );
  }
  await consumeLimit(ctx, "mailOutbound", { address: to });
  return { to, key: `transcript-${conversation._id}-${Date.now()}` };
}

/** A page of it in words, oldest first; null when the conversation is gone. */
export async function readTranscript(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  after: number | null,
): Promise<{ words: string; next: number | null } | null> {
  const conversation = await ctx.db.get("conversations", conversationId);
  if (conversation === null) return null;
  const hours = await loadHours(ctx);
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q
        .eq("conversationId", conversationId)
        .eq("visibility", "public")
        .gt("settledAt", after ?? undefined),
    )
    .take(PAGE);
  const shown = cutAtKey(rows, PAGE, ({ settledAt = 0 }) => settledAt);
  const words = shown.map((row) => describeMessage(row, hours)).join("\n");
  return { words, next: rows.length < PAGE ? null : shown.at(-1)!.settledAt! };
}

const WHO = { customer: "You", agent: "Assistant", technician: "Technician", system: undefined };

/** When, who, and the words; each on lines of its own. */
export function describeMessage(
  { author, text, settledAt = 0, attachments = [], citations = [] }: Doc<"messages">,
  hours: OpeningHours,
): string {
  const name = "name" in author ? author.name : undefined;
  const kind = author.kind === "agent" ? " (AI assistant)" : "";
  const who = name === undefined ? WHO[author.kind] : `${name}${kind}`;
  const words = author.kind === "agent" ? writeMarks(text, () => "") : text;
  const sources = [...new Set(citations.map(({ title }) => title))];
  return [
    `${sayMoment(hours, settledAt)}${who === undefined ? "" : `, ${who}:`}`,
    ...(words === "" ? [] : [words]),
    ...attachments.map((file) => `[File: ${file.name}]`),
    ...(sources.length === 0 ? [] : [`Sources: ${sources.join("; ")}`]),
    "",
  ].join("\n");
}

export function composeTranscript(
  { to, shop }: { to: string; shop: string },
  pages: readonly string[],
  isCut: boolean,
): Mail {
  const more = isCut ? "\nIt goes on in the chat: this is as much as goes into a file.\n" : "";
  const file = `Conversation with ${shop}\n\n${pages.join("\n")}${more}`;
  return {
    to,
    subject: `Your conversation with ${shop}`,
    text: `The conversation is attached as a text file, as you asked in our chat. Files that were sent in it are named there, and stay in the chat.\n\nIf that wasn't you, somebody is signed in to your account: sign out of all devices in the chat's menu.\n\n${shop}`,
    attachments: [
      { filename: "conversation.txt", content: toBase64(file), contentType: "text/plain" },
    ],
  };
}

/** Of the UTF-8 bytes; no `Buffer` where this runs. */
function toBase64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

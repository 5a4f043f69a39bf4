/** What was said before a reply, as its writer is given it. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** The AI's context: settled public messages of this episode, newest first, within both bounds. */
const BOUNDS = { messages: 10, chars: 6_000 };

export const vContextFile = v.object({
  name: v.string(),
  contentType: v.string(),
  /** Bytes. */
  size: v.number(),
  storageId: v.optional(v.id("_storage")),
});

export const vContextMessage = v.object({
  role: v.union(v.literal("customer"), v.literal("agent"), v.literal("technician")),
  text: v.string(),
  /** What came along; its names stand in the text. `storageId`: a picture that may be shown to a model. */
  files: v.optional(v.array(vContextFile)),
  /** An answer that was judged to its end, and stated something: it may be said again. */
  grounded: v.optional(v.boolean()),
});
export type ContextMessage = Infer<typeof vContextMessage>;

/** How a text names a file that came along. */
export const nameFile = ({ name }: { name: string }) => `[attached: ${name}]`;

/** Of the conversation's episode as it is, or as it was `before` an answer. */
export async function loadContext(
  ctx: Pick<QueryCtx, "db">,
  { _id, episode, channel }: Pick<Doc<"conversations">, "_id" | "episode" | "channel">,
  before?: Pick<Doc<"messages">, "_creationTime" | "settledAt">,
  bounds = BOUNDS,
): Promise<ContextMessage[]> {
  const rows = ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) => {
      const settled = q
        .eq("conversationId", _id)
        .eq("visibility", "public")
        .gt("settledAt", undefined);
      return before === undefined ? settled : settled.lte("settledAt", before.settledAt);
    })
    .order("desc");
  const context: ContextMessage[] = [];
  let chars = 0;
  let seen = 0;
  let asked = false;
  for await (const row of rows) {
    // What was answered may have come in the same millisecond, but not after its answer was begun.
    if (before !== undefined && row._creationTime >= before._creationTime) continue;
    const { author, status, text: said, attachments = [], pendingMedia = 0 } = row;
    if (row.episode !== episode) break;
    asked ||= author.kind === "customer";
    // Half an answer to what is asked again: the request ends with the question, or some models refuse it.
    if (!asked && (status === "stopped" || status === "failed")) continue;
    const pictures = Array<string>(pendingMedia).fill("[attached: a picture]");
    const parts = [said, ...attachments.map(nameFile), ...pictures];
    // A video by text, say: it could not be kept, and is all that the customer sent.
    const lost = author.kind === "customer" ? "[attached: a file that can't be opened here]" : "";
    const text = parts.filter(Boolean).join("\n") || lost;
    if (author.kind !== "system" && text !== "" && wasShown(row, channel)) {
      const grounded = author.kind === "agent" && status === "complete" && row.checks !== undefined;
      context.unshift({
        role: author.kind,
        text,
        ...(attachments.length > 0 && { files: attachments }),
        ...(grounded && { grounded }),
      });
    }
    chars += text.length;
    if (++seen === bounds.messages || chars >= bounds.chars) break;
  }
  return context;
}

/**
 * Whether the customer has an answer. By SMS one that was stopped is not sent, and one that still waits is
 * cancelled by the turn that asks this (`model/sms/claim.ts`): the next answer is to all of it.
 */
function wasShown({ author, delivery }: Doc<"messages">, channel: "web" | "sms"): boolean {
  if (channel === "web" || author.kind !== "agent") return true;
  return delivery !== undefined && !/^(queued|cancelled|failed|opted_out)$/.test(delivery.state);
}

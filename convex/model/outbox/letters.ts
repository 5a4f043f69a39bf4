/**
 * An answer as an e-mail: whose it is, its words, the link that opens its conversation, and how to end such mail. The
 * same at each try, word for word: the provider, who is given the same key, takes it once.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import { chatUrl, replyDomain, siteUrl } from "../../env";
import { linkTokenOf } from "../accounts/mailLinks";
import { candidateHashesOf, matchesHash, storedHashOf } from "../accounts/hashes";
import { unsubscribeTokenOf } from "../accounts/suppressions";
import { writeMarks } from "../../lib/citationMarks";

export const vLetter = v.object({
  to: v.string(),
  subject: v.string(),
  text: v.string(),
  replyTo: v.optional(v.string()),
  headers: v.record(v.string(), v.string()),
  /** What the provider's events about it come with. */
  tags: v.array(v.object({ name: v.string(), value: v.string() })),
});
export type Letter = Infer<typeof vLetter>;

/** RFC 8058: one POST of the mail program's own ends it, without a page. */
const ONE_CLICK = "List-Unsubscribe=One-Click";

export function composeLetter(message: Doc<"messages">, to: string, shop: string): Letter {
  const { _id: messageId, conversationId } = message;
  const replyTo = replyAddressOf(conversationId, to);
  const unsubscribeUrl = `${siteUrl()}/mail/unsubscribe?of=${unsubscribeTokenOf(to)}`;
  const who = "name" in message.author ? `${message.author.name} at ${shop}` : shop;
  const said = message.author.kind === "agent" ? writeMarks(message.text, () => "") : message.text;
  const files = (message.attachments ?? []).map(({ name }) => `[${name}: to be seen in the chat]`);
  const words = [said, ...files].filter(Boolean).join("\n");
  const answer = replyTo === undefined ? "" : "Or answer this e-mail: it comes back to us.\n";
  return {
    to,
    subject: `${message.corrects ? "A correction" : "An answer"} from ${shop}`,
    text: `${who} wrote:

${words}

Go on in the chat:
${chatUrl()}#mail=${linkTokenOf(messageId)}
The link works once, within a week, and shows this conversation for a day.
${answer}
--${" "}
${shop}. You get this because your address was given in our chat.
No more of these: ${unsubscribeUrl}`,
    ...(replyTo !== undefined && { replyTo }),
    headers: {
      "List-Unsubscribe": `<${unsubscribeUrl}>`,
      "List-Unsubscribe-Post": ONE_CLICK,
      // Nobody's holiday notice is to answer it (RFC 3834).
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
    },
    tags: [
      { name: "conversation", value: conversationId },
      { name: "message", value: messageId },
    ],
  };
}

/** A local part has 64 characters: 96 bits of the seal. */
const SEAL_CHARS = 24;
const SEAL = "mail-reply";
const sealed = (conversationId: string, address: string) => `${conversationId} ${address}`;

/** Where an answer to a letter goes: sealed for this conversation and whoever it was mailed to. No row is kept of it. */
export function replyAddressOf(
  conversationId: Id<"conversations">,
  address: string,
): string | undefined {
  const domain = replyDomain();
  if (domain === undefined) return undefined;
  const seal = storedHashOf(SEAL, sealed(conversationId, address)).slice(0, SEAL_CHARS);
  return `reply+${conversationId}.${seal}@${domain}`;
}

/** The conversation that an address of ours names, and its seal; null for any other. */
export function readReplyAddress(address: string): { conversationId: string; seal: string } | null {
  const [, conversationId, seal, domain] =
    /^reply\+([a-z0-9]+)\.([0-9a-f]+)@(.+)$/.exec(address) ?? [];
  if (conversationId === undefined || seal === undefined || domain !== replyDomain()) return null;
  return { conversationId, seal };
}

/** Whether whoever answers is whom we wrote to about it. */
export function isSealOf(
  { conversationId, seal }: { conversationId: string; seal: string },
  address: string,
): boolean {
  const candidates = candidateHashesOf(SEAL, sealed(conversationId, address));
  return matchesHash(
    candidates.map((one) => one.slice(0, SEAL_CHARS)),
    seal,
  );
}

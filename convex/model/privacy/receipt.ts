/** The receipt of a deletion, in words for the person it was about. */
import type { Infer } from "convex/values";
import type { vReceipt } from "../../validators";

const WORDS: Record<string, string> = {
  messages: "messages",
  conversations: "conversations",
  files: "files",
  processes: "records of how answers were made",
  sessions: "sessions on your devices",
  limits: "rate limit counters",
  eventsUnlinked: "statistics entries, made anonymous",
  notes: "notes about you",
  authorshipsRemoved: "messages to customers, made anonymous",
  casesReturned: "open cases, given to colleagues",
  users: "account",
};

export function receiptText(receipt: Infer<typeof vReceipt>, shop: string): string {
  const removed = Object.entries(receipt.removed)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `- ${count} ${WORDS[kind] ?? kind}`);
  const kept = receipt.kept.map(({ what, why }) => `- ${what}. ${why}`);
  return [
    `Your account at ${shop} has been deleted, as you asked on ${new Date(receipt.requestedAt).toISOString().slice(0, 10)}.`,
    `Removed:\n${removed.join("\n")}`,
    `Kept:\n${kept.join("\n")}`,
    `This is the last e-mail of this account. Your address was forgotten after it was sent.\n\n${shop}`,
  ].join("\n\n");
}

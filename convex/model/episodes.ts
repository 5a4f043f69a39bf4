/** An episode: from opening or reopening to the next resolution. The AI's context starts with it. */
import type { Doc } from "../_generated/dataModel";

/** The patch that reopens: a new episode, in which the AI starts afresh. */
export function reopened(conversation: Doc<"conversations">) {
  return {
    status: "open" as const,
    episode: conversation.episode + 1,
    snoozedUntil: undefined,
    resolvedAt: undefined,
    aiReplies: 0,
    answeredBy: undefined,
    brief: undefined,
    rating: undefined,
  };
}

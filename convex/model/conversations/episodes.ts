/**
 * An episode: from opening or reopening to the next resolution. The AI's context starts with it, and with a few
 * lines about the earlier ones, written when each was resolved. Pure.
 */
import type { Doc } from "../../_generated/dataModel";
import { excerptOf, truncateText } from "../../lib/text";

/** Ratings of earlier episodes that are kept. */
export const MAX_RATINGS = 20;
/** What is remembered of all earlier episodes together, and of one, in UTF-16 code units. */
export const EARLIER_CHARS = 1_600;
const EPISODE_CHARS = 700;

/** The patch that reopens: a new episode, in which the AI starts afresh and the customer may rate again. */
export function patchToReopen(conversation: Doc<"conversations">) {
  const { rating, ratings = [], episode } = conversation;
  return {
    status: "open" as const,
    episode: episode + 1,
    snoozedUntil: undefined,
    resolvedAt: undefined,
    aiReplies: 0,
    answeredBy: undefined,
    brief: undefined,
    urgent: undefined,
    offer: undefined,
    trouble: undefined,
    rating: undefined,
    ratingQuestion: undefined,
    ...(rating && { ratings: [...ratings, { episode, ...rating }].slice(-MAX_RATINGS) }),
  };
}

type Ending = {
  /** What the customer last asked. */
  question: string;
  by: "technician" | "assistant";
  /** What the technician says came of it. */
  summary?: string;
  at: number;
};

/** What was remembered, with a paragraph about the episode that ends; the oldest go first when it is too long. */
export function rememberEpisode(conversation: Doc<"conversations">, ending: Ending): string {
  const { brief, episode, earlier } = conversation;
  const facts = [
    `Episode ${episode}, settled ${new Date(ending.at).toISOString().slice(0, 10)} with ${ending.by === "technician" ? "a technician" : "the assistant"}.`,
    brief?.device && `Device: ${brief.device}.`,
    `Asked: ${excerptOf(ending.question, 200)}`,
    brief?.stepsTried && `Tried: ${truncateText(brief.stepsTried.join("; "), 120)}.`,
    ending.summary && `Outcome: ${excerptOf(ending.summary, 300)}`,
  ].filter(Boolean);
  const paragraph = truncateText(facts.join(" ").replace(/\s+/g, " "), EPISODE_CHARS);
  const all = [...(earlier?.split("\n") ?? []), paragraph];
  while (all.join("\n").length > EARLIER_CHARS && all.length > 1) all.shift();
  return all.join("\n");
}

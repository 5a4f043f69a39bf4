/** What is asked and answered where an admin tries a question: apart from what answers, which is loaded with the call. */
import { v } from "convex/values";
import { vDraftText } from "../knowledge/drafts";

/** A text in the place of a document's, or beside all of them. */
export const vTriedText = vDraftText.extend({ documentId: v.optional(v.id("knowledge")) });

const vPassage = v.object({
  title: v.string(),
  heading: v.string(),
  text: v.string(),
  /** Absent for what the tried text says. */
  documentId: v.optional(v.id("knowledge")),
});
export const vAnswered = v.object({
  /** What the model was given, in its order. */
  found: v.array(vPassage),
  /** With the numbers of its sources, `[1]`. */
  text: v.string(),
  citations: v.array(v.object({ n: v.number(), title: v.string(), heading: v.string() })),
  /** `unsure`: it says that it doesn't know, and offers a technician. */
  outcome: v.union(
    v.literal("answered"),
    v.literal("unsure"),
    v.literal("handoff"),
    v.literal("failed"),
  ),
  /** Why it was handed over, or failed. */
  reason: v.optional(v.string()),
});

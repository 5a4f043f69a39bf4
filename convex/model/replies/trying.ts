/**
 * What would be found for a question and answered to it, with the documents as they are or with a text that is not live:
 * the search, the prompt, the tools and the grounding of a reply, with nothing done in the world.
 */
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { embedAll } from "../knowledge/embedAll";
import { checkDocument } from "../knowledge/documents";
import type { ProposedText } from "../knowledge/proposed";
import { piecesOf } from "../knowledge/reading";
import { isProposed, type DocumentSet } from "../knowledge/search";
import { rehearseReply } from "./generation";
import { NO_EFFECTS, outcomeOf, reasonOf, withoutWrites } from "./rehearsal";
import type { vTry } from "./tries";
import type { vAnswered, vTriedText } from "./tryFields";

type Try = Extract<Infer<typeof vTry>, { kind: "ask" }> & { userId: Id<"users">; question: string };

/** Answers, and books what that cost. */
export async function answerQuestion(
  ctx: ActionCtx,
  { kind: _, userId, question, agent, ...held }: Try,
  documents: DocumentSet | undefined,
): Promise<Infer<typeof vAnswered>> {
  const context = [{ role: "customer" as const, text: question }];
  const brief = { agent, channel: "web" as const, context };
  const said = await rehearseReply(withoutWrites(ctx), brief, NO_EFFECTS, documents);
  const { outcome, passages, citations, usage } = said;
  const isBorneOut =
    documents === undefined && outcomeOf(outcome) === "answered" && citations.length > 0;
  await ctx.runMutation(internal.editing.settleTry, { ...held, userId, usage, isBorneOut });
  const reason = reasonOf(outcome);
  return {
    found: passages.map(({ title, heading, text, passageId, documentId }) => ({
      ...{ title, heading, text },
      ...(!isProposed(passageId) && { documentId }),
    })),
    text: said.text,
    citations: citations.map(({ n, title, heading }) => ({ n, title, heading })),
    outcome: outcomeOf(outcome),
    ...(reason !== undefined && { reason }),
  };
}

/** The documents with a text that is not live. Errors: as of an ingest. */
export async function proposeDocuments({
  documentId,
  ...text
}: Infer<typeof vTriedText>): Promise<DocumentSet> {
  const { title, format, body } = checkDocument({ ...text, slug: "tried" });
  const pieces = piecesOf({ title, format, body, url: undefined });
  const vectors = await embedAll(
    pieces.map(({ text }) => text),
    "a text that is tried is found",
  );
  const passages = pieces.map(({ heading, text }, i) => {
    const vector = vectors?.[i];
    return { title, heading, text: text.slice(text.indexOf("\n") + 1), ...(vector && { vector }) };
  });
  const proposed: ProposedText = { passages, ...(documentId && { documentId }) };
  return { add: [], remove: documentId === undefined ? [] : [documentId], proposed };
}

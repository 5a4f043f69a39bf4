/**
 * Writes a draft for a technician: the search, the prompt, the model and the grounding of a reply, with no effect in the
 * world but the row that only they read (`assists.ts`). Whatever else would be written is not: the context can't.
 */
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { truncateText } from "../../lib/text";
import { rehearseReply } from "./generation";
import { quietEffects } from "./quiet";
import { withoutWrites } from "./rehearsal";
import type { AssistTask, vAssistEnd } from "./assists";

/** What is told of what was taken out. */
const MAX_TAKEN_OUT = 10;
const TOLD_CHARS = 300;

type End = Infer<typeof vAssistEnd>;

export async function writeDraft(ctx: ActionCtx, task: AssistTask): Promise<void> {
  const { workflowId, agentId, agent, channel, context, earlier, instruction } = task;
  const brief = {
    ...{ agent, channel, context },
    ...(earlier !== undefined && { earlier }),
    draft: instruction === undefined ? {} : { instruction },
  };
  const said = await rehearseReply(
    withoutWrites(ctx),
    brief,
    quietEffects(ctx, workflowId),
    undefined,
  ).catch(async (error: unknown) => {
    await ctx.runMutation(internal.assists.giveUp, { workflowId });
    throw error;
  });
  const end = { workflowId, agentId, usage: said.usage, ...endOf(said) };
  await ctx.runMutation(internal.assists.settle, end);
}

type Said = Awaited<ReturnType<typeof rehearseReply>>;

function endOf({ outcome, text, citations, takenOut }: Said): Pick<End, "assist" | "error"> {
  if (outcome.kind === "failed") return { error: outcome.error };
  if (outcome.kind === "handoff") {
    const message = "The assistant would not write this. Write it yourself, or say what to write.";
    return { error: { code: "conflict", message } };
  }
  const told = takenOut.slice(0, MAX_TAKEN_OUT).map(({ sentence, words }) => ({
    sentence: truncateText(sentence, TOLD_CHARS),
    words: truncateText(words, TOLD_CHARS),
  }));
  return {
    assist: {
      task: "draft",
      // Some models begin as the transcript does.
      text: text.replace(/^\s*Technician:\s*/i, ""),
      ...(citations.length > 0 && { citations }),
      ...(told.length > 0 && { takenOut: told }),
    },
  };
}

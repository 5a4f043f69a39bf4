/** One completion in words, for staff: no search, no tools, no answer to anybody. Whoever asks judges the words. */
import type { Infer } from "convex/values";
import type { ActionCtx } from "../../_generated/server";
import type { ChatMessage } from "../../providers/openrouter";
import { ModelError } from "../../providers/errors";
import { isAppError } from "../../lib/errors";
import type { vMessageError } from "../../validators";
import type { Assignment } from "./admission";
import { completion, failure } from "./generation";
import { Overtaken, ReplyWriter, type Effects, type Judge } from "./writer";

const UNJUDGED: Judge = {
  show: (text) => ({ text, refusal: null }),
  accept: () => undefined,
  addShop: () => Promise.resolve(false),
  checks: { checked: 0, refused: 0 },
};

type Completed = {
  text?: string;
  usage: ReturnType<ReplyWriter["close"]>;
  error?: Infer<typeof vMessageError>;
};

/** Of the first model that manages it. */
export async function completeWords(
  ctx: ActionCtx,
  agent: Omit<Assignment["agent"], "tools">,
  messages: ChatMessage[],
  effects: Effects,
): Promise<Completed> {
  const setting = { reader: null, grounding: UNJUDGED, byText: false };
  const writer = new ReplyWriter(ctx, effects, setting);
  const asked = { ...agent, tools: [], seers: new Set<string>() };
  try {
    await completion(asked, { messages, tools: [] }, { writer, grounding: null });
    return { text: writer.text, usage: writer.close() };
  } catch (error) {
    // Called off: what it used is asked for, and nothing else matters.
    if (error instanceof Overtaken) await writer.chargeBroken();
    else if (!(error instanceof ModelError) && !isAppError(error)) throw error;
    const { outcome } = failure(error, "");
    return { usage: writer.close(), ...(outcome.kind === "failed" && { error: outcome.error }) };
  }
}

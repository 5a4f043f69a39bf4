/** How the AI is set to answer: within which limit, and after which pause. Each channel has its own. */
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { consume, requestIp } from "./limits";
import { enqueueReply } from "./replies";

export type Answering = {
  /** False: there is no answer, and it has done what there is in place of one. Throws to refuse the message. */
  admit: (ctx: MutationCtx, conversation: Doc<"conversations">) => Promise<boolean>;
  /** Milliseconds in which more may come in. */
  delayMs: number;
};

/** Of the web chat: at once, within what one place may ask for in a day (`rate_limited`). */
export const AT_ONCE: Answering = {
  admit: async (ctx) => {
    await consume(ctx, "repliesOfTheDay", { ip: await requestIp(ctx) });
    return true;
  },
  delayMs: 0,
};

/** Starts the AI's answer to the current turn, if its limit allows one. */
export async function letAnswer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { admit, delayMs }: Answering,
): Promise<void> {
  if (await admit(ctx, conversation)) await enqueueReply(ctx, conversation, delayMs);
}

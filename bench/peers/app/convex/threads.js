/** As the documentation of `@convex-dev/agent` has it, with its defaults: a question, a scheduled answer, stored deltas. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  Agent,
  createThread,
  listUIMessages,
  saveMessage,
  saveMessages,
  syncStreams,
  vStreamArgs,
} from "@convex-dev/agent";
import {
  anyApi,
  componentsGeneric,
  internalActionGeneric,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";

const component = componentsGeneric().agent;

const openAgent = () => {
  const provider = createOpenAICompatible({
    name: "openrouter",
    baseURL: process.env.OPENROUTER_BASE_URL,
    apiKey: process.env.OPENROUTER_API_KEY,
  });
  return new Agent(component, {
    name: "Front Desk",
    languageModel: provider.chatModel("openai/gpt-5-mini"),
    instructions: "You answer the customers of a computer repair shop.",
  });
};

/** A thread with a past. */
export const open = mutationGeneric({
  args: {},
  handler: async (ctx) => await createThread(ctx, component, {}),
});
export const addPast = mutationGeneric({
  args: { threadId: v.string(), texts: v.array(v.string()) },
  handler: async (ctx, { threadId, texts }) => {
    const role = (i) => (i % 2 === 0 ? "user" : "assistant");
    const messages = texts.map((content, i) => ({ role: role(i), content }));
    await saveMessages(ctx, component, { threadId, messages });
  },
});

export const sendMessage = mutationGeneric({
  args: { threadId: v.string(), prompt: v.string() },
  handler: async (ctx, { threadId, prompt }) => {
    const { messageId } = await saveMessage(ctx, component, { threadId, prompt });
    await ctx.scheduler.runAfter(0, anyApi.threads.answer, {
      threadId,
      promptMessageId: messageId,
    });
  },
});

export const answer = internalActionGeneric({
  args: { threadId: v.string(), promptMessageId: v.string() },
  handler: async (ctx, { threadId, promptMessageId }) => {
    const result = await openAgent().streamText(
      ctx,
      { threadId },
      { promptMessageId },
      { saveStreamDeltas: true },
    );
    await result.consumeStream();
  },
});

export const listThreadMessages = queryGeneric({
  args: {
    threadId: v.string(),
    paginationOpts: paginationOptsValidator,
    streamArgs: v.optional(vStreamArgs),
  },
  handler: async (ctx, args) => {
    const paginated = await listUIMessages(ctx, component, args);
    const streams = await syncStreams(ctx, component, args);
    return { ...paginated, streams };
  },
});

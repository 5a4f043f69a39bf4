/** As the README of `@convex-dev/persistent-text-streaming` has it; the chunks are a model's. */
import { PersistentTextStreaming, StreamIdValidator } from "@convex-dev/persistent-text-streaming";
import { componentsGeneric, httpActionGeneric, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

const streaming = new PersistentTextStreaming(componentsGeneric().persistentTextStreaming);

export const createChat = mutationGeneric({
  args: { prompt: v.string() },
  handler: async (ctx, { prompt }) => {
    const stream = await streaming.createStream(ctx);
    await ctx.db.insert("chats", { title: "...", prompt, stream });
    return stream;
  },
});

export const getChatBody = queryGeneric({
  args: { streamId: StreamIdValidator },
  handler: async (ctx, { streamId }) => await streaming.getStreamBody(ctx, streamId),
});

export const streamChat = httpActionGeneric(async (ctx, request) => {
  const { streamId } = await request.json();
  return await streaming.stream(ctx, request, streamId, async (_ctx, _request, _id, append) => {
    for await (const words of askModel(
      "How much is a screen replacement and how long does it take?",
    )) {
      await append(words);
    }
  });
});

async function* askModel(content) {
  const response = await fetch(`${process.env.OPENROUTER_BASE_URL}/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${process.env.OPENROUTER_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      model: "openai/gpt-5-mini",
      stream: true,
      messages: [{ role: "user", content }],
    }),
  });
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const bytes of response.body) {
    buffer += decoder.decode(bytes, { stream: true });
    const lines = buffer.split("\n");
    buffer = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data: {")) continue;
      const words = JSON.parse(line.slice(6)).choices?.[0]?.delta?.content;
      if (words) yield words;
    }
  }
}

/** What an action loads when it needs it. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { addAgent, customer, deployment, messages, runReply } from "../setup";

const GENERATION = "../../convex/model/replies/generation";
/** Longer than a run may wait with nothing under way. */
const LOADING_MS = 1_200;
const { setTimeout } = globalThis;

test("an action waits for its import(), however long that takes", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "What takes so long?" },
  });
  vi.doMock(GENERATION, async (loadOriginal) => {
    await new Promise((resolve) => setTimeout(resolve, LOADING_MS));
    return await loadOriginal();
  });
  const started = performance.now();
  try {
    await runReply(t, conversationId);
  } finally {
    vi.doUnmock(GENERATION);
  }
  expect(performance.now() - started).toBeGreaterThan(LOADING_MS);
  expect((await messages(t, conversationId))[1]!.status).toBe("complete");
});

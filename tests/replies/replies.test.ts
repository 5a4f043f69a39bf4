import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import {
  addAgent,
  addPassage,
  customer,
  deployment,
  messages,
  page,
  row,
  runReply,
} from "../setup";

const SCREENS = "A laptop screen replacement costs $179 to $349 and takes 1 to 2 business days.";

test("a question is answered from the shop's passages, with sources and usage", async () => {
  const t = deployment();
  await addAgent(t);
  await addPassage(t, "Laptop screens", SCREENS);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "How much is a screen replacement and how long does it take?" },
  });
  await runReply(t, conversationId);
  const { page: shown } = await ann.t.query(api.messages.getMessages, {
    conversationId,
    paginationOpts: page(),
  });
  expect(shown).toHaveLength(2);
  expect(shown[0]).toMatchObject({
    author: { kind: "agent", name: "Front Desk" },
    status: "complete",
  });
  expect(shown[0]!.text).toContain("$179");
  expect(shown[0]!.citations).toMatchObject([{ n: 1, title: "Laptop screens", version: 1 }]);
  const [, reply] = await messages(t, conversationId);
  expect(reply!.usage).toMatchObject({ model: "openai/gpt-5-mini" });
  expect(reply!.usage!.completionTokens).toBeGreaterThan(0);
  expect(reply!.usage!.costMicroUsd).toBeGreaterThan(0);
  const conversation = await row(t, conversationId);
  expect(conversation).toMatchObject({ unreadByCustomer: 1, aiReplies: 1 });
  expect(conversation.waitingSince).toBeUndefined();
});

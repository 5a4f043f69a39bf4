import { expect, test } from "vitest";
import { vEventType } from "../convex/validators";
import { EVENT_GROUPS } from "./src/shop/health/words";

/** What the chats come to by themselves: seen in a conversation, counted in Insights, and nothing to ask the log for. */
const NOT_ASKED_FOR = [
  "conversation_created",
  "message_received",
  "reply_finished",
  "reply_stopped",
  "usage_charged",
  "assisted",
  "knowledge_gap",
  "offered",
  "offer_accepted",
  "offer_declined",
  "staff_replied",
  "woken",
  "alerted",
  "followed_up",
  "episode_judged",
  "rated",
  "feedback",
  "code_requested",
  "file_uploaded",
  "document_read",
  "embeddings_worked",
  "email_worked",
  "texts_worked",
  "texts_webhook",
  "email_webhook",
];

test("every type of event can be asked for in one group of the audit log, or is left out by name", () => {
  const types = vEventType.members.map(({ value }) => value as string);
  const listed = [...Object.values(EVENT_GROUPS).flat(), ...NOT_ASKED_FOR];
  expect([...listed].sort()).toEqual([...types].sort());
});

import { expectTypeOf, test } from "vitest";
import type { Doc } from "../../_generated/dataModel";
import type { ConversationChange } from "./changes";

type Conversation = Doc<"conversations">;

test("a change takes what nobody's turn depends on", () => {
  expectTypeOf<Pick<Conversation, "contact" | "unreadByStaff">>().toExtend<ConversationChange>();
  expectTypeOf<{ offer: undefined }>().toExtend<ConversationChange>();
});

test("no change takes what only a turn writes, nor a document as a whole", () => {
  expectTypeOf<Pick<Conversation, "turn">>().not.toExtend<ConversationChange>();
  expectTypeOf<Pick<Conversation, "owner">>().not.toExtend<ConversationChange>();
  expectTypeOf<Pick<Conversation, "status">>().not.toExtend<ConversationChange>();
  expectTypeOf<Pick<Conversation, "episode">>().not.toExtend<ConversationChange>();
  expectTypeOf<{ brief: NonNullable<Conversation["brief"]> }>().not.toExtend<ConversationChange>();
  expectTypeOf<Pick<Conversation, "userId">>().not.toExtend<ConversationChange>();
  expectTypeOf<Partial<Conversation>>().not.toExtend<ConversationChange>();
  expectTypeOf<Conversation>().not.toExtend<ConversationChange>();
});

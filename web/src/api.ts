/** The deployment's API and the shapes it answers, in one place for the whole client. */
import type { Id } from "../../convex/_generated/dataModel";
import type {
  LiveReply,
  PublicConversation,
  PublicMessage,
  vStaffConversation,
} from "../../convex/model/projections";
import type { Infer } from "convex/values";

export { api } from "../../convex/_generated/api";
export type { Id, LiveReply, PublicConversation, PublicMessage };
export type StaffConversation = Infer<typeof vStaffConversation>;
export type ConversationId = Id<"conversations">;
export type MessageId = Id<"messages">;
export type Citation = NonNullable<PublicMessage["citations"]>[number];

/** Longest message that the backend takes, in characters. */
export const MAX_MESSAGE_CHARS = 8000;

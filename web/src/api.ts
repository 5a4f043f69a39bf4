/** The deployment's API and the shapes it answers, in one place for the whole client. */
import type { Id } from "@computer-guys/support-backend/api";

export {
  api,
  type Citation,
  type Id,
  type LiveReply,
  type PublicConversation,
  type ProcessForStaff,
  type PublicMessage,
  type StaffConversation,
} from "@computer-guys/support-backend/api";
export type ConversationId = Id<"conversations">;
export type MessageId = Id<"messages">;

/** Longest message that the backend takes, in characters. */
export const MAX_MESSAGE_CHARS = 8000;

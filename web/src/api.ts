/** The deployment's API and the shapes it answers, in one place for the whole client. */
import type { Id } from "@computer-guys/support-backend/api";

export {
  api,
  type AgentForStaff,
  type Citation,
  type CustomerPanel,
  type Id,
  type LiveReply,
  type MergePreview,
  type PublicConversation,
  type ProcessForStaff,
  type PublicMessage,
  type StaffConversation,
} from "@computer-guys/support-backend/api";
export type ConversationId = Id<"conversations">;
export type MessageId = Id<"messages">;

/** Longest message that the backend takes, in characters. */
export const MAX_MESSAGE_CHARS = 8000;
/** How long a technician may change what they sent last. */
export const EDITABLE_MS = 60_000;

/**
 * The customer's chat for any React client of this backend: `useOpenConversation` and `useConversation`, and
 * the pieces that they are made of. Published as `@computer-guys/support-web/conversation`; sign-in is in
 * `…/auth`.
 */
export {
  MAX_MESSAGE_CHARS,
  type Citation,
  type ConversationId,
  type LiveReply,
  type MessageId,
  type PublicConversation,
  type PublicMessage,
} from "../api";
export { useDocumentVisible } from "./browser";
export { Outbox, type OutboxItem, type OutboxOptions } from "./outbox";
export { fetchFile, FILE_TYPES, MAX_FILE_BYTES, MAX_FILES, uploadFile } from "./files";
export { requestReply, type ReplyLine } from "./replyRequest";
export { advance, cut, isRevealed, receive, startReveal, type Reveal } from "./smoothing";
export { chatQueries, chatSubscriptions, FIRST_PAGE, OLDER_PAGE } from "./subscriptions";
export { buildRows, withDays, type Row, type TimelineEntry } from "./timeline";
export { useConversation, useMarkRead, type Contact, type Conversation } from "./useConversation";
export { useOpenConversation, type OpenConversation, type Place } from "./useOpenConversation";
export { uploadRest, type Attachment, type SentFile } from "./sentFiles";
export { Uploads, type Upload } from "./uploads";
export { useTalk, type Seen, type Talk } from "./useTalk";
export { useFile, useSaveFile, type LoadedFile } from "./useFile";
export { useSmoothText } from "./useSmoothText";
export {
  useOutbox,
  useThread,
  type OutboxState,
  type Thread,
  type ThreadOptions,
} from "./useThread";

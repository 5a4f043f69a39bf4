/**
 * What an open chat subscribes to, as plain data: the hook below and the cost benchmark both read this,
 * so the benchmark can't measure something else than the page does.
 *
 * The first page is the one that runs again for every message, so it is small. Older pages are loaded on
 * demand and never change.
 */
import { api, type ConversationId } from "../api";

export const FIRST_PAGE = 6;
export const OLDER_PAGE = 20;

/** The three subscriptions of an open chat, by purpose. `messages` is paginated. */
export function chatQueries(conversationId: ConversationId) {
  return {
    messages: {
      query: api.messages.getMessages,
      args: { conversationId },
      firstPage: { numItems: FIRST_PAGE, cursor: null },
    },
    reply: { query: api.replies.subscribeToReply, args: { conversationId } },
    conversation: { query: api.conversations.get, args: { conversationId } },
  };
}

/** The same as a list with complete arguments, as they go over the wire. */
export function chatSubscriptions(conversationId: ConversationId) {
  const { messages, reply, conversation } = chatQueries(conversationId);
  return [
    { query: messages.query, args: { ...messages.args, paginationOpts: messages.firstPage } },
    reply,
    conversation,
  ];
}

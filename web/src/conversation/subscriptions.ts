/**
 * What an open chat subscribes to, as plain data: the hook below and the cost benchmark both read this,
 * so the benchmark can't measure something else than the page does.
 *
 * Only what is new is subscribed to. What was said before the page was opened is asked for once, a page at a time; the
 * moment `since` parts the two, and any does: the page's clock needn't be right.
 */
import { api, type ConversationId } from "../api";

export const FIRST_PAGE = 6;
export const OLDER_PAGE = 20;

/**
 * What an open chat asks for, by purpose. `messages` is paginated, and asked for once; `reply` is asked for while somebody else's answer, or
 * one whose words don't come straight to this page, may be on its way.
 */
export function chatQueries(conversationId: ConversationId, since: number) {
  return {
    messages: {
      query: api.messages.getMessages,
      args: { conversationId, before: since },
      firstPage: { numItems: FIRST_PAGE, cursor: null },
    },
    news: { query: api.messages.live, args: { conversationId, after: since } },
    reply: { query: api.replies.subscribeToReply, args: { conversationId } },
  };
}

/** The subscriptions of a chat whose own questions are answered straight to it, as they go over the wire. */
export function chatSubscriptions(conversationId: ConversationId, since: number) {
  return [chatQueries(conversationId, since).news];
}

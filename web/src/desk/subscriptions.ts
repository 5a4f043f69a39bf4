/**
 * What an open desk subscribes to, as plain data: the desk and its benchmark both read this, so that the benchmark can't
 * measure something else than the page does.
 */
import { api, type ConversationId } from "../api";

export const VIEWS = ["waiting", "mine", "all", "snoozed", "resolved"] as const;
export type View = (typeof VIEWS)[number];

/** Lines of a list before it is scrolled to its end, and at most. */
export const FIRST_LINES = 50;
export const MAX_LINES = 500;
/** How often what is on the screen is asked for while it keeps changing. */
export const PACE_MS = 5_000;
/** A longer list reads more, and so less often. */
export const paceOf = (limit: number) => (PACE_MS * limit) / FIRST_LINES;

/** Always there, whatever is on the screen: who waits, and what is one's own. */
export const WATCHED = ["waiting", "mine"] as const satisfies View[];

export const deskQueries = {
  list: (view: View, limit = FIRST_LINES) => ({
    query: api.desk.list,
    args: limit === FIRST_LINES ? { view } : { view, limit },
  }),
  /**
   * With a filter, instead of both: to tell whether a line passes is to know it. A label is looked for in the whole list.
   */
  rows: (view: View, label?: string) => ({
    query: api.conversations.queue,
    args: label ? { view, label } : { view },
  }),
  lines: (conversationIds: ConversationId[]) => ({
    query: api.desk.lines,
    args: { conversationIds },
  }),
  /** Where one was named: changes with one's own notes alone. */
  mentions: { query: api.mentions.list, args: {} },
  promises: { query: api.conversations.promises, args: {} },
  onDuty: { query: api.users.onDuty, args: {} },
};

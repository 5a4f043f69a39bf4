/** The desk's lists: which conversations each holds, in its order. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import type { vQueueView } from "../../validators";
import { loadLabels } from "../knowledge/labels";

export type View = Infer<typeof vQueueView>;
type Listed = Doc<"conversations">;
type Ctx = Pick<QueryCtx, "db"> & { user: Doc<"users"> };

/** Conversations that a list holds unless more are asked for, and at most. */
export const LIST_LIMIT = 50;
export const MAX_LISTED = 500;

/** One line of a list: what it says of the conversation is `desk.lines`. */
export const vListed = v.object({
  _id: v.id("conversations"),
  /** In `mine` only: a list that all desks share must not change with every word of those in it. */
  unread: v.optional(v.number()),
});

/** Errors: `invalid_input` if `limit` is no whole number from 1 to 500. */
export function checkListLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LISTED) return limit;
  throw appError("invalid_input", `limit is a whole number from 1 to ${MAX_LISTED}.`);
}

/** The rows of a list, at most `limit`. */
export async function listView(ctx: Ctx, view: View, limit = LIST_LIMIT): Promise<Listed[]> {
  const rows = ctx.db.query("conversations");
  switch (view) {
    case "waiting":
      return await listWaiting(ctx, limit);
    case "mine":
      return await rows
        .withIndex("by_technician", (q) => q.eq("owner.userId", ctx.user._id).eq("status", "open"))
        .order("desc")
        .take(limit);
    case "resolved":
      return await listResolved(ctx, limit);
    case "all":
    case "snoozed":
      return await rows
        .withIndex("by_status_and_last_message", (q) =>
          q.eq("status", view === "all" ? "open" : "snoozed"),
        )
        .order("desc")
        .take(limit);
  }
}

/** Read of what search finds of a label, whatever the table holds. */
const LABELLED = 200;

/**
 * Of a list those that have a label, in the list's order: what search finds of the label, which ranks by no time, and what
 * of it is among the list's own first, so that those are never missing. None of a label that the shop doesn't have.
 */
export async function listLabelled(ctx: Ctx, view: View, label: string): Promise<Listed[]> {
  if (!(await loadLabels(ctx)).some(({ key }) => key === label)) return [];
  const first = await listView(ctx, view);
  const found = await ctx.db
    .query("conversations")
    .withSearchIndex("search_card", (q) => q.search("card", label))
    .take(LABELLED);
  const rows = new Map([...found.filter(holds(ctx, view)), ...first].map((row) => [row._id, row]));
  const labelled = [...rows.values()].filter(({ labels = [] }) => labels.includes(label));
  return sorted(view, labelled).slice(0, LIST_LIMIT);
}

/** Whether a conversation is of a list, as that list's index says. */
const holds =
  ({ user }: Ctx, view: View) =>
  ({ status, owner, resolvedAt }: Listed): boolean => {
    if (view === "resolved") return resolvedAt !== undefined;
    if (view === "snoozed") return status === "snoozed";
    if (status !== "open" || view === "all") return status === "open";
    if (view === "waiting") return owner.kind === "queue";
    return owner.kind === "human" && owner.userId === user._id;
  };

function sorted(view: View, rows: Listed[]): Listed[] {
  if (view === "waiting") {
    const isUrgent = ({ owner }: Listed) =>
      owner.kind === "queue" && owner.urgentSince !== undefined;
    const others = rows.filter((row) => !isUrgent(row));
    return [...byTarget(rows.filter(isUrgent)), ...byTarget(others)];
  }
  const at = ({ resolvedAt = 0, lastMessageAt }: Listed) =>
    view === "resolved" ? resolvedAt : lastMessageAt;
  return [...rows].sort((a, b) => at(b) - at(a));
}

/** The conversations of these ids that there are. Errors: `too_large` for more than 50. */
export async function loadLines(
  ctx: Pick<QueryCtx, "db">,
  ids: Id<"conversations">[],
): Promise<Listed[]> {
  if (ids.length > LIST_LIMIT) {
    throw appError("too_large", `Ask for at most ${LIST_LIMIT} conversations at a time.`);
  }
  const rows = await Promise.all(ids.map((id) => ctx.db.get("conversations", id)));
  return rows.filter((row) => row !== null);
}

/** Those that wait for anybody: what is urgent first, then by their targets, which for most is who waits longest. */
async function listWaiting(ctx: Pick<QueryCtx, "db">, limit: number): Promise<Listed[]> {
  const open = () => ctx.db.query("conversations");
  const urgent = await open()
    .withIndex("by_status_and_urgent", (q) =>
      q.eq("status", "open").gt("owner.urgentSince", undefined),
    )
    .take(limit);
  const waiting = await open()
    .withIndex("by_status_and_owner", (q) => q.eq("status", "open").eq("owner.kind", "queue"))
    .take(limit);
  const others = waiting.filter(({ _id }) => !urgent.some((one) => one._id === _id));
  return [...byTarget(urgent), ...byTarget(others)].slice(0, limit);
}

/** Rows of before have no target: they have waited longest. */
const byTarget = (rows: Listed[]) =>
  [...rows].sort((a, b) => (a.target?.dueAt ?? 0) - (b.target?.dueAt ?? 0));

/** Resolved conversations, latest resolved first. */
export function listResolved(ctx: Pick<QueryCtx, "db">, limit = LIST_LIMIT): Promise<Listed[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_resolved_and_silent", (q) => q.gt("resolvedAt", undefined))
    .order("desc")
    .take(limit);
}

/** Replies that technicians use again and again: the shop's list, each a row of its own, called by its shortcut. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { findGap, listUnknownVariables, REPLY_VARIABLES } from "../../lib/replyVariables";
import { cleanText } from "../../lib/text";

const MAX_REPLIES = 100;
const MAX_CHARS = 2_000;
/** Letters of any alphabet, digits, and "-" between them. */
const SHORTCUT = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,28}[\p{L}\p{M}\p{N}])?$/u;

export const vSavedReply = v.object({ shortcut: v.string(), text: v.string() });
type SavedReply = Infer<typeof vSavedReply>;
type Row = Extract<Doc<"knowledge">, { kind: "saved_reply" }>;

async function loadRows({ db }: Pick<QueryCtx, "db">): Promise<Row[]> {
  const rows = await db
    .query("knowledge")
    .withIndex("by_kind_and_updated", (q) => q.eq("kind", "saved_reply"))
    .take(MAX_REPLIES);
  return rows.filter((row) => row.kind === "saved_reply");
}

/** All of them, by shortcut. */
export async function listSavedReplies(ctx: Pick<QueryCtx, "db">): Promise<SavedReply[]> {
  const replies = (await loadRows(ctx)).map(({ shortcut, text }) => ({ shortcut, text }));
  return replies.sort((a, b) => a.shortcut.localeCompare(b.shortcut, "en"));
}

/** Stores a reply by its shortcut; one that was called `was` before is called anew. Returns its row and shortcut. */
export async function storeSavedReply(
  ctx: MutationCtx,
  { was, ...typed }: SavedReply & { was?: string },
): Promise<{ id: Id<"knowledge">; shortcut: string }> {
  const shortcut = checkShortcut(typed.shortcut);
  const text = checkText(typed.text);
  const rows = await loadRows(ctx);
  const called = (name: string) => rows.find((row) => row.shortcut === name);
  const before = was === undefined ? called(shortcut) : called(checkShortcut(was));
  if (was !== undefined && before === undefined) throw noReply();
  if (before === undefined && rows.length >= MAX_REPLIES) {
    throw appError("too_large", `At most ${MAX_REPLIES} saved replies fit. Remove one first.`);
  }
  const other = called(shortcut);
  if (other !== undefined && other._id !== before?._id) {
    throw appError("conflict", `Another reply is called /${shortcut} already.`);
  }
  const fields = { kind: "saved_reply" as const, shortcut, text, updatedAt: Date.now() };
  if (before === undefined) return { id: await ctx.db.insert("knowledge", fields), shortcut };
  await ctx.db.replace("knowledge", before._id, fields);
  return { id: before._id, shortcut };
}

/** Deletes it. Returns the id of its row. Errors: `not_found`. */
export async function removeSavedReply(ctx: MutationCtx, typed: string): Promise<Id<"knowledge">> {
  const shortcut = checkShortcut(typed);
  const row = (await loadRows(ctx)).find((row) => row.shortcut === shortcut);
  if (row === undefined) throw noReply();
  await ctx.db.delete("knowledge", row._id);
  return row._id;
}

const noReply = () => appError("not_found", "There is no such saved reply.");

function checkShortcut(typed: string): string {
  const shortcut = typed.slice(0, 200).trim().replace(/^\//, "").toLowerCase().normalize("NFC");
  if (SHORTCUT.test(shortcut)) return shortcut;
  throw appError(
    "invalid_input",
    "A shortcut is one word of letters, digits and hyphens, at most 30, like screen-price.",
  );
}

/** Nothing is sent with a gap in it. Errors: `invalid_input`, with the `variable`. */
export function refuseGaps(text: string): void {
  const gap = findGap(text);
  if (gap === null) return;
  throw appError("invalid_input", `Fill in {${gap.name}} before you send it.`, {
    variable: gap.name,
  });
}

function checkText(typed: string): string {
  const text = cleanText("The reply", typed, MAX_CHARS);
  const [variable] = listUnknownVariables(text);
  if (variable === undefined) return text;
  const known = Object.keys(REPLY_VARIABLES).map((name) => `{${name}}`);
  throw appError("invalid_input", `{${variable}} is no variable. There are ${known.join(", ")}.`, {
    variable,
  });
}

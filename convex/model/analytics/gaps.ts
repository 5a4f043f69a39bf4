/**
 * Questions that found nothing. The roll-up counts them as they were spelt; those that mean the same get one `group`
 * (`knowledge/sameQuestion.ts`). One is closed when a search for it finds the document that was written for it, and
 * open again when it is asked in vain later.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { MAX_GAPS } from "../knowledge/gapChecks";

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type Db = Pick<QueryCtx, "db">;
export type GapRow = Extract<Doc<"analytics">, { kind: "gap" }>;

/** Read of the list, closed ones with the others: 250 bytes each. */
const READ_LIMIT = 500;
/** Compared by their meaning: the most frequent. The rest stands alone. */
export const GROUPED_LIMIT = 300;
const LIST_LIMIT = 100;

/** How the list of gaps spells a question. */
export const gapKeyOf = (question: string) => question.toLowerCase().replace(/\s+/g, " ").trim();

/** Adds what these events asked in vain. */
export async function addGaps(ctx: MutationCtx, events: EventRow[]): Promise<void> {
  let added = false;
  for (const event of events) {
    if (event.type === "knowledge_gap" && (await addGap(ctx, event))) added = true;
  }
  if (added) await ctx.scheduler.runAfter(0, internal.gaps.group, {});
}

/** Whether it is a new one. */
async function addGap(
  ctx: MutationCtx,
  { data, _creationTime: lastAt }: EventRow,
): Promise<boolean> {
  const question = gapKeyOf(data.question ?? "");
  if (!question) return false;
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", undefined).eq("question", question),
    )
    .unique();
  if (row?.kind === "gap") {
    await ctx.db.patch("analytics", row._id, { count: row.count + 1, lastAt });
    return false;
  }
  await ctx.db.insert("analytics", { kind: "gap", question, count: 1, lastAt });
  return true;
}

const isOpen = ({ closedAt, lastAt }: GapRow) => closedAt === undefined || lastAt > closedAt;

/** Open ones, most frequent first. */
async function readOpenGaps(ctx: Db): Promise<GapRow[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "gap").gt("count", 0))
    .order("desc")
    .take(READ_LIMIT);
  return rows.filter((row) => row.kind === "gap").filter(isOpen);
}

export const vGap = v.object({ question: v.string(), count: v.number(), lastAt: v.number() });

/** Questions that found nothing, as they were spelt, most frequent first, at most 100. */
export async function listGaps(ctx: Db): Promise<Infer<typeof vGap>[]> {
  const rows = (await readOpenGaps(ctx)).slice(0, LIST_LIMIT);
  return rows.map(({ question, count, lastAt }) => ({ question, count, lastAt }));
}

export const vGapGroup = v.object({
  /** The most frequent of them. */
  question: v.string(),
  /** Of all together. */
  count: v.number(),
  lastAt: v.number(),
  /** Most frequent first, at most 20: what a draft is given, so that they close with it. */
  gaps: v.array(v.object({ gapId: v.id("analytics"), question: v.string(), count: v.number() })),
});

/** Open questions that mean the same together, most frequent first, at most 100. */
export async function listGapGroups(ctx: Db): Promise<Infer<typeof vGapGroup>[]> {
  const groups = [...groupsOf(await readOpenGaps(ctx)).values()].map((rows) => ({
    question: rows[0]!.question,
    count: rows.reduce((sum, { count }) => sum + count, 0),
    lastAt: Math.max(...rows.map(({ lastAt }) => lastAt)),
    gaps: rows
      .slice(0, MAX_GAPS)
      .map(({ _id: gapId, question, count }) => ({ gapId, question, count })),
  }));
  return groups.sort((a, b) => b.count - a.count).slice(0, LIST_LIMIT);
}

const groupOf = ({ group, _id }: GapRow): string => group ?? _id;

function groupsOf(rows: GapRow[]): Map<string, GapRow[]> {
  const groups = new Map<string, GapRow[]>();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  return groups;
}

/** Open ones among these questions, and those that mean the same: at most 20. */
export async function findGapsLike(ctx: Db, questions: string[]): Promise<Id<"analytics">[]> {
  const asked = new Set(questions.map(gapKeyOf));
  if (asked.size === 0) return [];
  const rows = await readOpenGaps(ctx);
  const groups = new Set(rows.filter(({ question }) => asked.has(question)).map(groupOf));
  const found = rows.filter((row) => groups.has(groupOf(row)));
  return found.slice(0, MAX_GAPS).map(({ _id }) => _id);
}

export const vToGroup = v.array(
  v.object({
    gapId: v.id("analytics"),
    question: v.string(),
    group: v.union(v.string(), v.null()),
  }),
);

/** What is compared by meaning; empty if each has been. */
export async function listToGroup(ctx: Db): Promise<Infer<typeof vToGroup>> {
  const rows = (await readOpenGaps(ctx)).slice(0, GROUPED_LIMIT);
  if (!rows.some(({ group }) => group === undefined)) return [];
  return rows.map(({ _id: gapId, question, group = null }) => ({ gapId, question, group }));
}

/** One that has a group keeps it: what a technician looks at doesn't move. */
export async function storeGroups(
  ctx: MutationCtx,
  groups: { gapId: Id<"analytics">; group: string }[],
): Promise<void> {
  for (const { gapId, group } of groups) {
    const row = await ctx.db.get("analytics", gapId);
    if (row?.kind !== "gap" || row.group !== undefined) continue;
    await ctx.db.patch("analytics", gapId, { group });
  }
}

/** Closes those that a search has found their document by; `at` is when it began. */
export async function closeGaps(
  ctx: MutationCtx,
  gapIds: Id<"analytics">[],
  at: number,
): Promise<void> {
  for (const gapId of gapIds) {
    const row = await ctx.db.get("analytics", gapId);
    if (row?.kind === "gap") await ctx.db.patch("analytics", gapId, { closedAt: at });
  }
}

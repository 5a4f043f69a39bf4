/**
 * What the AI may cost in one day (UTC), over all conversations. A reply reserves its worst case in the
 * transaction that admits its writer, and settles what it really cost in the transaction that ends it; so
 * however many begin at once, reservations never exceed the budget. The sum is kept in shards, or every two
 * replies would write the same document: a conversation starts at the shard of its own and looks at the
 * others only when that one can't cover it.
 *
 * A writer that is lost never tells what it cost. It is taken to have cost what its words are estimated at, and the
 * rest of its reservation is given back: those who ask and leave can't use up everybody's day.
 */
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { dailyBudgetMicroUsd } from "../../env";
import type { ChatUsage } from "../../providers/chatChunks";
import type { vReservation } from "../../validators";
import { DAY } from "../../lib/time";
import { findOnlyRow } from "../knowledge/onlyRow";

const BUDGET_SHARDS = 16;
/** More than a reply costs: four rounds of 10,000 tokens at the price of a good model of 2026. */
export const REPLY_RESERVE_MICRO_USD = 50_000;
/**
 * Tokens of one picture at most. Claude: width × height / 750, at most 4,784; GPT-5 and 4.1: at most 1,536 patches
 * times 2.46; GPT-4o: 85 + 170 for each of at most 8 tiles; Gemini: 258 for each of at most 8 tiles of 768 pixels.
 * GPT-4o mini counts 33 times 4o's, at a sixteenth of the price.
 * https://platform.claude.com/docs/en/build-with-claude/vision
 * https://platform.openai.com/docs/guides/images-vision https://ai.google.dev/gemini-api/docs/image-understanding
 */
const PICTURE_TOKENS = 6_000;
/** Of a picture, in each of those rounds, at that price. */
export const PICTURE_RESERVE_MICRO_USD = 4 * PICTURE_TOKENS * (REPLY_RESERVE_MICRO_USD / 40_000);
/** Of one of those rounds. */
export const CALL_RESERVE_MICRO_USD = REPLY_RESERVE_MICRO_USD / 4;

/** OpenAI's rule of thumb; used only when a provider can't tell what a stream used. */
const CHARS_PER_TOKEN = 4;
/** Millionths of a dollar per token, likewise: between the cheap and the good models of 2026. */
const ESTIMATED_MICRO_USD_PER_TOKEN = 1;
/** Of a prompt that nobody remembers: rules, passages and context at their largest. */
export const LOST_PROMPT_CHARS = 20_000;

const NAME = "ai budget";

/** What a reply with so many pictures may cost. */
export const reserveOf = (pictures: number): number =>
  REPLY_RESERVE_MICRO_USD + pictures * PICTURE_RESERVE_MICRO_USD;

/** As many characters as a prompt has with so many pictures in it. */
export const promptCharsOf = (textChars: number, pictures: number): number =>
  textChars + pictures * PICTURE_TOKENS * CHARS_PER_TOKEN;

/** Of a prompt that nobody remembers, by what was reserved for it. */
export function lostPromptCharsOf({ microUsd }: Reservation): number {
  const pictures = Math.max(0, (microUsd - REPLY_RESERVE_MICRO_USD) / PICTURE_RESERVE_MICRO_USD);
  return promptCharsOf(LOST_PROMPT_CHARS, Math.floor(pictures));
}

export type Reservation = Infer<typeof vReservation>;

/** What a round must have used, by its length. */
export function estimateUsage(round: { promptChars: number; receivedChars: number }): ChatUsage {
  const promptTokens = Math.ceil(round.promptChars / CHARS_PER_TOKEN);
  const completionTokens = Math.ceil(round.receivedChars / CHARS_PER_TOKEN);
  const costMicroUsd = (promptTokens + completionTokens) * ESTIMATED_MICRO_USD_PER_TOKEN;
  return { promptTokens, completionTokens, costMicroUsd };
}

const dayOf = (now: number) => now - (now % DAY);

/** When a budget that is used up is whole again. */
export const budgetRenewsAt = (now: number): number => dayOf(now) + DAY;

/** As an admin has set it, and never more than the deployment's own. */
export async function loadDailyBudget(ctx: Pick<QueryCtx, "db">): Promise<number> {
  const row = await findOnlyRow(ctx, "daily_budget");
  return Math.min(row?.microUsd ?? Infinity, dailyBudgetMicroUsd());
}

/** Reserves a reply's worst case, or null when today's budget can't cover it. `key` says from which shard first. */
export async function reserveBudget(
  ctx: MutationCtx,
  key: Id<"conversations"> | Id<"workflows"> | Id<"agents">,
  microUsd = REPLY_RESERVE_MICRO_USD,
): Promise<Reservation | null> {
  const day = dayOf(Date.now());
  const share = (await loadDailyBudget(ctx)) / BUDGET_SHARDS;
  const first = shardOf(key);
  const short: { shard: number; row: Doc<"rateLimits"> | null; left: number }[] = [];
  for (let i = 0; i < BUDGET_SHARDS; i++) {
    const shard = (first + i) % BUDGET_SHARDS;
    const row = await shardRow(ctx, shard);
    const left = share - spentOn(row, day);
    if (left >= microUsd) {
      await book(ctx, { shard, row, day }, microUsd);
      return { day, shard, microUsd };
    }
    short.push({ shard, row, left });
  }
  // No shard covers it alone: a small budget, or the end of the day's. What is left of all may.
  const left = short.reduce((sum, one) => sum + one.left, 0);
  const most = short.reduce((best, one) => (one.left > best.left ? one : best));
  if (left < microUsd) return null;
  await book(ctx, { ...most, day }, microUsd);
  return { day, shard: most.shard, microUsd };
}

/** Replaces a reservation by what the reply cost. Yesterday's budget is closed: nothing to give back to. */
export async function settleReservation(
  ctx: MutationCtx,
  { day, shard, microUsd }: Reservation,
  costMicroUsd: number,
): Promise<void> {
  const row = await shardRow(ctx, shard);
  if (row?.ts === day) await book(ctx, { shard, row, day }, costMicroUsd - microUsd);
}

/** Spent and reserved today. For people: reads every shard. */
export async function sumSpentToday(ctx: Pick<QueryCtx, "db">, now: number): Promise<number> {
  const day = dayOf(now);
  let spent = 0;
  for (let shard = 0; shard < BUDGET_SHARDS; shard++) {
    spent += spentOn(await shardRow(ctx, shard), day);
  }
  return spent;
}

function shardOf(key: string): number {
  let hash = 0;
  for (const char of key) hash = (hash * 31 + char.charCodeAt(0)) % 65_521;
  return hash % BUDGET_SHARDS;
}

/** A shard's row: `value` is what is spent and reserved of the day that starts at `ts`. */
function shardRow(ctx: Pick<QueryCtx, "db">, shard: number): Promise<Doc<"rateLimits"> | null> {
  return ctx.db
    .query("rateLimits")
    .withIndex("name", (q) => q.eq("name", NAME).eq("key", String(shard)))
    .unique();
}

const spentOn = (row: Doc<"rateLimits"> | null, day: number) => (row?.ts === day ? row.value : 0);

async function book(
  ctx: MutationCtx,
  { shard, row, day }: { shard: number; row: Doc<"rateLimits"> | null; day: number },
  microUsd: number,
): Promise<void> {
  const value = spentOn(row, day) + microUsd;
  if (row !== null) await ctx.db.patch("rateLimits", row._id, { value, ts: day });
  else await ctx.db.insert("rateLimits", { name: NAME, key: String(shard), value, ts: day });
}

/**
 * Refusals are counted, not recorded one by one: whoever attacks decides how many there are. A counter is a row of
 * `rateLimits` per hour, reason and part; it is written by refused calls only, so nobody who is let through waits for
 * it, and in parts, so that they seldom wait for each other. Once its hour is over the roll-up makes one event of the
 * parts (`model/analytics/refusals.ts`): it reads no row that is still being counted in.
 *
 * A call that throws rolls back everything, its count included. So only refusals that are values are counted.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { HOUR } from "../../lib/time";

type Refusal = "limit_hit" | "code_failed";
/** What an hour came to. `reason`: the limit's name; empty for codes. */
type Refusals = { type: Refusal; reason: string; count: number };

export const REFUSAL_PARTS = 8;
const NAME = "refusals";
/** Rows of one run. An hour has one per reason and part at most. */
export const REFUSALS_BATCH = 500;

/** Keys are ordered by their hour; ISO text has one length. */
const hourOf = (at: number) => new Date(Math.floor(at / HOUR) * HOUR).toISOString().slice(0, 13);

/** Of one network always the same: an attacker waits for themselves, and work doesn't vary by chance. */
function partOf(ip: string): number {
  let sum = 0;
  for (const letter of ip) sum = (sum * 31 + letter.charCodeAt(0)) % 65_536;
  return sum % REFUSAL_PARTS;
}

export async function countRefusal(ctx: MutationCtx, type: Refusal, reason = ""): Promise<void> {
  const ts = Date.now();
  const part = partOf((await ctx.meta.getRequestMetadata()).ip ?? "");
  const key = `${hourOf(ts)} ${type} ${part} ${reason}`;
  const row = await ctx.db
    .query("rateLimits")
    .withIndex("name", (q) => q.eq("name", NAME).eq("key", key))
    .unique();
  if (row === null) await ctx.db.insert("rateLimits", { name: NAME, key, value: 1, ts });
  else await ctx.db.patch("rateLimits", row._id, { value: row.value + 1, ts });
}

/** Counters of the hours that are over. */
export const finishedCounters = (ctx: Pick<QueryCtx, "db">, count: number) =>
  ctx.db
    .query("rateLimits")
    .withIndex("name", (q) => q.eq("name", NAME).lt("key", hourOf(Date.now())))
    .take(count);

/** What counters come to; they are gone then. */
export async function takeRefusals(
  ctx: MutationCtx,
  rows: Doc<"rateLimits">[],
): Promise<Refusals[]> {
  const sums = new Map<string, Refusals>();
  for (const { _id, key = "", value } of rows) {
    const [hour, type, , reason = ""] = key.split(" ");
    const sum = sums.get(`${hour} ${type} ${reason}`);
    if (sum === undefined) {
      sums.set(`${hour} ${type} ${reason}`, { type: type as Refusal, reason, count: value });
    } else sum.count += value;
    await ctx.db.delete("rateLimits", _id);
  }
  return [...sums.values()];
}

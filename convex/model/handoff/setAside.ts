/**
 * Rows that upkeep could not deal with: each is set aside in a row of `workflows` (kind `set_aside`), so that what comes
 * after it goes on, is listed for staff with the reason, and admins are told. It is tried again once a day, and by hand.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { logError } from "../../lib/log";
import { truncateText } from "../../lib/text";
import { requestAlert } from "./alertRequests";

/** So many at once are no bad rows but a bug: nothing more is set aside, and the job that meets it fails. */
const MAX_ASIDE = 500;

type Aside = Doc<"workflows">;

/** All of them, those that are being tried included. */
export async function listAside(ctx: Pick<QueryCtx, "db">): Promise<Aside[]> {
  return await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "set_aside"))
    .take(MAX_ASIDE);
}

/** The ids that upkeep passes over. */
export async function asideIds(ctx: Pick<QueryCtx, "db">): Promise<Set<string>> {
  return new Set((await listAside(ctx)).map(({ about }) => about ?? ""));
}

/** Sets a row aside; what it is and what was to be done is the step. Returns its row. */
export async function setAside(
  ctx: MutationCtx,
  { about, step }: { about: string; step: string },
): Promise<Aside["_id"]> {
  const known = await listAside(ctx);
  if (known.length === MAX_ASIDE) throw new Error(`${MAX_ASIDE} rows are set aside already.`);
  const same = known.find((row) => row.about === about);
  if (same !== undefined) return same._id;
  return await ctx.db.insert("workflows", {
    kind: "set_aside",
    state: "running",
    step,
    attempt: 0,
    about,
  });
}

/** It failed on its own, too: it stays listed, and admins are told the first time. */
export async function keepAside(ctx: MutationCtx, aside: Aside, message: string): Promise<void> {
  const error = { code: "set_aside", message: truncateText(message, 300) };
  const attempt = aside.attempt + 1;
  await ctx.db.patch("workflows", aside._id, { state: "failed", attempt, error });
  logError(`set aside: ${aside.step} ${aside.about}, attempt ${attempt}`, error.message);
  if (attempt === 1) await requestAlert(ctx);
}

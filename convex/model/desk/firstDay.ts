/**
 * The owner's first day: what a new shop needs before its customers come. A step is done by what is there, whoever has
 * seen to it and wherever; two can't be seen: that a question was tried is noted when it is, and that the widget is on
 * the shop's site, which is not ours, an admin says.
 */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { HOURS_SLUG, literals, vFirstDayStep, vTimestamp } from "../../validators";
import { changeFirstDay } from "../knowledge/firstDay";
import { findOnlyRow } from "../knowledge/onlyRow";

export const vMark = literals("open", "skipped", "done");
export const vFirstDay = v.object({
  steps: v.array(v.object({ step: vFirstDayStep, state: vMark })),
  /** The title of the document that answers and has changed last. */
  document: v.optional(v.string()),
  /** How many work here: at most 40 are counted. */
  staff: v.number(),
  triedAt: v.optional(vTimestamp),
  widgetAt: v.optional(vTimestamp),
  hidden: v.boolean(),
  /** Nothing is done, and nobody has been led to it yet. */
  isNew: v.boolean(),
});
type Step = Infer<typeof vFirstDayStep>;
type Ctx = Pick<QueryCtx, "db">;

const STEPS = vFirstDayStep.members.map(({ value }) => value);
/** Of the documents that changed last, so many are looked through for one that answers. */
const LOOKED_AT = 50;
const COUNTED = 20;

export async function loadFirstDay(ctx: Ctx): Promise<Infer<typeof vFirstDay>> {
  const [row, name, hours, document, staff] = await Promise.all([
    findOnlyRow(ctx, "first_day"),
    findOnlyRow(ctx, "shop_name"),
    findOnlyRow(ctx, "hours"),
    findAnswering(ctx),
    countStaff(ctx),
  ]);
  const { skipped = [], hidden = false, triedAt, widgetAt } = row ?? {};
  const done: Record<Step, boolean> = {
    name: name !== null,
    hours: hours !== null,
    documents: document !== undefined,
    question: triedAt !== undefined,
    staff: staff > 1,
    widget: widgetAt !== undefined,
  };
  const steps = STEPS.map((step) => {
    const rest = skipped.includes(step) ? ("skipped" as const) : ("open" as const);
    return { step, state: done[step] ? ("done" as const) : rest };
  });
  return {
    ...{ steps, staff, triedAt, widgetAt, hidden },
    ...(document !== undefined && { document: document.title }),
    isNew: row === null && !Object.values(done).includes(true),
  };
}

/** The page with the hours is written by setting them: it is not what the shop has given. */
async function findAnswering(
  ctx: Ctx,
): Promise<Extract<Doc<"knowledge">, { kind: "document" }> | undefined> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_kind_and_updated", (q) => q.eq("kind", "document"))
    .order("desc")
    .take(LOOKED_AT);
  return rows
    .filter((row) => row.kind === "document")
    .find(({ state, version, slug }) => {
      const answers = state === "published" || (state === "ingesting" && version > 0);
      return answers && slug !== HOURS_SLUG;
    });
}

async function countStaff(ctx: Ctx): Promise<number> {
  const roles = (["admin", "technician"] as const).map((role) =>
    ctx.db
      .query("users")
      .withIndex("by_role_and_name", (q) => q.eq("role", role))
      .take(COUNTED),
  );
  const people = (await Promise.all(roles)).flat();
  return people.filter(({ blockedAt }) => blockedAt === undefined).length;
}

/** Errors: `invalid_input` for a step that is done by doing it. */
export async function markStep(
  ctx: MutationCtx,
  step: Step,
  mark: Infer<typeof vMark>,
): Promise<void> {
  if (mark === "done" && step !== "widget") {
    throw appError("invalid_input", "This step is done by doing it.");
  }
  const row = await findOnlyRow(ctx, "first_day");
  const others = (row?.skipped ?? []).filter((one) => one !== step);
  await changeFirstDay(ctx, {
    skipped: mark === "skipped" ? [...others, step] : others,
    ...(step === "widget" && { widgetAt: mark === "done" ? Date.now() : undefined }),
  });
}

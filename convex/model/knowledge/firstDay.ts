/** What is stored of the owner's first day: one row. Which step is done: `model/desk/firstDay.ts`. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { findOnlyRow, putOnlyRow } from "./onlyRow";

type Row = Extract<Doc<"knowledge">, { kind: "first_day" }>;
type Change = Partial<Pick<Row, "skipped" | "hidden" | "triedAt" | "widgetAt">>;

/** From the first change on there is a row, and the desk leads nobody to it by itself. */
export async function changeFirstDay(ctx: MutationCtx, change: Change): Promise<void> {
  const row = await findOnlyRow(ctx, "first_day");
  const { skipped = [], hidden = false, triedAt, widgetAt } = row ?? {};
  const before = { skipped, hidden, triedAt, widgetAt };
  await putOnlyRow(ctx, { kind: "first_day", ...before, ...change, updatedAt: Date.now() });
}

/** A question was tried that was answered from a document: the first one is noted. */
export async function noteTried(ctx: MutationCtx): Promise<void> {
  const row = await findOnlyRow(ctx, "first_day");
  if (row?.triedAt === undefined) await changeFirstDay(ctx, { triedAt: Date.now() });
}

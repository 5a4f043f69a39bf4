/** How soon people should answer, in opening hours: a small row that an admin keeps, read when somebody begins to wait for them. */
import type { Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import type { vTargets } from "../../validators";
import { findOnlyRow, putOnlyRow } from "../knowledge/onlyRow";

type Targets = Infer<typeof vTargets>;
/** What a small shop can keep: somebody looks within half an hour, and goes on within one. */
const DEFAULTS: Targets = { firstMinutes: 30, waitingMinutes: 60 };
/** Five days of eight hours. */
const MAX_MINUTES = 2_400;

export async function loadTargets(ctx: Pick<QueryCtx, "db">): Promise<Targets> {
  const row = await findOnlyRow(ctx, "targets");
  return row === null ? DEFAULTS : row.targets;
}

/** Who waits already keeps the target that they were given. Errors: `invalid_input`. */
export async function storeTargets(ctx: MutationCtx, targets: Targets): Promise<void> {
  for (const minutes of Object.values(targets)) {
    if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_MINUTES)) {
      throw appError("invalid_input", `A target is 1 to ${MAX_MINUTES} whole minutes.`);
    }
  }
  await putOnlyRow(ctx, { kind: "targets", targets, updatedAt: Date.now() });
}

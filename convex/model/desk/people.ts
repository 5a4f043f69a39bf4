/** Whom staff enter by hand, each with its event. As `documents.ts`: without an `actorId` it is the CLI. */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { createUser } from "../accounts/users";
import { recordAct } from "../analytics/events";

type By = { actorId?: Id<"users"> };

/** A customer at the counter. Errors: `conflict` if somebody has the address, `invalid_input`. */
export async function addCustomer(
  ctx: MutationCtx,
  input: { email: string; name?: string; phone?: string },
  { actorId }: By,
): Promise<Id<"users">> {
  const subjectId = await createUser(ctx, { ...input, role: "customer" });
  await recordAct(ctx, "user_created", { actorId, subjectId });
  return subjectId;
}

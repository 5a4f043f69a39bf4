/** Whose texts come from a number. One that was renumbered is one person's in both of its forms (`lib/phoneForms.ts`). */
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { listPhoneForms } from "../../lib/phoneForms";

/** Whoever's texts come from exactly this number first; two only if both forms texted before we knew the pair. */
export async function listSmsUsers(
  ctx: Pick<QueryCtx, "db">,
  phone: string,
): Promise<Doc<"users">[]> {
  const found: Doc<"users">[] = [];
  for (const form of listPhoneForms(phone)) {
    const user = await ctx.db
      .query("users")
      .withIndex("by_texts_from", (q) => q.eq("textsFrom", form))
      .unique();
    if (user !== null) found.push(user);
  }
  return found;
}

/** Null for a number that has never texted us. */
export const findSmsUser = async (
  ctx: Pick<QueryCtx, "db">,
  phone: string,
): Promise<Doc<"users"> | null> => (await listSmsUsers(ctx, phone))[0] ?? null;

/** Creating people and changing what they may do. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { mayWork } from "../access/access";
import { smsEnv } from "../../env";
import { appError } from "../../lib/errors";
import { hasOptedOut, setSmsConsent } from "./consent";
import { normalizeContact } from "../../lib/contact";
import { cleanText, normalizeEmail } from "../../lib/text";

export type Role = Doc<"users">["role"];
const MAX_NAME = 100;

export function findUserByEmail(
  ctx: Pick<QueryCtx, "db">,
  email: string,
): Promise<Doc<"users"> | null> {
  return ctx.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", email))
    .unique();
}

/** The person with an address. Errors: `not_found`, `invalid_input` for what is none. */
export async function requireByEmail(
  ctx: Pick<QueryCtx, "db">,
  email: string,
): Promise<Doc<"users">> {
  const user = await findUserByEmail(ctx, normalizeEmail(email));
  if (user === null) throw noPersonError();
  return user;
}

export async function createUser(
  ctx: MutationCtx,
  input: { email: string; name?: string; phone?: string; role: Role },
): Promise<Id<"users">> {
  const { name, phone } = input;
  const given = { email: input.email, name, phone };
  const { email, ...contact } = normalizeContact(given, smsEnv().home);
  if (email !== undefined && (await findUserByEmail(ctx, email)) !== null) {
    throw appError("conflict", "There is already somebody with that e-mail address.");
  }
  const revoked = contact.phone !== undefined && (await hasOptedOut(ctx, contact.phone));
  return await ctx.db.insert("users", {
    role: input.role,
    email,
    ...contact,
    smsConsent: revoked ? "revoked" : "unknown",
  });
}

export async function renameUser(
  ctx: MutationCtx,
  userId: Id<"users">,
  rawName: string,
): Promise<void> {
  const name = cleanText("The name", rawName, MAX_NAME);
  await ctx.db.patch("users", userId, { name });
}

export const noPersonError = () => appError("not_found", "There is no such person.");

/** Staff only: customers have no alerts. Asking for them is consent, except after a STOP. */
export async function setAlertsByText(
  ctx: MutationCtx,
  user: Doc<"users">,
  on: boolean,
): Promise<void> {
  if (on && !mayWork(user)) throw appError("forbidden", "Alerts are for the shop's own people.");
  if (on && user.phoneVerifiedAt === undefined) {
    throw appError("conflict", "Confirm your phone number first: alerts go there.");
  }
  if (on && user.smsConsent === "revoked") {
    throw appError("conflict", "You have opted out of our texts. Text START to us first.");
  }
  if (on) await setSmsConsent(ctx, user, "granted", { reason: "alerts by text, on the page" });
  await ctx.db.patch("users", user._id, { alertsByText: on || undefined });
}

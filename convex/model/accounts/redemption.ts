/**
 * The mutation's half of signing in: what a code is good for. Outcomes are values, because a thrown error
 * would roll back the count of the attempt.
 */
import { v, type Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { findCallersSession, loadCallerUser, requireCaller } from "../access/access";
import { recordEvent } from "../analytics/events";
import * as Accounts from "./accounts";
import * as Guests from "./guests";
import * as Codes from "./codes";
import { vLimited } from "../access/limits";
import { requireRecentSignIn } from "./recentSignIn";
import * as Sessions from "./sessions";

export const vOutcome = v.union(
  v.object({ kind: v.literal("granted"), grant: Sessions.vGrant }),
  v.object({ kind: v.literal("refused") }),
  vLimited,
);
export type Outcome = Infer<typeof vOutcome>;

export const outcomeOf = (grant: Sessions.Grant | null): Outcome =>
  grant === null ? { kind: "refused" } : { kind: "granted", grant };

/** `secret` is 256 bits from an action's generator, for the session that may be opened. */
type Redemption = { challenge: string; code: string; secret: string };

/** Signs in whoever holds the challenge, and in the session that asked if one did. */
export async function redeemForAnybody(ctx: MutationCtx, args: Redemption): Promise<Outcome> {
  const { challenge, code } = args;
  const caller = await findCallersSession(ctx);
  const proved = await Codes.take(ctx, { challenge, code, caller, unbound: true });
  if (proved === null) return { kind: "refused" };
  const asker = await Accounts.userOfSession(ctx, proved.askedBy);
  const userId = await Accounts.signIn(ctx, asker, proved.address);
  // The browser gets another session: its own is not left behind. A guest's ends with the guest, if it does.
  if (userId !== null && asker !== null && !Guests.isGuest(asker)) {
    await Sessions.revokeReplaced(ctx, proved.askedBy);
  }
  await recordSignIn(ctx, userId, proved.address, asker !== null && Guests.isGuest(asker));
  return await opened(ctx, userId, args);
}

/**
 * The caller proves an address: a guest signs in with it, an account changes to it. Throws `forbidden` for an
 * account that has not signed in just now; the code has not been looked at then.
 */
export async function redeemForCaller(ctx: MutationCtx, args: Redemption): Promise<Outcome> {
  const { challenge, code } = args;
  const caller = await requireCaller(ctx);
  const user = await loadCallerUser({ ...ctx, caller });
  const guest = Guests.isGuest(user);
  if (!guest) await requireRecentSignIn(ctx, user, caller);
  const input = { challenge, code, caller: caller.sessionId, unbound: false };
  const proved = await Codes.take(ctx, input);
  if (proved === null) return { kind: "refused" };
  if (guest) {
    const userId = await Accounts.signIn(ctx, user, proved.address);
    await recordSignIn(ctx, userId, proved.address, true);
    return await opened(ctx, userId, args);
  }
  const change = Codes.isPhone(proved.address) ? Accounts.changePhone : Accounts.changeEmail;
  const userId = await change(ctx, user, proved.address);
  // What did not end all sessions: this one goes on as the one that is opened.
  if (userId !== null) await Sessions.revokeReplaced(ctx, caller.sessionId);
  return await opened(ctx, userId, args);
}

/** By which kind of address, and whether a guest came to be, or to be in, an account. */
async function recordSignIn(
  ctx: MutationCtx,
  actorId: Id<"users"> | null,
  address: string,
  asGuest: boolean,
): Promise<void> {
  if (actorId === null) return;
  const how = Codes.isPhone(address) ? "sms" : "email";
  await recordEvent(ctx, "signed_in", { actorId }, { reason: asGuest ? `${how}, guest` : how });
}

async function opened(
  ctx: MutationCtx,
  userId: Id<"users"> | null,
  { secret }: Redemption,
): Promise<Outcome> {
  return outcomeOf(userId && (await Sessions.open(ctx, userId, secret)));
}

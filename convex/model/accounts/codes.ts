/**
 * Sign-in attempts: a mailed or texted code, and the challenge that only whoever asked for it holds. A code works with
 * its own challenge alone, and, if it was asked for within a session, in that session alone. So a code that
 * a stranger asks for neither works for them nor voids anybody else's, and there is no count of failures
 * of an address that a stranger could run up to lock its owner out: attempts count per challenge, and how
 * many challenges an address gets is limited per network of whoever asks, and overall (`limits.ts`).
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { jwtSecrets } from "../../env";
import { recordEvent } from "../analytics/events";
import { storedHashOf, candidateHashesOf, matchesHash } from "./hashes";
import { keyedHash } from "../../lib/keys";
import { widestNetworkOf } from "../access/buckets";
import { ipOfRequest, tryConsumeLimit } from "../access/limits";
import { hasOptedOut } from "./consent";
import { MINUTE } from "../../lib/time";

export const CODE_LIFETIME = 10 * MINUTE;
export const CODE_ATTEMPTS = 5;
/** More than the limits let an address have between two runs of the `clean up` cron. */
const READ_AT_MOST = 100;

/** Codes go to an e-mail address or a number; only numbers begin so. */
export const isPhone = (address: string): boolean => address.startsWith("+");

/** The number without its last four digits: whoever owns a block of numbers shares one limit. */
export const numberBlockOf = (phone: string): string => phone.slice(0, -4);

type Pending = Doc<"sessions"> & { state: "pending" };

/** Null, or how long to wait. The asker's network comes first: one that is blocked uses nothing else up. */
export async function tryConsumeLimits(ctx: MutationCtx, address: string): Promise<number | null> {
  const ip = await ipOfRequest(ctx);
  const here = `${address} ${ip === null ? "" : widestNetworkOf(ip)}`;
  const asker = { ip, to: address };
  if (isPhone(address)) {
    return (
      (await tryConsumeLimit(ctx, "textCode", { ip, address: here })) ??
      (await tryConsumeLimit(ctx, "textCodesToNumber", { address })) ??
      (await tryConsumeLimit(ctx, "textCodesToBlock", { address: numberBlockOf(address) })) ??
      (await tryConsumeLimit(ctx, "textCodesOfTheHour", asker)) ??
      (await tryConsumeLimit(ctx, "textCodesOfTheDay", asker))
    );
  }
  return (
    (await tryConsumeLimit(ctx, "requestCode", { ...asker, address: here })) ??
    (await tryConsumeLimit(ctx, "codesForAddress", { address }))
  );
}

/** Stores a sign-in attempt; one browser's session has one live code of an address at a time. */
export async function store(
  ctx: MutationCtx,
  input: { address: string; challenge: string; code: string; askedBy?: Id<"sessions"> },
): Promise<{ attemptId: Id<"sessions">; expiresAt: number }> {
  const { address, challenge, code, askedBy } = input;
  const earlier = await ctx.db
    .query("sessions")
    .withIndex("by_state_and_address", (q) => q.eq("state", "pending").eq("address", address))
    .order("desc")
    .take(READ_AT_MOST);
  for (const row of earlier) {
    if (askedBy !== undefined && row.state === "pending" && row.askedBy === askedBy) {
      await ctx.db.delete("sessions", row._id);
    }
  }
  const expiresAt = Date.now() + CODE_LIFETIME;
  const attemptId = await ctx.db.insert("sessions", {
    state: "pending",
    address,
    challengeHash: storedHashOf("challenge", challenge),
    codeHash: storedHashOf("code", `${challenge}:${code}`),
    attempts: 0,
    expiresAt,
    askedBy,
  });
  // The same for every address, and about nobody: whether there is such an account is looked up by nothing here.
  await recordEvent(ctx, "code_requested", {}, { reason: isPhone(address) ? "sms" : "email" });
  return { attemptId, expiresAt };
}

/**
 * Six digits for a number, made of a challenge's hash: whatever sends the text reads the row and makes them again, so
 * that no code is stored anywhere, not even in the arguments of a scheduled function. 64 bits of HMAC-SHA-256 favour
 * no value by more than 6e-14.
 */
function smsCodeOf(challengeHash: string, secret = jwtSecrets()[0]): string {
  const bits = BigInt(`0x${keyedHash(secret, "texted-code", challengeHash).slice(0, 16)}`);
  return String(bits % 1_000_000n).padStart(6, "0");
}

/** The code of a number that has just been asked for. */
export const codeFor = (challenge: string): string =>
  smsCodeOf(storedHashOf("challenge", challenge));

/** What is to be texted for an attempt: null once it is used or over, and for whoever has opted out. */
export async function smsOf(
  ctx: Pick<QueryCtx, "db">,
  attemptId: Id<"sessions">,
): Promise<{ to: string; code: string } | null> {
  const row = await ctx.db.get("sessions", attemptId);
  if (row?.state !== "pending" || Date.now() >= row.expiresAt) return null;
  if (row.conversationId !== undefined) return null;
  if (await hasOptedOut(ctx, row.address)) return null;
  return { to: row.address, code: smsCodeOf(row.challengeHash) };
}

/**
 * Uses a code up and answers which address it proves. Null for a wrong code, a wrong or expired challenge,
 * another session and too many attempts alike. Never throws for those: the attempt must count.
 */
export async function take(
  ctx: MutationCtx,
  input: {
    challenge: string;
    code: string;
    caller: Id<"sessions"> | undefined;
    /** Whether a code that was asked for without a session will do. */
    unbound: boolean;
  },
): Promise<{ address: string; askedBy: Id<"sessions"> | undefined } | null> {
  const { challenge, code, caller, unbound } = input;
  const pending = await byChallenge(ctx, challenge);
  // The same work whether or not there is such a challenge.
  const candidates = candidateHashesOf("code", `${challenge}:${code}`);
  if (pending === null || pending.conversationId !== undefined) return null;
  const right = matchesHash(candidates, pending.codeHash);
  const ours = pending.askedBy === undefined ? unbound : pending.askedBy === caller;
  if (!right || !ours || Date.now() >= pending.expiresAt) {
    const attempts = pending.attempts + 1;
    if (attempts >= CODE_ATTEMPTS) await ctx.db.delete("sessions", pending._id);
    else await ctx.db.patch("sessions", pending._id, { attempts });
    return null;
  }
  await ctx.db.delete("sessions", pending._id);
  return { address: pending.address, askedBy: pending.askedBy };
}

async function byChallenge(ctx: MutationCtx, challenge: string): Promise<Pending | null> {
  for (const challengeHash of candidateHashesOf("challenge", challenge)) {
    const row = await ctx.db
      .query("sessions")
      .withIndex("by_challenge_hash", (q) => q.eq("challengeHash", challengeHash))
      .unique();
    if (row?.state === "pending") return row;
  }
  return null;
}

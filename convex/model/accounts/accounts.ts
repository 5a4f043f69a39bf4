/**
 * Who a verified address belongs to. A guest who verifies one becomes that account: upgraded in place, or
 * merged into the account that owns the address, in one transaction. Never on an unverified address: one
 * that a guest only mentioned is in `conversations.contact`, which nothing here reads.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { storedHashOf } from "./hashes";
import { findSmsUser } from "../access/smsUsers";
import { isSamePhone } from "../../lib/phoneForms";
import { hasOptedOut, keepOptOut } from "./consent";
import { isPhone } from "./codes";
import { joinInto } from "./join";
import * as Sessions from "./sessions";
import type { SignInChange } from "./signInMail";
import { findUserByEmail } from "./users";
import { isGuest } from "./guests";

/** Whoever has a session, or null: for a session that may have ended since it was named. */
export async function userOfSession(
  ctx: MutationCtx,
  sessionId: Id<"sessions"> | undefined,
): Promise<Doc<"users"> | null> {
  const session = sessionId && (await ctx.db.get("sessions", sessionId));
  return session?.state === "active" ? await ctx.db.get("users", session.userId) : null;
}

/**
 * The account of an address that has just been proved, with the conversations of the guest who asked. Null
 * for one that is blocked. The guest's tokens are dead from here on.
 */
export async function signIn(
  ctx: MutationCtx,
  asker: Doc<"users"> | null,
  address: string,
): Promise<Id<"users"> | null> {
  if (isPhone(address)) return await signInByPhone(ctx, asker, address);
  const guest = asker !== null && isGuest(asker) ? asker : null;
  const email = address;
  const owner = await findUserByEmail(ctx, email);
  if (owner?.blockedAt !== undefined) return null;
  const emailVerifiedAt = Date.now();
  if (owner !== null) {
    if (owner.emailVerifiedAt === undefined) {
      await ctx.db.patch("users", owner._id, { emailVerifiedAt });
    }
    if (guest !== null) await merge(ctx, guest, owner);
    return owner._id;
  }
  if (guest !== null) {
    await Sessions.revokeAll(ctx, guest._id, "upgraded");
    await ctx.db.patch("users", guest._id, { email, emailVerifiedAt });
    return guest._id;
  }
  return await ctx.db.insert("users", {
    role: "customer",
    email,
    emailVerifiedAt,
    smsConsent: "unknown",
  });
}

/**
 * A number opens the account that it was confirmed for, or becomes one: the guest's who asked, or that of whoever
 * texted us from it, which nobody could sign in to before. A number that is only written on an account opens nothing.
 */
async function signInByPhone(
  ctx: MutationCtx,
  asker: Doc<"users"> | null,
  phone: string,
): Promise<Id<"users"> | null> {
  const guest = asker !== null && isGuest(asker) ? asker : null;
  const owner = await findSmsUser(ctx, phone);
  if (owner?.blockedAt !== undefined) return null;
  // Answers go to the number as it came in, which may be an older form of it.
  const proved = { phone, phoneVerifiedAt: Date.now(), textsFrom: owner?.textsFrom ?? phone };
  if (owner !== null) {
    if (owner.phoneVerifiedAt === undefined) await ctx.db.patch("users", owner._id, proved);
    if (guest !== null) await merge(ctx, guest, owner);
    return owner._id;
  }
  if (guest !== null) {
    await Sessions.revokeAll(ctx, guest._id, "upgraded");
    await ctx.db.patch("users", guest._id, proved);
    return guest._id;
  }
  const smsConsent = (await hasOptedOut(ctx, phone)) ? "revoked" : "unknown";
  return await ctx.db.insert("users", { role: "customer", ...proved, smsConsent });
}

/**
 * Everything that is a guest's goes to the account at once, or nothing does. Staff take nothing over: what
 * a customer wrote on the shop's own computer must not become the technician's who signs in there.
 */
async function merge(ctx: MutationCtx, guest: Doc<"users">, owner: Doc<"users">): Promise<void> {
  if (owner.role !== "customer") {
    await Sessions.revokeAll(ctx, guest._id, "upgraded");
    return;
  }
  await joinInto(ctx, guest, owner, "upgraded");
}

/**
 * Gives an account the address that it has just proved, ends all its sessions and tells the old address.
 * Null for an address of somebody else's, verified or not.
 */
export async function changeEmail(
  ctx: MutationCtx,
  user: Doc<"users">,
  email: string,
): Promise<Id<"users"> | null> {
  const owner = await findUserByEmail(ctx, email);
  if (owner !== null && owner._id !== user._id) return null;
  await ctx.db.patch("users", user._id, { email, emailVerifiedAt: Date.now() });
  const changed = user.email !== email;
  await Sessions.revokeAll(ctx, user._id, changed ? "email_changed" : "revoked");
  if (changed) {
    await recordEvent(ctx, "email_changed", { actorId: user._id, subjectId: user._id });
    await tellOfChange(ctx, user, "email");
  }
  return user._id;
}

/**
 * Gives an account the number that it has just proved. Whoever texted us from it so far is them, and is merged. A number
 * that replaces another ends all sessions, and an e-mail address is told of either. Null for a number that
 * another account has confirmed.
 */
export async function changePhone(
  ctx: MutationCtx,
  user: Doc<"users">,
  phone: string,
): Promise<Id<"users"> | null> {
  const owner = await findSmsUser(ctx, phone);
  const texts = owner !== null && owner._id !== user._id ? owner : null;
  if (texts !== null && !isGuest(texts)) return null;
  if (texts?.blockedAt !== undefined) return null;
  if (texts !== null) {
    await merge(ctx, texts, user);
    // Who was not merged (staff take no conversations over) lets go of it: a number is of one person.
    if ((await ctx.db.get("users", texts._id)) !== null) {
      await ctx.db.patch("users", texts._id, { textsFrom: undefined });
    }
  }
  const same = user.phone !== undefined && isSamePhone(user.phone, phone);
  const another = user.phoneVerifiedAt !== undefined && !same;
  if (another) await keepOptOut(ctx, user);
  const before = same ? user.smsConsent : "unknown";
  await ctx.db.patch("users", user._id, {
    phone,
    phoneVerifiedAt: Date.now(),
    textsFrom: owner?.textsFrom ?? phone,
    smsConsent: (await hasOptedOut(ctx, phone)) ? "revoked" : (texts?.smsConsent ?? before),
  });
  if (another) await Sessions.revokeAll(ctx, user._id, "phone_changed");
  await recordEvent(ctx, "phone_changed", { actorId: user._id, subjectId: user._id });
  await tellOfChange(ctx, user, "phone_added");
  return user._id;
}

/** An account without its number; one that has no other way in keeps it. */
export async function removePhone(ctx: MutationCtx, user: Doc<"users">): Promise<void> {
  if (user.phone === undefined) return;
  if (user.emailVerifiedAt === undefined) {
    throw appError("conflict", "Add an e-mail address first: the number is your only way in.");
  }
  await keepOptOut(ctx, user);
  const none = {
    phone: undefined,
    phoneVerifiedAt: undefined,
    textsFrom: undefined,
    alertsByText: undefined,
  };
  await ctx.db.patch("users", user._id, { ...none, smsConsent: "unknown" });
  await recordEvent(ctx, "phone_changed", { actorId: user._id, subjectId: user._id });
  await tellOfChange(ctx, user, "phone_removed");
}

/** By e-mail, to the address that the account had until now. */
export async function tellOfChange(
  ctx: MutationCtx,
  { _id, email, emailVerifiedAt }: Doc<"users">,
  change: SignInChange,
): Promise<void> {
  if (email === undefined || emailVerifiedAt === undefined) return;
  const key = storedHashOf("mail", `${_id} ${Date.now()} ${change}`);
  const notice = { to: email, key, attempt: 1, change };
  await ctx.scheduler.runAfter(0, internal.auth.tellOldAddress, notice);
}

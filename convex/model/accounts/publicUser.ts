/** People as they themselves and staff see them, without internal fields. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { userFields } from "../../validators";

/** A user as they and staff see them. */
export const vPublicUser = v.object({
  _id: v.id("users"),
  role: userFields.role,
  name: userFields.name,
  email: userFields.email,
  /** False for guests: nobody has proved that the address is theirs. */
  emailVerified: v.boolean(),
  blockedAt: userFields.blockedAt,
});

export type PublicUser = Infer<typeof vPublicUser>;

export function publicUser(user: Doc<"users">): PublicUser {
  const { _id, role, name, email, blockedAt } = user;
  return { _id, role, name, email, emailVerified: user.emailVerifiedAt !== undefined, blockedAt };
}

/** A user as only they see themselves. */
export const vOwnUser = vPublicUser.extend({
  phone: userFields.phone,
  /** False until a code that was texted there is confirmed. */
  phoneVerified: v.boolean(),
  smsConsent: userFields.smsConsent,
  alertsByText: userFields.alertsByText,
});

export type OwnUser = Infer<typeof vOwnUser>;

export const ownUser = (user: Doc<"users">): OwnUser => ({
  ...publicUser(user),
  phone: user.phone,
  phoneVerified: user.phoneVerifiedAt !== undefined,
  smsConsent: user.smsConsent,
  alertsByText: user.alertsByText,
});

/** How somebody is reached, and what of it is proved: for staff. */
export const reachFields = {
  name: userFields.name,
  email: userFields.email,
  emailVerified: v.boolean(),
  phone: userFields.phone,
  phoneVerified: v.boolean(),
  /** Texts come from the number: whoever has it can sign in with it. */
  texts: v.boolean(),
  smsConsent: userFields.smsConsent,
};

/** Of somebody who is gone, that nothing is known. */
export const describeReach = (user: Doc<"users"> | null) => ({
  name: user?.name,
  email: user?.email,
  emailVerified: user?.emailVerifiedAt !== undefined,
  phone: user?.phone ?? user?.textsFrom,
  phoneVerified: user?.phoneVerifiedAt !== undefined,
  texts: user?.textsFrom !== undefined,
  smsConsent: user?.smsConsent ?? "unknown",
});

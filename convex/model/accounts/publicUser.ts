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

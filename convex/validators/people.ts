/** Users and sessions. */
import { v } from "convex/values";
import { literals, vCapability, vTimestamp } from "./base";

export const vRole = literals("customer", "technician", "admin");
const vSmsConsent = literals("unknown", "granted", "revoked");

export const userFields = {
  role: vRole,
  name: v.optional(v.string()),
  /** Lower case. Set only once the address is verified, or by staff for a customer at the counter. */
  email: v.optional(v.string()),
  emailVerifiedAt: v.optional(vTimestamp),
  /** E.164. */
  phone: v.optional(v.string()),
  /** When a code texted to `phone` was confirmed. Until then the number proves nothing about an account. */
  phoneVerifiedAt: v.optional(vTimestamp),
  /** E.164, of one user at most: whoever texts from it is this user. */
  textsFrom: v.optional(v.string()),
  smsConsent: vSmsConsent,
  /** Staff: alerts go to their confirmed number too. */
  alertsByText: v.optional(v.boolean()),
  /** Staff: what they take on while they are on a shift; absent: everything. */
  skills: v.optional(v.array(vCapability)),
  /** Staff: open conversations at a time while on a shift; absent: `DEFAULT_CAPACITY`. */
  capacity: v.optional(v.number()),
  /** Set by an admin: no session, and no code opens one. */
  blockedAt: v.optional(vTimestamp),
  /** Set while the account is being erased: the row has no name and no address any more. */
  deletingAt: v.optional(vTimestamp),
};

export const vSession = v.union(
  v.object({
    state: v.literal("pending"),
    address: v.string(),
    /** Keyed hashes: a leaked table can't be searched for a 6-digit code. */
    challengeHash: v.string(),
    codeHash: v.string(),
    attempts: v.number(),
    expiresAt: vTimestamp,
    /** The session that asked, if there was one: no other can redeem the code. A guest's is upgraded or merged. */
    askedBy: v.optional(v.id("sessions")),
    /** Written before 0.2 in place of `askedBy`; such rows live for an hour. */
    guestSessionId: v.optional(v.id("sessions")),
  }),
  v.object({
    state: v.literal("active"),
    userId: v.id("users"),
    refreshHash: v.string(),
    previousRefreshHash: v.optional(v.string()),
    /** After a rotation of `JWT_SECRET`: the last token that the old secret made. Older ones lead to it. */
    lastOldHash: v.optional(v.string()),
    rotatedAt: vTimestamp,
    /** The end unless refreshed before, and the absolute end at most. */
    expiresAt: vTimestamp,
    userAgent: v.optional(v.string()),
  }),
  v.object({
    state: v.literal("revoked"),
    userId: v.id("users"),
    reason: literals(
      "logout",
      "revoked",
      "refresh_reuse",
      "upgraded",
      "email_changed",
      "phone_changed",
      "replaced",
      "blocked",
      "account_deleted",
    ),
    userAgent: v.optional(v.string()),
    /** When the row may be deleted: after the last access token that names it has expired. */
    expiresAt: vTimestamp,
  }),
);

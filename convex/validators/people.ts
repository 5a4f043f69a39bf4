/** Users and sessions. */
import { v, type Infer } from "convex/values";
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
  /** Staff: on leave until then; they are given nothing and not alerted. A shift that they begin ends it. */
  awayUntil: v.optional(vTimestamp),
  /** What staff have noted about them, rows of `workflows`: at most `MAX_NOTES`, and both persons' after a merge. */
  notes: v.optional(v.array(v.id("workflows"))),
  /** A guest's: who the server of a page with the widget says that they are. It proves nothing about an account. */
  claim: v.optional(
    v.object({
      /** That server's own name for the person: another one is another person. */
      subject: v.string(),
      name: v.optional(v.string()),
      email: v.optional(v.string()),
      /** Of the token that said so last: it says it again to nobody else. */
      tokenHash: v.string(),
    }),
  ),
  /** Set by an admin: no session, and no code opens one. */
  blockedAt: v.optional(vTimestamp),
  /** Set while the account is being erased: the row has no name and no address any more. */
  deletingAt: v.optional(vTimestamp),
};

/** Why somebody was kept out: on the record of the act. More than a word is a note about the person. */
export const vBlockReason = literals("abuse", "spam", "fraud", "other");
export type BlockReason = Infer<typeof vBlockReason>;
/** How staff know that two people are one: on the record of the act. */
export const vMergeProof = literals("in_person", "called_back", "wrote_from_both");

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
    /** No code but the link of an e-mail: `challengeHash` is of its token, and it opens this one. */
    conversationId: v.optional(v.id("conversations")),
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
    /** Opened by the link of an e-mail: reads and writes in this one, as nobody in particular. */
    conversationId: v.optional(v.id("conversations")),
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
      // An admin signed a colleague out everywhere.
      "by_admin",
      "account_deleted",
      // Staff found that this person is another one (`model/accounts/merge.ts`).
      "merged",
    ),
    userAgent: v.optional(v.string()),
    /** When the row may be deleted: after the last access token that names it has expired. */
    expiresAt: vTimestamp,
  }),
);

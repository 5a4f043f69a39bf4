/**
 * Two people whom staff found to be one. Staff see first what would move, what wins, and what of it anybody has proved;
 * what they saw is checked again when they do it.
 *
 * Whoever has proved more stays, so that no session and no way in of less proof opens an account. What nobody proved
 * never becomes a way into it: an address that was only written down is dropped.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { isSamePhone } from "../../lib/phoneForms";
import { literals, type vMergeProof } from "../../validators";
import { isStaff } from "../access/access";
import { recordAct, recordEvent } from "../analytics/events";
import { tellOfChange } from "./accounts";
import { keepOptOut } from "./consent";
import { isGuest } from "./guests";
import { storedHashOf } from "./hashes";
import { describeReach, reachFields } from "./publicUser";
import { joinInto, listMovable, MAX_MERGED } from "./join";
import * as Sessions from "./sessions";

type User = Doc<"users">;
type Ctx = Pick<QueryCtx, "db">;

/** Why they can't be merged. */
const vRefusal = literals(
  "same_person",
  "staff",
  "leaving",
  "blocked",
  /** Each has confirmed another address, or number. */
  "two_emails",
  "two_numbers",
  /** Neither has an address or a number: nothing would say who may read it. */
  "no_way_in",
  /** More than `MAX_MERGED` conversations. */
  "too_many",
  "export_running",
);
type Refusal = Infer<typeof vRefusal>;

const vOnePerson = v.object({
  _id: v.id("users"),
  createdAt: v.number(),
  ...reachFields,
  notes: v.number(),
});

const vSide = literals("keeps", "goes");
export const vMergePreview = v.object({
  keeps: vOnePerson,
  goes: vOnePerson,
  refusals: v.array(vRefusal),
  /** What moves, notes apart. */
  conversations: v.number(),
  promises: v.number(),
  /** The one person afterwards. */
  after: vOnePerson.pick("name", "email", "emailVerified", "phone", "phoneVerified", "smsConsent"),
  /** Addresses and numbers that nothing keeps. */
  dropped: v.array(v.string()),
  /** A number that opens the other's conversations from then on. */
  opens: v.optional(v.string()),
  /** What one of them wrote in a conversation and is the other's. Anybody can write it: it proves nothing. */
  claims: v.array(v.object({ by: vSide, value: v.string() })),
  /** Of all this: `merge` is told which one was looked at. */
  version: v.string(),
});
export type MergePreview = Infer<typeof vMergePreview>;

/** Proof first: a confirmed address, a confirmed number, one that texts come from, an address; then who was here first. */
const rankOf = ({ emailVerifiedAt, phoneVerifiedAt, textsFrom, email }: User): number =>
  [emailVerifiedAt, phoneVerifiedAt, textsFrom, email].reduce<number>(
    (rank, proof) => rank * 2 + (proof === undefined ? 0 : 1),
    0,
  );

function order(a: User, b: User): { keeps: User; goes: User } {
  const more = rankOf(a) - rankOf(b) || b._creationTime - a._creationTime;
  return more >= 0 ? { keeps: a, goes: b } : { keeps: b, goes: a };
}

/** Of somebody who texts, or has confirmed a number. */
const numberOf = ({ phone, phoneVerifiedAt, textsFrom }: User): string | undefined =>
  textsFrom ?? (phoneVerifiedAt === undefined ? undefined : phone);

const isSame = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && isSamePhone(a, b);

type Contact = Pick<
  User,
  "email" | "emailVerifiedAt" | "phone" | "phoneVerifiedAt" | "textsFrom" | "smsConsent"
>;

/** What the one person is reached by afterwards. Pure. */
export function contactAfter(keeps: User, goes: User): Contact {
  const number = pickNumber(keeps, goes);
  return {
    // By the order, who goes has confirmed no address: one that was only written down becomes nobody's way in.
    email: keeps.email,
    emailVerifiedAt: keeps.emailVerifiedAt,
    ...number,
    smsConsent: consentAfter(keeps, goes, number.phone),
  };
}

function pickNumber(
  keeps: User,
  goes: User,
): Pick<User, "phone" | "phoneVerifiedAt" | "textsFrom"> {
  const [kept, other] = [numberOf(keeps), numberOf(goes)];
  const fromGoes =
    other !== undefined &&
    (kept === undefined ||
      (keeps.phoneVerifiedAt === undefined && goes.phoneVerifiedAt !== undefined));
  const { phone, phoneVerifiedAt, textsFrom } = fromGoes ? goes : keeps;
  // A number that is only written down opens nothing: it is how they are called back.
  return { phone: phone ?? textsFrom ?? goes.phone, phoneVerifiedAt, textsFrom };
}

/** A STOP of either stays. Consent goes with the number that it was given for, and no further. */
function consentAfter(keeps: User, goes: User, phone: string | undefined): User["smsConsent"] {
  if ([keeps, goes].some(({ smsConsent }) => smsConsent === "revoked")) return "revoked";
  const ofThis = [keeps, goes].filter((user) => isSame(user.phone ?? numberOf(user), phone));
  return ofThis.some(({ smsConsent }) => smsConsent === "granted") ? "granted" : "unknown";
}

async function refusalsOf(
  ctx: Ctx,
  { keeps, goes }: { keeps: User; goes: User },
  conversations: number,
): Promise<Refusal[]> {
  const both = [keeps, goes];
  const [kept, other] = [numberOf(keeps), numberOf(goes)];
  const checks: [Refusal, boolean][] = [
    ["same_person", keeps._id === goes._id],
    ["staff", both.some(isStaff)],
    ["leaving", both.some(({ deletingAt }) => deletingAt !== undefined)],
    ["blocked", both.some(({ blockedAt }) => blockedAt !== undefined)],
    ["two_emails", both.every(({ emailVerifiedAt }) => emailVerifiedAt !== undefined)],
    ["two_numbers", kept !== undefined && other !== undefined && !isSamePhone(kept, other)],
    ["no_way_in", keeps.email === undefined && kept === undefined],
    ["too_many", conversations > MAX_MERGED],
    ["export_running", (await isExporting(ctx, keeps)) || (await isExporting(ctx, goes))],
  ];
  return checks.filter(([, holds]) => holds).map(([refusal]) => refusal);
}

async function isExporting(ctx: Ctx, { _id }: User): Promise<boolean> {
  const latest = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", _id).eq("kind", "export"))
    .order("desc")
    .first();
  return latest?.state === "running";
}

/** Conversations of who stays that are looked at for what they wrote of themselves. */
const CLAIMS_OF = 50;
const MAX_CLAIMS = 10;

function claimsOf(
  by: Infer<typeof vSide>,
  conversations: Doc<"conversations">[],
  other: User,
): MergePreview["claims"] {
  const values = new Set<string>();
  for (const { contact } of conversations) {
    if (contact?.email !== undefined && contact.email === other.email) values.add(contact.email);
    if (contact?.phone && isSame(contact.phone, other.phone ?? numberOf(other))) {
      values.add(contact.phone);
    }
  }
  return [...values].slice(0, MAX_CLAIMS).map((value) => ({ by, value }));
}

const describe = (user: User): Infer<typeof vOnePerson> => ({
  _id: user._id,
  createdAt: user._creationTime,
  ...describeReach(user),
  notes: user.notes?.length ?? 0,
});

/** What merging the two would do. Changes nothing. */
export async function previewMerge(ctx: Ctx, a: User, b: User): Promise<MergePreview> {
  const { keeps, goes } = order(a, b);
  const moving = await listMovable(ctx, goes);
  const staying = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", keeps._id))
    .order("desc")
    .take(CLAIMS_OF);
  const after = contactAfter(keeps, goes);
  const number = numberOf(goes);
  const had = [keeps.email, goes.email, keeps.phone, goes.phone];
  const dropped = had.filter(
    (value) => value !== undefined && value !== after.email && !isSame(value, after.phone),
  ) as string[];
  const facts = {
    keeps: describe(keeps),
    goes: describe(goes),
    refusals: await refusalsOf(ctx, { keeps, goes }, moving.length),
    conversations: moving.length,
    promises: moving.reduce((sum, { promises }) => sum + (promises?.length ?? 0), 0),
    after: {
      name: keeps.name ?? goes.name,
      email: after.email,
      emailVerified: after.emailVerifiedAt !== undefined,
      phone: after.phone,
      phoneVerified: after.phoneVerifiedAt !== undefined,
      smsConsent: after.smsConsent,
    },
    dropped: [...new Set(dropped)],
    opens: number !== undefined && !isSame(number, numberOf(keeps)) ? number : undefined,
    claims: [...claimsOf("goes", moving, keeps), ...claimsOf("keeps", staying, goes)],
  };
  return { ...facts, version: storedHashOf("merge", JSON.stringify(facts)) };
}

const WHY: Record<Refusal, string> = {
  same_person: "That is the same person already.",
  staff: "One of them works here. Staff keep an account of their own.",
  leaving: "One of them is deleting their account. What goes there is gone.",
  blocked: "One of them is blocked. Let them in again first, if that is right.",
  two_emails: "Each has confirmed an e-mail address. Ask the customer which one stays.",
  two_numbers: "Each has a phone number of their own. Ask the customer to take one off.",
  no_way_in: "Neither has an address or a number. Ask the customer to sign in: that joins them.",
  too_many: `More than ${MAX_MERGED} conversations would move. That is more than goes at once.`,
  export_running: "Their data is being exported. Wait until that is done.",
};

type MergeAct = {
  a: Id<"users">;
  b: Id<"users">;
  version: string;
  proof: Infer<typeof vMergeProof>;
  actorId: Id<"users">;
};

/**
 * Merges the two. Errors: `not_found` if one of them is gone, `conflict` with `obstacle`: why not, or `changed` when it
 * is not what `version` was a preview of.
 */
export async function mergePeople(
  ctx: MutationCtx,
  { a, b, version, proof, actorId }: MergeAct,
): Promise<Id<"users">> {
  const [one, other] = [await ctx.db.get("users", a), await ctx.db.get("users", b)];
  if (one === null || other === null) throw appError("not_found", "There is no such customer.");
  const preview = await previewMerge(ctx, one, other);
  const [obstacle] = preview.refusals;
  if (obstacle !== undefined) throw appError("conflict", WHY[obstacle], { obstacle });
  if (preview.version !== version) {
    const words = "Something about them has changed since you looked. Look again first.";
    throw appError("conflict", words, { obstacle: "changed" });
  }
  const { keeps, goes } = order(one, other);
  const after = contactAfter(keeps, goes);
  // An opt-out of a number that nobody has any more counts all the same.
  for (const user of [keeps, goes]) {
    if (!isSame(user.phone, after.phone)) await keepOptOut(ctx, user);
  }
  await joinInto(ctx, goes, keeps, "merged");
  // Of somebody unproven nothing says whose browser that is.
  if (isGuest(keeps)) await Sessions.revokeAll(ctx, keeps._id, "merged");
  await ctx.db.patch("users", keeps._id, after);
  await recordAct(ctx, "people_merged", { actorId, subjectId: keeps._id }, { reason: proof });
  if (after.smsConsent !== keeps.smsConsent || preview.opens !== undefined) {
    const reason = `${after.smsConsent}, merged by staff`;
    await recordEvent(ctx, "sms_consent_changed", { subjectId: keeps._id }, { reason });
  }
  await tellOfChange(ctx, keeps, "merged");
  return keeps._id;
}

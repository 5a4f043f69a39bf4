/**
 * Telling technicians that somebody waits: the one place, whatever the channel. An alert is a digest: it says
 * "look at the desk", with the numbers of the moment in which it is written, so that a storm of hand-offs is
 * one e-mail to each and not a storm. It holds no name and no word of a customer's. Admins read in it, too, which
 * provider refuses us.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { mayWork } from "../access/access";
import { listRefusing, type ProviderHealth } from "../analytics/health";
import { tryConsumeLimit } from "../access/limits";
import { setSmsConsent } from "../accounts/consent";
import { findShopName } from "../knowledge/shopName";
import { listExpiring } from "./expiring";
import { listLiveShifts } from "./shifts";
import { alertText } from "../outbox/consentWords";
import { findHeldTimer, type TimerRef } from "../conversations/timers";
import { isUrgent } from "../conversations/urgency";
import { MINUTE } from "../../lib/time";

/** Somebody who has waited this long has waited too long for a text to be a nuisance. */
const CLAIM_WITHIN = 5 * MINUTE;
/** People of each role that are alerted, and rows of the desk that are counted. */
const MAX_PEOPLE = 50;
const COUNTED = 50;

export const vChannelOutcome = v.union(
  v.literal("sent"),
  /** They have no e-mail address. */
  v.literal("texted"),
  /** Nothing to say to them any more, or no address. */
  v.literal("skipped"),
  /** The provider refuses this one for good. */
  v.literal("refused"),
  v.literal("not_configured"),
);
type Outcome = Infer<typeof vChannelOutcome>;
export const vTally = v.record(v.string(), v.number());

/** Begins to write it: a letter to each whom it has something to say to. Null: to nobody, and it is over. */
export async function writeAlert(
  ctx: MutationCtx,
  ref: TimerRef,
): Promise<Infer<typeof vAddressed>[] | null> {
  const letters: Infer<typeof vAddressed>[] = [];
  for (const userId of await beginAlert(ctx, ref)) {
    const letter = await composeAlert(ctx, ref, userId);
    if (letter !== null) letters.push({ userId, ...letter });
  }
  if (letters.length > 0) return letters;
  await finishAlert(ctx, ref, {});
  return null;
}

/** Begins to write it, and tells to whom. What is asked for from here on is the next one's. */
export async function beginAlert(ctx: MutationCtx, ref: TimerRef): Promise<Id<"users">[]> {
  const alert = await findHeldTimer(ctx, ref);
  if (alert === null) return [];
  const people = await recipients(ctx);
  await ctx.db.patch("workflows", alert._id, {
    // Of an attempt that was lost: those who have it are not mailed again within the interval.
    progressAt: Date.now(),
    step: `e-mailing ${people.length} people`,
  });
  return people.map(({ _id }) => _id);
}

/** Staff who can be reached and may act; who is on leave only while nobody else is there. */
async function recipients(ctx: Pick<MutationCtx, "db">): Promise<Doc<"users">[]> {
  const people: Doc<"users">[] = [];
  for (const role of ["technician", "admin"] as const) {
    const some = await ctx.db
      .query("users")
      .withIndex("by_role_and_name", (q) => q.eq("role", role))
      .take(MAX_PEOPLE);
    people.push(...some.filter(canRead));
  }
  const now = Date.now();
  const here = people.filter(({ awayUntil = 0 }) => awayUntil <= now);
  return here.length > 0 ? here : people;
}

const canRead = (user: Doc<"users">) =>
  mayWork(user) && (user.emailVerifiedAt !== undefined || wantsTexts(user));

/** Asked for, on a number that is theirs, and not taken back by STOP. */
const wantsTexts = (user: Doc<"users">): user is Doc<"users"> & { textsFrom: string } =>
  user.alertsByText === true &&
  user.phoneVerifiedAt !== undefined &&
  user.textsFrom !== undefined &&
  user.smsConsent !== "revoked";

export const vLetter = v.object({
  /** Absent for whoever has no e-mail address. */
  to: v.optional(v.string()),
  subject: v.string(),
  text: v.string(),
  /** It is worth a text, and they want one. */
  byText: v.boolean(),
});
type Letter = Infer<typeof vLetter>;
export const vAddressed = v.object({ userId: v.id("users"), ...vLetter.fields });

/** What is to be said to one of them now; null if there is nothing any more. */
export async function composeAlert(
  ctx: Pick<QueryCtx, "db">,
  ref: TimerRef,
  userId: Id<"users">,
): Promise<Letter | null> {
  const user = await ctx.db.get("users", userId);
  if ((await findHeldTimer(ctx, ref)) === null || !user || !canRead(user)) return null;
  const waiting = (await isCalled(ctx, user)) ? await longestWaiting(ctx) : [];
  const late = await latePromises(ctx, user);
  const refusing = user.role === "admin" ? await listRefusing(ctx) : [];
  const stuck = user.role === "admin" ? await countStuck(ctx) : 0;
  const timed = user.role === "admin" ? await listExpiring(ctx) : [];
  if (waiting.length + late + refusing.length + stuck + timed.length === 0) return null;
  const to = user.emailVerifiedAt === undefined ? undefined : user.email;
  const pressing = refusing.length > 0 || isPressing(waiting, Date.now());
  const byText = wantsTexts(user) && pressing;
  return { to, ...words({ waiting, late, refusing, stuck, timed }), byText };
}

/** A phone that buzzes is for what can't wait: something urgent, or somebody whom nobody has claimed in time. */
const isPressing = (waiting: Doc<"conversations">[], now: number): boolean =>
  waiting.some((one) => isUrgent(one) || now - (one.waitingSince ?? now) >= CLAIM_WITHIN);

export const vAlertSms = v.object({ to: v.string(), body: v.string() });

/**
 * Takes the text of an alert for sending: null when there is none to send, or one was sent a moment ago. At most once:
 * whatever takes it and dies has the e-mail beside it, and the next alert after it.
 */
export async function claimAlertSms(
  ctx: MutationCtx,
  ref: TimerRef,
  userId: Id<"users">,
): Promise<Infer<typeof vAlertSms> | null> {
  const said = await composeAlert(ctx, ref, userId);
  const user = await ctx.db.get("users", userId);
  if (said?.byText !== true || user === null || !wantsTexts(user)) return null;
  if ((await tryConsumeLimit(ctx, "smsAlerts", { user: userId })) !== null) return null;
  return { to: user.textsFrom, body: alertText(await findShopName(ctx), said.subject) };
}

/** 21610: the carrier knows of a STOP that never reached us. From here on they have e-mail only. */
export async function recordCarrierOptOut(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (user === null || user.smsConsent === "revoked") return;
  await setSmsConsent(ctx, user, "revoked", { reason: "21610, by the carrier" });
}

function longestWaiting(ctx: Pick<QueryCtx, "db">): Promise<Doc<"conversations">[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_status_and_owner", (q) => q.eq("status", "open").eq("owner.kind", "queue"))
    .take(COUNTED);
}

/** Who is at home is left alone while colleagues are on a shift; admins hear of it in any case. */
async function isCalled(ctx: Pick<QueryCtx, "db">, user: Doc<"users">): Promise<boolean> {
  if (user.role === "admin") return true;
  const onDuty = await listLiveShifts(ctx);
  return onDuty.length === 0 || onDuty.some(({ userId }) => userId === user._id);
}

/** Admins see to all of them, technicians to those of their own conversations. */
async function latePromises(ctx: Pick<QueryCtx, "db">, user: Doc<"users">): Promise<number> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "promise").eq("state", "failed"))
    .order("desc")
    .take(COUNTED);
  if (user.role === "admin") return rows.length;
  let own = 0;
  for (const { conversationId } of rows) {
    const owner = conversationId && (await ctx.db.get("conversations", conversationId))?.owner;
    if (owner?.kind === "human" && owner.userId === user._id) own += 1;
  }
  return own;
}

/** Rows that upkeep has set aside, and deletions that keep failing. */
async function countStuck(ctx: Pick<QueryCtx, "db">): Promise<number> {
  let stuck = 0;
  for (const kind of ["set_aside", "purge"] as const) {
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", kind).eq("state", "failed"))
      .take(COUNTED);
    stuck += rows.length;
  }
  return stuck;
}

type Concerns = {
  waiting: Doc<"conversations">[];
  late: number;
  refusing: ProviderHealth[];
  stuck: number;
  timed: string[];
};

function words({
  waiting,
  late,
  refusing,
  stuck,
  timed,
}: Concerns): Pick<Letter, "subject" | "text"> {
  const urgent = waiting.filter(isUrgent).length;
  const wait = `${count(waiting.length, "conversation waits", "conversations wait")} for a technician`;
  const lines = refusing.map(({ name, fault }) => `${name} refuses us (${fault}).`);
  if (waiting.length > 0) lines.push(`${wait}${urgent > 0 ? `, ${urgent} of them urgent` : ""}.`);
  if (late > 0) lines.push(`${count(late, "promise is", "promises are")} late.`);
  if (stuck > 0)
    lines.push(`${count(stuck, "task of upkeep does", "tasks of upkeep do")} not succeed.`);
  if (timed.length > 0)
    lines.push(`${count(timed.length, "document has", "documents have")} come to a set time.`);
  const subject = lines.join(" ").replace(/\.$/, "");
  const ends = refusing.map(({ name, advice }) => `${name}: ${advice}.`);
  if (timed.length > 0) ends.push(timed.join("\n"));
  if (waiting.length + late > 0) ends.push("They are on the desk, longest waiting first.");
  return { subject, text: [lines.join("\n"), ...ends].join("\n\n") };
}

const count = (n: number, one: string, many: string) =>
  n === 1 ? `1 ${one}` : `${n >= COUNTED ? `${COUNTED} or more` : n} ${many}`;

/** The last word on a digest: how many were reached, and if not, why. */
export async function finishAlert(
  ctx: MutationCtx,
  ref: TimerRef,
  tally: Infer<typeof vTally>,
): Promise<void> {
  const alert = await findHeldTimer(ctx, ref);
  if (alert === null) return;
  const { sent = 0, texted = 0, refused = 0, failed = 0, not_configured: unset = 0 } = tally;
  const undelivered = refused + failed;
  const parts = [`${sent} e-mailed`];
  if (texted > 0) parts.push(`${texted} texted only`);
  if (undelivered > 0) parts.push(`${undelivered} could not be e-mailed`);
  if (unset > 0) parts.push("e-mail is not configured: nobody was mailed");
  await ctx.db.patch("workflows", alert._id, {
    state: sent + texted === 0 && undelivered > 0 ? "failed" : "done",
    step: parts.join(", "),
    error:
      undelivered > 0
        ? { code: "provider_unavailable", message: "Some technicians could not be e-mailed." }
        : undefined,
    dueAt: undefined,
    finishedAt: Date.now(),
  });
}

/** Adds one outcome to a tally. */
export const countOutcome = (tally: Record<string, number>, outcome: Outcome | "failed") => ({
  ...tally,
  [outcome]: (tally[outcome] ?? 0) + 1,
});

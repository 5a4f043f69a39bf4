/**
 * How often what may be done. Consumed in the transaction of the act: concurrent calls conflict on the bucket's row,
 * so there is never one too many. Keyed per user, network and address: whatever a session does, its user does.
 */
import { v } from "convex/values";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DAY, HOUR, MINUTE } from "../../lib/time";
import { bucket, hashedKey, networksOf, putBack, take, type Bucket } from "./buckets";
import { countRefusal } from "./refusals";
import { portionOf, takeFromDeployment, type Asker } from "./shares";

type Scope = "user" | "ip" | "address" | "deployment";

/** Acts, and how often one user and one IP may do each. An IP may stand for an office. */
export const LIMITS = {
  /** Each costs a model call. */
  message: { user: bucket(20, MINUTE, 10), ip: bucket(120, MINUTE) },
  conversation: { user: bucket(20, HOUR, 10), ip: bucket(120, HOUR) },
  /** Cheap writes: read marks, feedback, stop, log-out, staff's work. */
  write: { user: bucket(240, MINUTE), ip: bucket(600, MINUTE) },
  /** Who types, who looks: a page says so every seven seconds at most, and nothing is lost with a word too many. */
  presence: { user: bucket(60, MINUTE, 30) },
  /** Each writes an event, and can be done back and forth: status, contact, by text or not, a rating, a source. */
  change: { user: bucket(240, HOUR, 60), ip: bucket(1_200, HOUR) },
  /** Other scores for a conversation that has one, by text too. */
  rating: { user: bucket(20, HOUR, 10) },
  /** What the AI writes for staff: each costs a model call, and a day of them no more than the budget lends. */
  assist: { user: bucket(60, HOUR, 15) },
  /** One a message of a customer's, and one an answer. */
  translate: { user: bucket(240, HOUR, 40) },
  /** Each costs an embedding or a whole ingest. */
  knowledge: { user: bucket(60, MINUTE), ip: bucket(120, MINUTE) },
  upload: { user: bucket(30, HOUR), ip: bucket(120, HOUR) },
  /** The deployment's: thousands of addresses together can't fill the tables. */
  guest: { ip: bucket(60, HOUR), deployment: bucket(4_000, HOUR) },
  /** Each reads everything about somebody, or removes it. */
  export: { user: bucket(4, DAY, 3), ip: bucket(40, DAY) },
  /** An admin's to themselves: each costs a text or a mail. */
  testMessage: { user: bucket(6, HOUR, 3) },
  /** Each mails a conversation to whoever asked for it. */
  transcript: { user: bucket(6, HOUR, 3), ip: bucket(60, HOUR) },
  deletion: { user: bucket(10, HOUR, 5), ip: bucket(60, HOUR) },
  /** Asking for a person fills the technicians' list. */
  escalate: { user: bucket(10, HOUR, 5), ip: bucket(60, HOUR) },
  /** The IP comes first: one that is blocked can't use up an address of somebody else. */
  requestCode: {
    ip: bucket(30, HOUR, 15),
    /** Of one address, from the network of whoever asks: nobody uses up its owner's from elsewhere. */
    address: bucket(3, HOUR, 4),
    /** What protects the mail account's good name. */
    deployment: bucket(800, HOUR, 400),
  },
  /** From all networks together: bounds an address's mail and, times the attempts, the guesses at it. */
  codesForAddress: { address: bucket(6, HOUR, 24) },
  /**
   * Codes by text cost money each, and somebody may earn it: fewer than by mail, and bounded for a block of numbers
   * and for the deployment by the hour and by the day.
   */
  textCode: { ip: bucket(12, HOUR, 6), address: bucket(3, HOUR, 3) },
  textCodesToNumber: { address: bucket(6, HOUR, 6) },
  textCodesToBlock: { address: bucket(20, HOUR, 20) },
  textCodesOfTheHour: { deployment: bucket(120, HOUR) },
  textCodesOfTheDay: { deployment: bucket(600, DAY) },
  /** A day of model calls from one place: no single one can use up the daily budget of all. */
  repliesOfTheDay: { ip: bucket(1_500, DAY) },
  /**
   * Answers whose words are read along as they come: each has an HTTP action for as long as it is written, of which the
   * free class runs 64, Twilio's webhooks among them. Given back when it ends, and by themselves in as long as one may
   * last. Beyond, a scheduled job answers.
   */
  readAlong: { user: bucket(4, 2 * MINUTE), ip: bucket(24, 2 * MINUTE) },
  /** Answers of the AI by text to one number: two machines that answer each other stop here. */
  smsAnswers: { address: bucket(30, HOUR, 15) },
  /** Answers to STOP, START and HELP of one number. The words themselves always count. */
  smsWords: { address: bucket(6, HOUR, 6) },
  /** Alerts by text to one technician: every ten minutes at most, however many wait. */
  smsAlerts: { user: bucket(6, HOUR, 1) },
  /** Texts to one number, whoever writes them. */
  smsOutbound: { address: bucket(30, HOUR, 20) },
  /** E-mails with answers to one confirmed address. */
  mailOutbound: { address: bucket(30, HOUR, 20) },
  /** To one that anybody may have given: as codes. */
  mailUnproven: { address: bucket(6, HOUR, 24), deployment: bucket(800, HOUR, 400) },
  /** Mails that one conversation takes in: two machines that answer each other stop here. */
  mailInbound: { address: bucket(20, DAY) },
  /** Lines for staff about mail that is not taken in, of one conversation. */
  mailNotes: { address: bucket(5, DAY) },
  /** An identity token names one guest, for longer than it is valid. */
  identityToken: { address: bucket(1, 10 * MINUTE) },
  redeemCode: { ip: bucket(60, HOUR, 30) },
  refresh: { ip: bucket(600, HOUR) },
} as const satisfies Record<string, Partial<Record<Scope, Bucket>>>;

/** A limit that was hit, where an error would roll back what counted. */
export const vLimited = v.object({ kind: v.literal("limited"), retryAfterMs: v.number() });

export type LimitName = keyof typeof LIMITS;
type LimitKeys = Asker & { user?: string; address?: string };

/** A bucket that nobody touched for this long is full again: its row can go. */
export const BUCKET_IDLE = DAY;

/** Consumes one token of every bucket of `name` that has a key, or throws `rate_limited` (`retryAfterMs`). */
export async function consumeLimit(
  ctx: MutationCtx,
  name: LimitName,
  keys: LimitKeys,
): Promise<void> {
  const retryAfterMs = await takeAll(ctx, name, keys);
  if (retryAfterMs !== null) throw rateLimitedError(retryAfterMs);
}

/**
 * As `consumeLimit`, but returns how long to wait, or null when the act may go ahead. A refusal is counted (`limit_hit`);
 * so whoever calls this must not throw for it in the same transaction.
 */
export async function tryConsumeLimit(
  ctx: MutationCtx,
  name: LimitName,
  keys: LimitKeys,
): Promise<number | null> {
  const retryAfterMs = await takeAll(ctx, name, keys);
  if (retryAfterMs !== null) await countRefusal(ctx, "limit_hit", name);
  return retryAfterMs;
}

/** As `tryConsumeLimit`, where a refusal is none: it goes another way. */
export async function hasRoom(
  ctx: MutationCtx,
  name: LimitName,
  keys: LimitKeys,
): Promise<boolean> {
  return (await takeAll(ctx, name, keys)) === null;
}

/** Puts back what `hasRoom` took, for what doesn't last any more. */
export async function giveBackRoom(
  ctx: MutationCtx,
  name: LimitName,
  keys: LimitKeys,
): Promise<void> {
  for (const [scope, config] of Object.entries(LIMITS[name]) as [Scope, Bucket][]) {
    const key = keys[scope as Exclude<Scope, "deployment">];
    if (key === undefined || key === null) continue;
    const own = scope === "ip" ? networksOf(key).map(({ block }) => hashedKey("ip", block)) : [key];
    for (const one of own) await putBack(ctx, `${name}:${scope}`, config, one);
  }
}

async function takeAll(ctx: MutationCtx, name: LimitName, keys: LimitKeys): Promise<number | null> {
  for (const [scope, config] of Object.entries(LIMITS[name]) as [Scope, Bucket][]) {
    const wait = await takeOne(ctx, { name, scope, config }, keys);
    if (wait !== null) return wait;
  }
  return null;
}

async function takeOne(
  ctx: MutationCtx,
  { name, scope, config }: { name: LimitName; scope: Scope; config: Bucket },
  keys: LimitKeys,
): Promise<number | null> {
  if (scope === "deployment") return await takeFromDeployment(ctx, name, config, keys);
  const key = keys[scope];
  if (key === undefined || key === null) return null;
  const limit = `${name}:${scope}`;
  if (scope === "ip") return await takeFromNetworks(ctx, limit, config, key);
  return await take(ctx, limit, config, scope === "address" ? hashedKey(scope, key) : key);
}

/** A wider network may do no more of these than a subscriber: it is one owner's as a rule, and they cost the most. */
const ONE_OWNER = new Set(["repliesOfTheDay:ip"]);

/** The narrowest first: one that is refused uses nothing up of the wider ones, which are its neighbours' too. */
async function takeFromNetworks(
  ctx: MutationCtx,
  limit: string,
  config: Bucket,
  ip: string,
): Promise<number | null> {
  for (const { block, times } of networksOf(ip)) {
    const all = ONE_OWNER.has(limit) ? config : portionOf(config, times);
    const wait = await take(ctx, limit, all, hashedKey("ip", block));
    if (wait !== null) return wait;
  }
  return null;
}

export function rateLimitedError(retryAfterMs: number) {
  return appError(
    "rate_limited",
    `Too many requests. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    { retryAfterMs },
  );
}

/** The caller's IP, or null under the scheduler. Mutations and actions only. */
export async function ipOfRequest(ctx: Pick<MutationCtx, "meta">): Promise<string | null> {
  return (await ctx.meta.getRequestMetadata()).ip;
}

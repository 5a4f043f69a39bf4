/**
 * Token buckets, consumed in the transaction of the act they limit: concurrent calls conflict on the
 * bucket's row, so there is never one too many. Keyed per user, session and IP; addresses and IPs are
 * stored as keyed hashes only.
 */
import { defineRateLimits } from "convex-helpers/server/rateLimit";
import { v } from "convex/values";
import type { MutationCtx } from "../../_generated/server";
import { jwtSecrets } from "../../env";
import { appError } from "../../lib/errors";
import { keyedHash } from "../../lib/keys";
import { DAY, HOUR, MINUTE } from "../../lib/time";
import { countRefusal } from "./refusals";

type Bucket = { kind: "token bucket"; rate: number; period: number; capacity: number };
type Scope = "user" | "session" | "ip" | "address" | "deployment";
const bucket = (rate: number, period: number, capacity = rate): Bucket => ({
  kind: "token bucket",
  rate,
  period,
  capacity,
});

/** Acts, and how often one user, one session and one IP may do each. An IP may stand for an office. */
export const LIMITS = {
  /** Each costs a model call. */
  message: {
    user: bucket(20, MINUTE, 10),
    session: bucket(20, MINUTE, 10),
    ip: bucket(120, MINUTE),
  },
  conversation: {
    user: bucket(20, HOUR, 10),
    session: bucket(20, HOUR, 10),
    ip: bucket(120, HOUR),
  },
  /** Cheap writes: read marks, feedback, stop, log-out, staff's work. */
  write: { user: bucket(240, MINUTE), session: bucket(240, MINUTE), ip: bucket(600, MINUTE) },
  /** Each costs an embedding or a whole ingest. */
  knowledge: { user: bucket(60, MINUTE), session: bucket(60, MINUTE), ip: bucket(120, MINUTE) },
  upload: { user: bucket(30, HOUR), session: bucket(30, HOUR), ip: bucket(120, HOUR) },
  /** The deployment's: thousands of addresses together can't fill the tables. */
  guest: { ip: bucket(60, HOUR), deployment: bucket(4_000, HOUR) },
  /** Each reads everything about somebody, or removes it. */
  export: { user: bucket(4, DAY, 3), session: bucket(4, DAY, 3), ip: bucket(40, DAY) },
  deletion: { user: bucket(10, HOUR, 5), session: bucket(10, HOUR, 5), ip: bucket(60, HOUR) },
  /** Asking for a person fills the technicians' list. */
  escalate: { user: bucket(10, HOUR, 5), session: bucket(10, HOUR, 5), ip: bucket(60, HOUR) },
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
  /** Answers of the AI by text to one number: two machines that answer each other stop here. */
  smsAnswers: { address: bucket(30, HOUR, 15) },
  /** Answers to STOP, START and HELP of one number. The words themselves always count. */
  smsWords: { address: bucket(6, HOUR, 6) },
  /** Alerts by text to one technician: every ten minutes at most, however many wait. */
  smsAlerts: { user: bucket(6, HOUR, 1) },
  /** Texts to one number, whoever writes them. */
  smsOutbound: { address: bucket(30, HOUR, 20) },
  redeemCode: { ip: bucket(60, HOUR, 30) },
  refresh: { ip: bucket(600, HOUR) },
} as const satisfies Record<string, Partial<Record<Scope, Bucket>>>;

/** A limit that was hit, where an error would roll back what counted. */
export const vLimited = v.object({ kind: v.literal("limited"), retryAfterMs: v.number() });

export type LimitName = keyof typeof LIMITS;
type LimitKeys = { user?: string; session?: string; ip?: string | null; address?: string };

/**
 * The buckets of the deployment are kept in parts: everybody consumes them, and calls that write the same
 * document wait for each other. A call takes from the part of its own IP, and from the others when that is
 * empty, so that nobody is refused while there is something left.
 */
const DEPLOYMENT_PARTS = 8;

/** A bucket that nobody touched for this long is full again: its row can go. */
export const BUCKET_IDLE = DAY;

const { rateLimit } = defineRateLimits({});

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

async function takeAll(ctx: MutationCtx, name: LimitName, keys: LimitKeys): Promise<number | null> {
  for (const [scope, config] of Object.entries(LIMITS[name]) as [Scope, Bucket][]) {
    const limit = `${name}:${scope}`;
    if (scope === "deployment") {
      const wait = await takeFromParts(ctx, limit, config, keys.ip ?? "");
      if (wait !== null) return wait;
      continue;
    }
    const key = keys[scope];
    if (key === undefined || key === null) continue;
    const wait = await take(ctx, limit, config, storedKey(scope, key));
    if (wait !== null) return wait;
  }
  return null;
}

/** How long to wait, or null when there was a token. */
async function take(
  ctx: MutationCtx,
  name: string,
  config: Bucket,
  key: string,
): Promise<number | null> {
  const { ok, retryAt } = await rateLimit(ctx, { name, key, config });
  return ok ? null : Math.max(1, Math.ceil((retryAt ?? Date.now() + MINUTE) - Date.now()));
}

async function takeFromParts(
  ctx: MutationCtx,
  name: string,
  { rate, capacity, ...rest }: Bucket,
  ip: string,
): Promise<number | null> {
  const part = {
    ...rest,
    rate: rate / DEPLOYMENT_PARTS,
    capacity: Math.floor(capacity / DEPLOYMENT_PARTS),
  };
  const first = parseInt(hashedKey("part", ip).slice(0, 4), 16);
  let shortest = Infinity;
  for (let i = 0; i < DEPLOYMENT_PARTS; i++) {
    const wait = await take(ctx, name, part, String((first + i) % DEPLOYMENT_PARTS));
    if (wait === null) return null;
    shortest = Math.min(shortest, wait);
  }
  return shortest;
}

/** IPs and addresses are stored as keyed hashes only. */
function storedKey(scope: Scope, key: string): string {
  if (scope === "ip") return hashedKey(scope, ipBlockOf(key));
  return scope === "address" ? hashedKey(scope, key) : key;
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

/** One subscriber's addresses: an IPv4 address, or the /64 that an IPv6 customer has to themselves. */
export function ipBlockOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !ip.includes(":")) return mapped ?? ip;
  const [head = "", tail] = ip.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const last = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => "0"), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

const hashedKey = (scope: string, value: string) =>
  keyedHash(jwtSecrets()[0], `limit-${scope}`, value).slice(0, 32);

/**
 * The limits of the whole deployment. Most of each is anybody's, and somebody with many networks can use that up. So
 * parts are held back for those whom it would hit: networks that have asked for little, sessions that have lived for a
 * while, and the addresses of staff. Each takes little of its part, so that nobody uses that up as well.
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { DAY, HOUR } from "../../lib/time";
import { findCallersSession, isStaff } from "./access";
import { findSmsUser } from "./smsUsers";
import { bucket, hashedKey, take, widestNetworkOf, type Bucket } from "./buckets";

/** `to`: the address that a code is for. */
export type Asker = { ip?: string | null; to?: string };
type Share = "network" | "session" | "staff";

/** Of a limit, each. */
export const SHARE = 0.1;
/** What one network, session or address takes of what is held back. */
const EACH: Record<Share, Bucket> = {
  network: bucket(3, DAY),
  session: bucket(3, HOUR),
  staff: bucket(6, HOUR),
};
/** Guests have neither a session nor an address yet. */
const SHARES_OF: Record<string, readonly Share[]> = { guest: ["network"] };
const ALL_SHARES = Object.keys(EACH) as Share[];
/** Younger sessions are made as easily as the requests themselves. */
const SETTLED_AFTER = HOUR;

/**
 * What is anybody's is kept in parts: everybody consumes it, and calls that write the same document wait for each
 * other. A call takes from the part of its own IP, and from the others when that is empty, so that nobody is refused
 * while there is something left.
 */
const PARTS = 8;

/** How long to wait, or null when there was a token. */
export async function takeFromDeployment(
  ctx: MutationCtx,
  limit: string,
  config: Bucket,
  asker: Asker,
): Promise<number | null> {
  const shares = SHARES_OF[limit] ?? ALL_SHARES;
  const part = portionOf(config, (1 - SHARE * shares.length) / PARTS);
  const first = parseInt(hashedKey("part", asker.ip ?? "").slice(0, 4), 16);
  let shortest = Infinity;
  for (let i = 0; i < PARTS; i++) {
    const wait = await take(ctx, `${limit}:deployment`, part, String((first + i) % PARTS));
    if (wait === null) return null;
    shortest = Math.min(shortest, wait);
  }
  for (const share of shares) {
    if (await takeFromShare(ctx, { limit, share, config }, asker)) return null;
  }
  return shortest;
}

export const portionOf = ({ rate, capacity, ...rest }: Bucket, portion: number): Bucket => ({
  ...rest,
  rate: rate * portion,
  capacity: Math.floor(capacity * portion),
});

async function takeFromShare(
  ctx: MutationCtx,
  { limit, share, config }: { limit: string; share: Share; config: Bucket },
  asker: Asker,
): Promise<boolean> {
  const holder = await findHolder(ctx, share, asker);
  if (holder === null) return false;
  const name = `${limit}:${share}`;
  const own = await take(ctx, name, EACH[share], hashedKey(share, holder));
  if (own !== null) return false;
  return (await take(ctx, name, portionOf(config, SHARE), "all")) === null;
}

/** In whose name the call may take of a share, or null. */
async function findHolder(
  ctx: MutationCtx,
  share: Share,
  { ip, to }: Asker,
): Promise<string | null> {
  if (share === "network") return ip === undefined || ip === null ? null : widestNetworkOf(ip);
  if (share === "session") return await findSettledSession(ctx);
  return to !== undefined && (await isStaffAddress(ctx, to)) ? to : null;
}

async function findSettledSession(ctx: MutationCtx): Promise<Id<"sessions"> | null> {
  const sessionId = await findCallersSession(ctx);
  const session = sessionId === undefined ? null : await ctx.db.get("sessions", sessionId);
  const settled = session !== null && session._creationTime <= Date.now() - SETTLED_AFTER;
  return settled ? session._id : null;
}

async function isStaffAddress(ctx: MutationCtx, address: string): Promise<boolean> {
  const user = address.startsWith("+")
    ? await findSmsUser(ctx, address)
    : await ctx.db
        .query("users")
        .withIndex("by_email", (q) => q.eq("email", address))
        .unique();
  return user !== null && isStaff(user);
}

/**
 * Token buckets, and whose they are. A caller without an account is known by its network: an IPv4 address, or the /64
 * that an IPv6 customer has to themselves. But whoever rents a server gets a /56 or a /48 with it, 256 or 65,536 times
 * as many; so those have buckets too.
 */
import type { MutationCtx } from "../../_generated/server";
import { jwtSecrets } from "../../env";
import { keyedHash } from "../../lib/keys";

export type Bucket = { kind: "token bucket"; rate: number; period: number; capacity: number };
export const bucket = (rate: number, period: number, capacity = rate): Bucket => ({
  kind: "token bucket",
  rate,
  period,
  capacity,
});

/**
 * How long to wait, or null when there was a token. The arithmetic of convex-helpers' `rateLimit` on its table; that one
 * reads the row twice, and each message asks several buckets.
 */
export async function take(
  ctx: MutationCtx,
  name: string,
  config: Bucket,
  key: string,
): Promise<number | null> {
  return await change(ctx, { name, config, key }, -1);
}

type Place = { name: string; config: Bucket; key: string };

async function change(
  ctx: MutationCtx,
  { name, config, key }: Place,
  by: number,
): Promise<number | null> {
  const row = await ctx.db
    .query("rateLimits")
    .withIndex("name", (q) => q.eq("name", name).eq("key", key))
    .unique();
  const ts = Date.now();
  const perMs = config.rate / config.period;
  const filled = row === null ? config.capacity : row.value + (ts - row.ts) * perMs;
  const value = Math.min(Math.min(filled, config.capacity) + by, config.capacity);
  if (value < 0) return Math.max(1, Math.ceil(-value / perMs));
  if (row !== null) await ctx.db.patch("rateLimits", row._id, { ts, value });
  else await ctx.db.insert("rateLimits", { name, key, ts, value });
  return null;
}

/** The bucket has one token more, at most as many as fit. */
export async function putBack(
  ctx: MutationCtx,
  name: string,
  config: Bucket,
  key: string,
): Promise<void> {
  await change(ctx, { name, config, key }, 1);
}

/** IPs and addresses are stored as keyed hashes only. */
export const hashedKey = (scope: string, value: string) =>
  keyedHash(jwtSecrets()[0], `limit-${scope}`, value).slice(0, 32);

/** Blocks that an IPv6 address lies in, and how many subscribers of a /64 each may do as much as. */
const WIDTHS = [
  { bits: 64, times: 1 },
  { bits: 56, times: 2 },
  { bits: 48, times: 4 },
] as const;

/** The networks of an address, the narrowest first. An IPv4 address is one. */
export function networksOf(ip: string): { block: string; times: number }[] {
  const groups = ip.includes(":") ? groupsOf(ip) : null;
  if (groups === null) return [{ block: ip, times: 1 }];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
    return [{ block: bytes.join("."), times: 1 }];
  }
  return WIDTHS.map(({ bits, times }) => ({ block: blockOf(groups, bits), times }));
}

/** What an address shares with most others of its owner. */
export const widestNetworkOf = (ip: string): string => networksOf(ip).at(-1)!.block;

const blockOf = (groups: number[], bits: number): string => {
  const kept = groups.slice(0, 4);
  // Of 56 bits the fourth group has the upper half, of 48 none.
  kept[3] = kept[3]! & (0xffff << (64 - bits)) & 0xffff;
  return `${kept.map((group) => group.toString(16)).join(":")}::/${bits}`;
};

/** The eight numbers of an IPv6 address (RFC 4291 §2.2), or null for what is none. */
function groupsOf(ip: string): number[] | null {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  const [a = 0, b = 0, c = 0, d = 0] = dotted?.slice(1).map(Number) ?? [];
  const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
  const text = dotted === null ? ip : ip.replace(dotted[0], `${hex(a, b)}:${hex(c, d)}`);
  const [head = "", tail] = text.split("::");
  const first = head.split(":").filter(Boolean);
  const last = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  const numbers = all.map((group) => parseInt(group, 16));
  return numbers.length === 8 && numbers.every((n) => n >= 0 && n <= 0xffff) ? numbers : null;
}

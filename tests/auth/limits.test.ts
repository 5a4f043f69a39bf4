/** How often one address and one IP may try to sign in. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { CODE_ATTEMPTS } from "../../convex/model/accounts/codes";
import { LIMITS } from "../../convex/model/access/limits";
import { SHARE } from "../../convex/model/access/shares";
import { HOUR, MINUTE } from "../../convex/lib/time";
import {
  clockedDeployment,
  deployment,
  outcomeOf,
  refusal,
  snapshot,
  type Deployment,
} from "../setup";
import { askForCode, freshAddress } from "./signIn";

const from = (t: Deployment, ip: string) => t.withRequestMetadata({ ip });

async function outcomes(count: number, call: (i: number) => Promise<unknown>): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; i++) all.push(await outcomeOf(call(i)));
  return all;
}

const admitted = (all: string[]) => all.filter((outcome) => outcome !== "rate_limited").length;

test("one network gets at most four codes of an address in a row; then it says how long to wait", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  const ask = () => from(t, "192.0.2.1").action(api.auth.requestCode, { email });
  expect(admitted(await outcomes(6, ask))).toBe(LIMITS.requestCode.address.capacity);
  const { retryAfterMs } = await refusal(ask());
  expect(retryAfterMs).toBe(20 * MINUTE);
  vi.setSystemTime(Date.now() + (retryAfterMs as number) - 1);
  expect(await outcomeOf(ask())).toBe("rate_limited");
  vi.setSystemTime(Date.now() + 1);
  expect(await outcomeOf(ask())).toBe("ok");
});

test("a stranger who asks for codes of an address day and night locks its owner out at no time", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  const stranger = () => from(t, "198.51.100.1").action(api.auth.requestCode, { email });
  for (let hours = 0; hours < 48; hours += 4) {
    await outcomes(6, stranger);
    expect(await outcomeOf(stranger())).toBe("rate_limited");
    const owner = from(t, "192.0.2.1");
    const { challenge, code } = await askForCode(owner, email);
    expect(await outcomeOf(owner.action(api.auth.createSession, { challenge, code }))).toBe("ok");
    vi.setSystemTime(Date.now() + 4 * HOUR);
  }
});

test("from however many networks, an address gets so many guesses an hour and no more", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  const { capacity, rate } = LIMITS.codesForAddress.address;
  const live = () => t.run(async (ctx) => (await ctx.db.query("sessions").collect()).length);
  let guesses = 0;
  const askAndGuess = async (ip: string) => {
    const challenge = `challenge-${ip}`;
    const row = { address: email, challenge, code: "123456" };
    const asked = await from(t, ip).mutation(internal.auth.storeCode, row);
    if (asked.kind === "limited") return;
    const before = await live();
    for (; (await live()) === before; guesses++) {
      const guess = { challenge, code: "000000", secret: "s", sameSession: false };
      await t.mutation(internal.auth.redeemCode, guess);
    }
  };
  for (let hour = 0; hour < 3; hour++) {
    for (let i = 0; i < 30; i++) await askAndGuess(`10.${hour}.${i}.1`);
    vi.setSystemTime(Date.now() + HOUR);
  }
  expect(guesses).toBe((capacity + 2 * rate) * CODE_ATTEMPTS);
});

test("one IP asks for codes for at most so many addresses, and another is not affected", async () => {
  const t = deployment();
  const { capacity } = LIMITS.requestCode.ip;
  const ask = (ip: string) => () =>
    from(t, ip).action(api.auth.requestCode, { email: freshAddress() });
  expect(admitted(await outcomes(capacity + 3, ask("192.0.2.1")))).toBe(capacity);
  expect(await outcomeOf(ask("192.0.2.2")())).toBe("ok");
});

test("wrong codes count against the IP although the attempt is refused", async () => {
  const t = deployment();
  const { capacity } = LIMITS.redeemCode.ip;
  const guess = () =>
    from(t, "192.0.2.1").action(api.auth.createSession, { challenge: "guess", code: "123456" });
  const all = await outcomes(capacity + 2, guess);
  expect(all.filter((outcome) => outcome === "code_invalid")).toHaveLength(capacity);
  const { challenge, code } = await askForCode(t, freshAddress());
  const right = () => from(t, "192.0.2.1").action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(right())).toBe("rate_limited");
  const elsewhere = from(t, "192.0.2.2").action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(elsewhere)).toBe("ok");
});

test("one IP opens at most so many guest sessions", async () => {
  const t = deployment();
  const { capacity } = LIMITS.guest.ip;
  const enter = () => from(t, "192.0.2.1").action(api.auth.createGuestSession, {});
  expect(admitted(await outcomes(capacity + 1, enter))).toBe(capacity);
  const { users } = await snapshot(t);
  expect(users).toHaveLength(capacity);
});

test("buckets hold neither addresses nor IPs", async () => {
  const t = deployment();
  const email = freshAddress();
  await from(t, "192.0.2.77").action(api.auth.requestCode, { email });
  const { rateLimits } = await snapshot(t);
  const dump = JSON.stringify(rateLimits);
  expect((rateLimits as { name: string }[]).map(({ name }) => name).sort()).toEqual([
    "codesForAddress:address",
    "requestCode:address",
    "requestCode:deployment",
    "requestCode:ip",
  ]);
  expect(dump).not.toContain(email);
  expect(dump).not.toContain("192.0.2.77");
});

test("of codes asked for at once by strangers everywhere, exactly the deployment's part for them is sent", async () => {
  const t = clockedDeployment();
  const { deployment } = LIMITS.requestCode;
  // What is held back for sessions and for staff stays.
  const capacity = deployment.capacity * (1 - 2 * SHARE);
  const ask = (i: number) =>
    from(t, `198.51.${i >> 8}.${i & 255}`).mutation(internal.auth.storeCode, {
      address: freshAddress(),
      challenge: `challenge-${i}`,
      code: "123456",
    });
  const all = await Promise.all(Array.from({ length: capacity + 25 }, (_, i) => ask(i)));
  expect(all.filter(({ kind }) => kind === "stored")).toHaveLength(capacity);
  const refused = all.flatMap((one) => (one.kind === "limited" ? [one.retryAfterMs] : []));
  expect(Math.min(...refused)).toBeGreaterThan(0);
  vi.setSystemTime(Date.now() + Math.max(...refused));
  expect((await ask(9_999)).kind).toBe("stored");
});

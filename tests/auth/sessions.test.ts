/** Sessions: when they end to the millisecond, which ones a person sees, and who can end them. */
import { decodeJwt } from "jose";
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import {
  ACCESS_TOKEN_LIFETIME,
  IDLE_LIFETIME,
  MAX_SESSIONS,
  SESSION_LIFETIME,
} from "../../convex/model/accounts/sessions";
import { DAY, MINUTE } from "../../convex/lib/time";
import {
  as,
  clockedDeployment,
  customer,
  deployment,
  outcomeOf,
  snapshot,
  type Caller,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

const enter = (t: Deployment) => t.action(api.auth.createGuestSession, {});
const refresh = (t: Deployment, refreshToken: string) =>
  t.action(api.auth.refreshSession, { refreshToken });
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const alive = async (caller: Caller) =>
  (await outcomeOf(caller.t.query(api.users.me, {}))) === "ok";

async function signInFrom(t: Deployment, email: string, userAgent = CHROME): Promise<Caller> {
  const browser = t.withRequestMetadata({ userAgent });
  const { challenge, code } = await askForCode(browser, email);
  return bearer(t, await browser.action(api.auth.createSession, { challenge, code }));
}

test("a session that is not refreshed ends after its idle time, to the millisecond", async () => {
  const t = clockedDeployment();
  const [early, late] = [await enter(t), await enter(t)];
  later(IDLE_LIFETIME - 1);
  expect(await outcomeOf(refresh(t, early.refreshToken))).toBe("ok");
  later(1);
  expect(await outcomeOf(refresh(t, late.refreshToken))).toBe("session_expired");
});

test("a session that is refreshed all the time ends after its absolute time, to the millisecond", async () => {
  const t = clockedDeployment();
  const start = Date.now();
  let tokens = await enter(t);
  while (Date.now() + 20 * DAY < start + SESSION_LIFETIME) {
    later(20 * DAY);
    tokens = await refresh(t, tokens.refreshToken);
  }
  vi.setSystemTime(start + SESSION_LIFETIME - 1);
  tokens = await refresh(t, tokens.refreshToken);
  later(1);
  expect(await outcomeOf(refresh(t, tokens.refreshToken))).toBe("session_expired");
});

test("no access token outlives its session", async () => {
  const t = clockedDeployment();
  const start = Date.now();
  let tokens = await enter(t);
  expect(tokens.accessTokenExpiresAt).toBeGreaterThan(start + ACCESS_TOKEN_LIFETIME - 1000);
  while (Date.now() + 20 * DAY < start + SESSION_LIFETIME) {
    later(20 * DAY);
    tokens = await refresh(t, tokens.refreshToken);
  }
  vi.setSystemTime(start + SESSION_LIFETIME - 5 * MINUTE);
  tokens = await refresh(t, tokens.refreshToken);
  const { exp } = decodeJwt(tokens.accessToken);
  expect(exp! * 1000).toBe(tokens.accessTokenExpiresAt);
  expect(tokens.accessTokenExpiresAt).toBeLessThanOrEqual(start + SESSION_LIFETIME);
  expect(tokens.accessTokenExpiresAt).toBeGreaterThan(start + SESSION_LIFETIME - 1001);
});

test("log-out cuts reads and refreshes from the next transaction on", async () => {
  const t = deployment();
  const tokens = await enter(t);
  const caller = bearer(t, tokens);
  await caller.t.mutation(api.auth.logout, {});
  expect(await alive(caller)).toBe(false);
  expect(await outcomeOf(refresh(t, tokens.refreshToken))).toBe("session_expired");
});

test("signing in again on a device replaces its session and no other", async () => {
  const t = deployment();
  const email = freshAddress();
  const [phone, laptop] = [await signInFrom(t, email, IPHONE), await signInFrom(t, email)];
  const { challenge, code } = await askForCode(laptop.t, email);
  const again = bearer(t, await laptop.t.action(api.auth.createSession, { challenge, code }));
  expect([await alive(phone), await alive(laptop), await alive(again)]).toEqual([
    true,
    false,
    true,
  ]);
});

test("one's sessions are listed by device, and ending one leaves the others", async () => {
  const t = deployment();
  const email = freshAddress();
  const [phone, laptop] = [await signInFrom(t, email, IPHONE), await signInFrom(t, email)];
  await customer(t, freshAddress());
  const listed = await laptop.t.query(api.auth.listSessions, {});
  expect(listed.map(({ device, current }) => [device, current])).toEqual([
    ["Safari on iPhone", false],
    ["Chrome on Windows", true],
  ]);
  await laptop.t.mutation(api.auth.revokeSession, { sessionId: phone.sessionId });
  expect(await alive(phone)).toBe(false);
  expect(await laptop.t.query(api.auth.listSessions, {})).toHaveLength(1);
});

test("the list tells when a session was used last", async () => {
  const t = clockedDeployment();
  const start = Date.now();
  const tokens = await enter(t);
  later(DAY);
  await refresh(t, tokens.refreshToken);
  const [session] = await bearer(t, tokens).t.query(api.auth.listSessions, {});
  // The row's creation is counted in fractions of a millisecond.
  expect(Math.floor(session!.createdAt)).toBe(start);
  expect(session!.lastRefreshedAt).toBe(start + DAY);
});

test("signing out everywhere else keeps this session and everybody else's", async () => {
  const t = deployment();
  const email = freshAddress();
  const [phone, tablet, laptop] = [
    await signInFrom(t, email),
    await signInFrom(t, email),
    await signInFrom(t, email),
  ];
  const bob = await customer(t, freshAddress());
  expect(await laptop.t.mutation(api.auth.revokeOtherSessions, {})).toEqual({ ended: 2 });
  const living = [await alive(phone), await alive(tablet), await alive(laptop), await alive(bob)];
  expect(living).toEqual([false, false, true, true]);
  expect(await laptop.t.mutation(api.auth.revokeOtherSessions, {})).toEqual({ ended: 0 });
});

test(`one sign-in more than ${MAX_SESSIONS} ends the session that was used least lately`, async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await customer(t, email);
  const ids = await t.run(async (ctx) => {
    const opened = [];
    for (let i = 1; i < MAX_SESSIONS; i++) {
      const session = { userId: ann.userId, refreshHash: "unused", expiresAt: Date.now() + DAY };
      const rotatedAt = i === 7 ? 1 : Date.now();
      opened.push(await ctx.db.insert("sessions", { state: "active", ...session, rotatedAt }));
    }
    return opened;
  });
  const latest = await signInFrom(t, email);
  expect(await alive(as(t, ann.userId, ids[6]!))).toBe(false);
  expect([await alive(as(t, ann.userId, ids[5]!)), await alive(latest)]).toEqual([true, true]);
  expect(await latest.t.query(api.auth.listSessions, {})).toHaveLength(MAX_SESSIONS);
  await latest.t.mutation(api.auth.revokeOtherSessions, {});
  const { sessions } = await snapshot(t);
  const active = (sessions as { state: string }[]).filter(({ state }) => state === "active");
  expect(active).toHaveLength(1);
});

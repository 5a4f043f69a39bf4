/** Refresh tokens rotate; an old one in use ends its session, and nobody else's. Only hashes are stored. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { REFRESH_GRACE } from "../../convex/model/accounts/sessions";
import {
  clockedDeployment,
  customer,
  deployment,
  JWT_SECRET,
  outcomeOf,
  refusal,
  snapshot,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const enter = (t: Deployment) => t.action(api.auth.createGuestSession, {});
const refresh = (t: Deployment, refreshToken: string) =>
  t.action(api.auth.refreshSession, { refreshToken });
const alive = async (t: Deployment, tokens: { accessToken: string }) =>
  (await outcomeOf(bearer(t, tokens).t.query(api.users.me, {}))) === "ok";
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

test("a refresh gives a new token of the same session", async () => {
  const t = deployment();
  const first = await enter(t);
  const second = await refresh(t, first.refreshToken);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect(bearer(t, second).sessionId).toBe(bearer(t, first).sessionId);
  expect(second.user).toEqual(first.user);
  expect(await alive(t, second)).toBe(true);
});

test("ten concurrent uses of a token all get the same successor", async () => {
  const t = deployment();
  const { refreshToken } = await enter(t);
  const all = await Promise.all(Array.from({ length: 10 }, () => refresh(t, refreshToken)));
  expect(new Set(all.map((tokens) => tokens.refreshToken)).size).toBe(1);
});

test("a retry within the grace period gets the same successor, which goes on working", async () => {
  const t = clockedDeployment();
  const first = await enter(t);
  const second = await refresh(t, first.refreshToken);
  later(REFRESH_GRACE - 1);
  expect((await refresh(t, first.refreshToken)).refreshToken).toBe(second.refreshToken);
  const third = await refresh(t, second.refreshToken);
  expect(await alive(t, third)).toBe(true);
});

test("a token used again after the grace period ends its session, and only that", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  await customer(t, email);
  const signInAgain = async () => {
    const { challenge, code } = await askForCode(t, email);
    return await t.action(api.auth.createSession, { challenge, code });
  };
  const [phone, laptop, stranger] = [await signInAgain(), await signInAgain(), await enter(t)];
  const next = await refresh(t, phone.refreshToken);
  later(REFRESH_GRACE);
  expect(await outcomeOf(refresh(t, phone.refreshToken))).toBe("session_expired");
  expect(await alive(t, phone)).toBe(false);
  expect(await outcomeOf(refresh(t, next.refreshToken))).toBe("session_expired");
  expect([await alive(t, laptop), await alive(t, stranger)]).toEqual([true, true]);
  const { sessions } = await snapshot(t);
  expect(sessions).toContainEqual(
    expect.objectContaining({ state: "revoked", reason: "refresh_reuse" }),
  );
});

test("a token of many generations ago ends its session too", async () => {
  const t = clockedDeployment();
  const first = await enter(t);
  let latest = first;
  for (let i = 0; i < 6; i++) {
    later(60_000);
    latest = await refresh(t, latest.refreshToken);
  }
  expect(await alive(t, latest)).toBe(true);
  expect(await outcomeOf(refresh(t, first.refreshToken))).toBe("session_expired");
  expect(await alive(t, latest)).toBe(false);
});

test("the grace period is for the predecessor only: an older token ends the session at once", async () => {
  const t = clockedDeployment();
  const first = await enter(t);
  const second = await refresh(t, first.refreshToken);
  const third = await refresh(t, second.refreshToken);
  expect(await outcomeOf(refresh(t, first.refreshToken))).toBe("session_expired");
  expect(await alive(t, third)).toBe(false);
});

test("a made-up token with a real session's id ends nothing", async () => {
  const t = deployment();
  const victim = await enter(t);
  const [id, secret = ""] = victim.refreshToken.split(".");
  const forged = [
    `${id}.${"A".repeat(43)}`,
    `${id}.${"0".repeat(64)}`,
    `${id}.`,
    `${id}`,
    `${id}.${secret}x`,
    `${id}.${secret}.${secret}`,
    `${id}.${secret.slice(1)}`,
    "",
    "x".repeat(100_000),
  ];
  const answers = [];
  for (const token of forged) answers.push(await refusal(refresh(t, token)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]!.code).toBe("session_expired");
  expect(await alive(t, victim)).toBe(true);
  expect(await outcomeOf(refresh(t, victim.refreshToken))).toBe("ok");
});

test("one session's secret with another session's id is refused, and ends neither", async () => {
  const t = deployment();
  const [ann, bob] = [await enter(t), await enter(t)];
  const [id] = ann.refreshToken.split(".");
  const [, secret] = bob.refreshToken.split(".");
  expect(await outcomeOf(refresh(t, `${id}.${secret}`))).toBe("session_expired");
  expect([await alive(t, ann), await alive(t, bob)]).toEqual([true, true]);
});

test("no code, challenge or token can be found in the tables, only keyed hashes", async () => {
  const t = deployment();
  const pending = await askForCode(t, freshAddress());
  const first = await enter(t);
  const second = await refresh(t, first.refreshToken);
  const dump = JSON.stringify(await snapshot(t));
  const secrets = [
    pending.challenge,
    first.refreshToken.split(".")[1]!,
    second.refreshToken.split(".")[1]!,
    first.accessToken,
    JWT_SECRET,
  ];
  for (const secret of secrets) expect(dump).not.toContain(secret);
  const { sessions } = await snapshot(t);
  const codeRow = JSON.stringify(
    sessions!.find((row) => (row as { state: string }).state === "pending"),
  );
  expect(codeRow).not.toContain(`"${pending.code}"`);
});

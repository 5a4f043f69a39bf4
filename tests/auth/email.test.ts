/** Changing an account's address: proved, recent, told to the old address, and no way into another account. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { MINUTE } from "../../convex/lib/time";
import { RECENT_SIGN_IN } from "../../convex/model/accounts/recentSignIn";
import {
  clockedDeployment,
  control,
  deployment,
  guest,
  outcomeOf,
  refusal,
  RUN_TWICE,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

type Asked = { challenge: string; code: string };

async function signIn(t: Deployment, email: string): Promise<Caller> {
  const { challenge, code } = await askForCode(t, email);
  return bearer(t, await t.action(api.auth.createSession, { challenge, code }));
}

const verify = (caller: Caller, { challenge, code }: Asked) =>
  caller.t.action(api.users.verifyEmail, { challenge, code });
const alive = async (caller: Caller) =>
  (await outcomeOf(caller.t.query(api.users.me, {}))) === "ok";
const mailsTo = async (email: string) =>
  ((await control(`/emails?to=${email}`)) as { emails: { subject: string; text: string }[] })
    .emails;
const finish = (t: Deployment) =>
  t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1_000));

test("an account gets the address it proves, and keeps everything else", async () => {
  const t = deployment();
  const [before, after] = [freshAddress(), freshAddress()];
  const ann = await signIn(t, before);
  const message = { text: "Hello" };
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message,
  });
  const tokens = await verify(ann, await askForCode(ann.t, after));
  expect(tokens.user).toMatchObject({ _id: ann.userId, email: after, emailVerified: true });
  const now = bearer(t, tokens);
  expect(await outcomeOf(now.t.query(api.conversations.get, { conversationId }))).toBe("ok");
  expect((await signIn(t, after)).userId).toBe(ann.userId);
  expect((await signIn(t, before)).userId).not.toBe(ann.userId);
});

test("all sessions end with the old address, also the one that changed it", async () => {
  const t = deployment();
  const email = freshAddress();
  const [phone, laptop] = [await signIn(t, email), await signIn(t, email)];
  const tokens = await verify(laptop, await askForCode(laptop.t, freshAddress()));
  const living = [await alive(phone), await alive(laptop), await alive(bearer(t, tokens))];
  expect(living).toEqual([false, false, true]);
});

test("the old address is told, without the new one, and the change is an event", async () => {
  const t = deployment();
  const [before, after] = [freshAddress(), freshAddress()];
  const ann = await signIn(t, before);
  await verify(ann, await askForCode(ann.t, after));
  await finish(t);
  const [notice] = await mailsTo(before);
  expect(notice!.subject).toMatch(/was changed/);
  expect(JSON.stringify(notice)).not.toContain(after);
  expect((await snapshot(t)).analytics).toContainEqual(
    expect.objectContaining({ type: "email_changed", actorId: ann.userId, subjectId: ann.userId }),
  );
});

test("a notice that can't be sent is sent again, once, and stays out of the log", async () => {
  const t = clockedDeployment();
  const [before, after] = [freshAddress(), freshAddress()];
  const ann = await signIn(t, before);
  const asked = await askForCode(ann.t, after);
  const logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const fault = { provider: "resend", kind: "status", status: 500, match: before, times: 1 };
  await control("/faults", fault);
  await verify(ann, asked);
  await runUntil(t, Date.now() + 10 * MINUTE);
  const notices = (await mailsTo(before)).filter(({ subject }) => subject.includes("was changed"));
  expect(notices).toHaveLength(1);
  expect(logged).toHaveBeenCalledTimes(RUN_TWICE ? 2 : 1);
  expect(JSON.stringify(logged.mock.calls)).not.toContain(before);
});

test("a session that is not fresh from signing in changes nothing, and the code stays good", async () => {
  const t = clockedDeployment();
  const ann = await signIn(t, freshAddress());
  vi.setSystemTime(Date.now() + RECENT_SIGN_IN - 1_000);
  const asked = await askForCode(ann.t, freshAddress());
  vi.setSystemTime(Date.now() + 1_001);
  const answer = await refusal(verify(ann, asked));
  expect(answer).toMatchObject({ code: "forbidden", recentSignInMs: RECENT_SIGN_IN });
  vi.setSystemTime(Date.now() - 1);
  expect(await outcomeOf(verify(ann, asked))).toBe("ok");
});

test("refreshing does not make a session fresh", async () => {
  const t = clockedDeployment();
  const { challenge, code } = await askForCode(t, freshAddress());
  const tokens = await t.action(api.auth.createSession, { challenge, code });
  vi.setSystemTime(Date.now() + RECENT_SIGN_IN + 1);
  const { refreshToken } = tokens;
  const ann = bearer(t, await t.action(api.auth.refreshSession, { refreshToken }));
  const asked = await askForCode(ann.t, freshAddress());
  expect(await outcomeOf(verify(ann, asked))).toBe("forbidden");
});

test.each([
  ["verified", true],
  ["written down at the counter", false],
] as const)(
  "an address of somebody else's, %s, is refused as a wrong code",
  async (_, verified) => {
    const t = deployment();
    const theirs = freshAddress();
    if (verified) await signIn(t, theirs);
    else await (await technician(t)).t.mutation(api.users.createUser, { email: theirs });
    const mallory = await signIn(t, freshAddress());
    const asked = await askForCode(mallory.t, theirs);
    const refused = await refusal(verify(mallory, asked));
    const wrong = await askForCode(mallory.t, freshAddress());
    const digits = wrong.code === "000000" ? "111111" : "000000";
    expect(refused).toEqual(await refusal(verify(mallory, { ...wrong, code: digits })));
    expect(await alive(mallory)).toBe(true);
    const { users } = await snapshot(t);
    expect((users as { email?: string }[]).filter(({ email }) => email === theirs)).toHaveLength(1);
  },
);

test("of two accounts that take the same new address at once, one gets it", async () => {
  const t = deployment();
  const wanted = freshAddress();
  const both = [await signIn(t, freshAddress()), await signIn(t, freshAddress())];
  const asked = [await askForCode(both[0]!.t, wanted), await askForCode(both[1]!.t, wanted)];
  const outcomes = await Promise.all(both.map((one, i) => outcomeOf(verify(one, asked[i]!))));
  expect(outcomes.sort()).toEqual(["code_invalid", "ok"]);
});

test("a code that another of one's own sessions asked for doesn't change the address", async () => {
  const t = deployment();
  const email = freshAddress();
  const [phone, laptop] = [await signIn(t, email), await signIn(t, email)];
  const asked = await askForCode(phone.t, freshAddress());
  expect(await outcomeOf(verify(laptop, asked))).toBe("code_invalid");
});

test("a code for the old address, asked for before the change, leads to a new account", async () => {
  const t = deployment();
  const before = freshAddress();
  const ann = await signIn(t, before);
  const thief = await askForCode(t, before);
  await verify(ann, await askForCode(ann.t, freshAddress()));
  const { challenge, code } = thief;
  const late = await t.action(api.auth.createSession, { challenge, code });
  expect(late.user._id).not.toBe(ann.userId);
});

test("a guest's verifyEmail signs in, also with a known address: a guest has nothing to change", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signIn(t, email);
  const visitor = await guest(t);
  const tokens = await verify(visitor, await askForCode(visitor.t, email));
  expect(tokens.user._id).toBe(ann.userId);
  expect([await alive(visitor), await alive(ann)]).toEqual([false, true]);
});

test("proving one's own address again ends the other sessions and tells nobody of a change", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signIn(t, email);
  await verify(ann, await askForCode(ann.t, email));
  await finish(t);
  expect((await mailsTo(email)).some(({ subject }) => subject.includes("changed"))).toBe(false);
  const types = ((await snapshot(t)).analytics as { type?: string }[]).map(({ type }) => type);
  expect(types).toContain("session_revoked");
  expect(types).not.toContain("email_changed");
});

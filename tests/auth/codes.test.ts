/** Signing in with a code: once, in time, few attempts, and only by whoever asked. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { CODE_ATTEMPTS, CODE_LIFETIME } from "../../convex/model/accounts/codes";
import { LIMITS } from "../../convex/model/access/limits";
import {
  clockedDeployment,
  control,
  customer,
  deployment,
  guest,
  hush,
  outcomeOf,
  refusal,
  RUN_TWICE,
  snapshot,
  type Caller,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const wrong = (code: string) => (code === "000000" ? "111111" : "000000");

const redeem = (t: Deployment, { challenge, code }: { challenge: string; code: string }) =>
  t.action(api.auth.createSession, { challenge, code });

test("the right code opens a session of a new, verified account", async () => {
  const t = deployment();
  const email = freshAddress();
  const tokens = await redeem(t, await askForCode(t, email));
  expect(tokens.user).toMatchObject({ email, role: "customer", emailVerified: true });
  const me = await bearer(t, tokens).t.query(api.users.me, {});
  expect(me).toMatchObject(tokens.user);
});

test("a code may be typed with spaces and hyphens, and an address in capitals", async () => {
  const t = deployment();
  const email = freshAddress();
  const { challenge } = await t.action(api.auth.requestCode, { email: ` ${email.toUpperCase()} ` });
  const { emails } = (await control(`/emails?to=${email}`)) as { emails: { text: string }[] };
  const code = /\d{6}/.exec(emails[0]!.text)![0];
  const typed = ` ${code.slice(0, 3)}-${code.slice(3)} `;
  expect((await redeem(t, { challenge, code: typed })).user.email).toBe(email);
});

test("signing in again opens another session of the same account", async () => {
  const t = deployment();
  const email = freshAddress();
  const first = await redeem(t, await askForCode(t, email));
  const second = await redeem(t, await askForCode(t, email));
  expect(second.user._id).toBe(first.user._id);
  expect(bearer(t, second).sessionId).not.toBe(bearer(t, first).sessionId);
});

test("a wrong code, a made-up challenge and a code of another challenge answer alike", async () => {
  const t = deployment();
  const asked = await askForCode(t, freshAddress());
  const other = await askForCode(t, freshAddress());
  const answers = [
    await refusal(redeem(t, { ...asked, code: wrong(asked.code) })),
    await refusal(redeem(t, { challenge: "never-asked", code: asked.code })),
    await refusal(redeem(t, { challenge: asked.challenge, code: "" })),
    await refusal(redeem(t, { challenge: other.challenge, code: wrong(other.code) })),
  ];
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]!.code).toBe("code_invalid");
});

test(`the right code is worth nothing after ${CODE_ATTEMPTS} wrong ones`, async () => {
  const t = deployment();
  const asked = await askForCode(t, freshAddress());
  for (let i = 0; i < CODE_ATTEMPTS; i++) {
    expect(await outcomeOf(redeem(t, { ...asked, code: wrong(asked.code) }))).toBe("code_invalid");
  }
  expect(await outcomeOf(redeem(t, asked))).toBe("code_invalid");
});

test("one wrong code less, and the right one still works", async () => {
  const t = deployment();
  const asked = await askForCode(t, freshAddress());
  for (let i = 1; i < CODE_ATTEMPTS; i++) {
    await outcomeOf(redeem(t, { ...asked, code: wrong(asked.code) }));
  }
  expect(await outcomeOf(redeem(t, asked))).toBe("ok");
});

test("a code is good until its time is over, to the millisecond", async () => {
  const t = clockedDeployment();
  const [early, late] = [await askForCode(t, freshAddress()), await askForCode(t, freshAddress())];
  expect(early.expiresAt).toBe(Date.now() + CODE_LIFETIME);
  vi.setSystemTime(early.expiresAt - 1);
  expect(await outcomeOf(redeem(t, early))).toBe("ok");
  vi.setSystemTime(late.expiresAt);
  expect(await outcomeOf(redeem(t, late))).toBe("code_invalid");
});

test("a stranger who asks for codes of an address neither signs in nor voids the owner's code", async () => {
  const t = deployment();
  const email = freshAddress();
  const owner = await askForCode(t, email);
  for (let network = 0; network < 5; network++) {
    const elsewhere = t.withRequestMetadata({ ip: `192.0.2.${network}` });
    for (let i = 0; i < LIMITS.requestCode.address.capacity; i++) {
      const stranger = await askForCode(elsewhere, email);
      const crossed = redeem(t, { challenge: stranger.challenge, code: owner.code });
      // One in a million of these codes is the owner's.
      const expected = stranger.code === owner.code ? "ok" : "code_invalid";
      expect(await outcomeOf(crossed)).toBe(expected);
    }
  }
  expect(await outcomeOf(redeem(t, owner))).toBe("ok");
});

test("one browser has one live code of an address: asking again voids the earlier one", async () => {
  const t = deployment();
  const email = freshAddress();
  const [browser, other] = [await guest(t), await guest(t)];
  const elsewhere = await askForCode(other.t, email);
  const first = await askForCode(browser.t, email);
  const second = await askForCode(browser.t, email);
  const use = (caller: Caller, { challenge, code }: typeof first) =>
    outcomeOf(caller.t.action(api.auth.createSession, { challenge, code }));
  expect(await use(browser, first)).toBe("code_invalid");
  expect(await use(browser, second)).toBe("ok");
  expect(await use(other, elsewhere)).toBe("ok");
});

test("a code that was asked for within a session works in that session only", async () => {
  const t = deployment();
  const asking = await guest(t);
  const thief = await customer(t);
  const asked = await askForCode(asking.t, freshAddress());
  const use = (one: Caller["t"]) =>
    outcomeOf(one.action(api.auth.createSession, { challenge: asked.challenge, code: asked.code }));
  expect(await use(t)).toBe("code_invalid");
  expect(await use(thief.t)).toBe("code_invalid");
  expect(await use(asking.t)).toBe("ok");
});

test("a code dies with the session that asked for it", async () => {
  const t = deployment();
  const asking = await guest(t);
  const { challenge, code } = await askForCode(asking.t, freshAddress());
  await asking.t.mutation(api.auth.logout, {});
  const call = asking.t.action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(call)).toBe("code_invalid");
});

test("of ten concurrent redemptions of a code exactly one opens a session", async () => {
  const t = deployment();
  const asked = await askForCode(t, freshAddress());
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(redeem(t, asked))));
  expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "code_invalid")).toHaveLength(9);
  const { sessions, users } = await snapshot(t);
  expect([sessions, users].map((rows) => rows!.length)).toEqual([1, 1]);
});

test("verifyEmail works for the session that asked, and for no other", async () => {
  const t = deployment();
  const asking = await guest(t);
  const thief = await customer(t);
  const asked = await askForCode(asking.t, freshAddress());
  const { challenge, code } = asked;
  const steal = thief.t.action(api.users.verifyEmail, { challenge, code });
  expect(await outcomeOf(steal)).toBe("code_invalid");
  const nobody = t.action(api.users.verifyEmail, { challenge, code });
  expect(await outcomeOf(nobody)).toBe("unauthenticated");
  const tokens = await asking.t.action(api.users.verifyEmail, { challenge, code });
  expect(tokens.user._id).toBe(asking.userId);
});

test("verifyEmail refuses a code that was asked for without a session", async () => {
  const t = deployment();
  const { challenge, code } = await askForCode(t, freshAddress());
  const ann = await customer(t);
  const call = ann.t.action(api.users.verifyEmail, { challenge, code });
  expect(await outcomeOf(call)).toBe("code_invalid");
});

test("an e-mail that could not be sent is said to be so, and its address stays out of the log", async () => {
  const t = deployment();
  const email = freshAddress();
  await control("/faults", { provider: "resend", kind: "status", status: 500, match: email });
  const logged = hush();
  expect(await refusal(t.action(api.auth.requestCode, { email }))).toMatchObject({
    code: "provider_unavailable",
  });
  expect(logged).toEqual(Array(RUN_TWICE ? 2 : 1).fill("email failed (500)"));
});

test("a stale session doesn't keep anybody from signing in", async () => {
  const t = deployment();
  const gone = await guest(t);
  await gone.t.mutation(api.auth.logout, {});
  const email = freshAddress();
  const asked = await askForCode(gone.t, email);
  const tokens = await gone.t.action(api.auth.createSession, {
    challenge: asked.challenge,
    code: asked.code,
  });
  expect(tokens.user.email).toBe(email);
  expect(tokens.user._id).not.toBe(gone.userId);
});

/** As people type and paste it: each of them is a code's digits, and nothing else. */
const FORMS: [string, (code: string) => string][] = [
  ["full-width digits", (code) => code.replace(/\d/g, (d) => String.fromCharCode(0xff10 + +d))],
  ["Arabic digits", (code) => code.replace(/\d/g, (d) => String.fromCharCode(0x660 + +d))],
  ["spaces", (code) => [...code].join(" ")],
  ["a space in its middle", (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
  ["dashes", (code) => `${code.slice(0, 2)}-${code.slice(2, 4)}–${code.slice(4)}`],
  ["a hyphen that doesn't break", (code) => `${code.slice(0, 3)}\u2011${code.slice(3)}`],
  ["direction marks around", (code) => `\u202a${code}\u202c\n`],
  ["words around", (code) => `my code is ${code.slice(0, 3)} ${code.slice(3)}`],
  ["the mail's sentence around", (code) => `${code} is your code. It is valid for 10 minutes.`],
];

test.each(FORMS)(
  "a code with %s signs in; a wrong one like it does not, and counts",
  async (_, write) => {
    const t = deployment();
    const asked = await askForCode(t, freshAddress());
    const { challenge, code } = asked;
    const attempts = async () =>
      (await snapshot(t)).sessions!.map((row) => (row as { attempts?: number }).attempts);
    const refused = redeem(t, { challenge, code: write(wrong(code)) });
    expect(await outcomeOf(refused)).toBe("code_invalid");
    expect(await attempts()).toEqual([1]);
    const me = bearer(t, await redeem(t, { challenge, code: write(code) }));
    expect(await me.t.query(api.users.me, {})).toMatchObject({ emailVerified: true });

    // Of a guest who keeps what they have written, the same.
    const gail = await guest(t);
    const again = await askForCode(gail.t, freshAddress());
    const verify = (typed: string) =>
      gail.t.action(api.users.verifyEmail, { challenge: again.challenge, code: typed });
    expect(await outcomeOf(verify(write(wrong(again.code))))).toBe("code_invalid");
    expect(bearer(t, await verify(write(again.code))).userId).toBe(gail.userId);

    const last = await askForCode(t, freshAddress());
    for (let i = 0; i < CODE_ATTEMPTS; i++) {
      const typed = write(wrong(last.code));
      expect(await outcomeOf(redeem(t, { ...last, code: typed }))).toBe("code_invalid");
    }
    expect(await outcomeOf(redeem(t, { ...last, code: write(last.code) }))).toBe("code_invalid");
  },
);

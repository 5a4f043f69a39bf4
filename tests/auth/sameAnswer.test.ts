/** Nobody learns from sign-in whether an address is known, verified or blocked: same answer, same work. */
import type { FunctionArgs, FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { admin, control, deployment, refusal, signIn, snapshot, type Deployment } from "../setup";
import { askForCode, freshAddress } from "./signIn";

const KINDS = ["unknown", "known", "unverified", "blocked", "staff"] as const;
type Kind = (typeof KINDS)[number];

/** An address of each kind, each with the same number of letters. */
async function addressesOf(t: Deployment): Promise<Record<Kind, string>> {
  const run = freshAddress().split("@")[0]!;
  const address = (kind: Kind) => `${run}-${kind.padEnd(10, "x")}@example.com`;
  const emailVerifiedAt = 1;
  await signIn(t, { email: address("known"), emailVerifiedAt });
  await signIn(t, { email: address("unverified") });
  await signIn(t, { email: address("staff"), emailVerifiedAt, role: "technician" });
  const blocked = await signIn(t, { email: address("blocked"), emailVerifiedAt });
  const sam = await admin(t);
  await sam.t.mutation(api.users.setBlocked, { userId: blocked.userId, blocked: true });
  return Object.fromEntries(KINDS.map((kind) => [kind, address(kind)])) as Record<Kind, string>;
}

/** Everything that a mutation reads and writes: documents, bytes, index ranges. */
async function workOf<F extends FunctionReference<"mutation", "internal">>(
  t: Deployment,
  fn: F,
  args: FunctionArgs<F>,
): Promise<unknown> {
  return await t.mutation(async (ctx) => {
    await ctx.runMutation(fn, args);
    return await ctx.meta.getTransactionMetrics();
  });
}

const distinct = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size;

test("asking for a code answers alike, whatever the address", async () => {
  const t = deployment();
  const addresses = await addressesOf(t);
  const shapes = [];
  for (const kind of KINDS) {
    const { challenge, expiresAt, ...rest } = await t.action(api.auth.requestCode, {
      email: addresses[kind],
    });
    expect(rest).toEqual({});
    shapes.push([
      typeof challenge,
      challenge.length,
      Math.round((expiresAt - Date.now()) / 60_000),
    ]);
  }
  expect(distinct(shapes)).toBe(1);
});

test("asking for a code reads, writes and mails the same, whatever the address", async () => {
  const t = deployment();
  const addresses = await addressesOf(t);
  const work = [];
  // The first call of all makes the bucket that is everybody's.
  await t.mutation(internal.auth.storeCode, { address: "a@b.example", challenge: "c", code: "1" });
  for (const kind of KINDS) {
    const email = addresses[kind];
    const row = { address: email, challenge: `challenge-${kind.padEnd(10)}`, code: "123456" };
    work.push(await workOf(t, internal.auth.storeCode, row));
  }
  expect(distinct(work)).toBe(1);
  const before = (await snapshot(t)).users;
  const mails = [];
  for (const kind of KINDS) {
    await t.action(api.auth.requestCode, { email: addresses[kind] });
    const { emails } = (await control(`/emails?to=${addresses[kind]}`)) as {
      emails: { subject: string; text: string }[];
    };
    mails.push(emails.map(({ subject, text }) => [subject, text].join().replace(/\d{6}/g, "")));
  }
  expect(mails[0]).toHaveLength(1);
  expect(distinct(mails)).toBe(1);
  expect((await snapshot(t)).users).toEqual(before);
});

test("a wrong code answers alike and costs the same, whatever the address", async () => {
  const t = deployment();
  const addresses = await addressesOf(t);
  const [answers, work]: [unknown[], unknown[]] = [[], []];
  for (const kind of KINDS) {
    const { challenge, code } = await askForCode(t, addresses[kind]);
    const wrong = code === "000000" ? "111111" : "000000";
    const guess = { challenge, code: wrong };
    answers.push(await refusal(t.action(api.auth.createSession, guess)));
    const inside = { ...guess, secret: "s", sameSession: false };
    work.push(await workOf(t, internal.auth.redeemCode, inside));
  }
  expect([distinct(answers), distinct(work)]).toEqual([1, 1]);
});

test("the right code of a blocked address is answered as a wrong one, and opens nothing", async () => {
  const t = deployment();
  const addresses = await addressesOf(t);
  const active = async () =>
    ((await snapshot(t)).sessions as { state: string }[]).filter(({ state }) => state === "active");
  const before = await active();
  const asked = await askForCode(t, addresses.blocked);
  const { challenge, code } = asked;
  const right = await refusal(t.action(api.auth.createSession, { challenge, code }));
  const never = { challenge: "never-asked", code };
  expect(right).toEqual(await refusal(t.action(api.auth.createSession, never)));
  expect(await active()).toEqual(before);
});

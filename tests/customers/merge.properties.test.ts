/**
 * Any two people, merged: no conversation, note or opt-out is lost, nothing becomes proved that nobody proved, and the
 * sessions of who goes read nothing. One that is refused changes nothing. `tests/properties.ts` says how many.
 */
import { afterAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { hasOptedOut } from "../../convex/model/accounts/consent";
import { count, expectReached, fc, runs } from "../properties";
import {
  deployment,
  outcomeOf,
  page,
  signIn,
  snapshot,
  technician,
  type Deployment,
} from "../setup";

/** The last is the first in its old form. */
const NUMBERS = ["+525512345678", "+16145550142", "+5215512345678"];
const EMAILS = ["ann@x.example", "bob@x.example"];
type User = Omit<Doc<"users">, "_id" | "_creationTime">;

const number = fc.record({
  phone: fc.constantFrom(...NUMBERS),
  texts: fc.boolean(),
  verified: fc.boolean(),
});
const person = (email: string) =>
  fc
    .record({
      email: fc.option(fc.record({ verified: fc.boolean() }), { nil: undefined }),
      number: fc.option(number, { nil: undefined }),
      smsConsent: fc.constantFrom("unknown" as const, "granted" as const, "revoked" as const),
      blocked: fc.constantFrom(false, false, false, false, true),
      named: fc.boolean(),
      conversations: fc.nat(3),
      notes: fc.nat(2),
    })
    .map((made) => ({ ...made, address: email }));
type Person = typeof person extends (email: string) => fc.Arbitrary<infer T> ? T : never;

const fieldsOf = (one: Person): User => {
  // Whoever has confirmed a number texts from it; of a texter the number is written down too.
  const texts = one.number?.texts === true || one.number?.verified === true;
  return {
    role: "customer",
    name: one.named ? `Name of ${one.address}` : undefined,
    email: one.email && one.address,
    emailVerifiedAt: one.email?.verified ? 1 : undefined,
    phone: one.number?.phone,
    phoneVerifiedAt: one.number?.verified ? 1 : undefined,
    textsFrom: texts ? one.number?.phone : undefined,
    smsConsent: one.smsConsent,
    blockedAt: one.blocked ? 1 : undefined,
  };
};

const optedOut = (t: Deployment) =>
  t.run(async (ctx) => {
    const out = await Promise.all(NUMBERS.map((phone) => hasOptedOut(ctx, phone)));
    return NUMBERS.filter((_, i) => out[i]);
  });

async function arrange(t: Deployment, one: Person) {
  const caller = await signIn(t, fieldsOf(one));
  await t.run(async (ctx) => {
    for (let i = 0; i < one.conversations; i++) {
      await ctx.db.insert("conversations", {
        ...{ userId: caller.userId, channel: "web", status: "open", owner: { kind: "ai" } },
        ...{ turn: 0, episode: 1, lastMessageAt: i, preview: "", unreadByCustomer: 0 },
        ...{ unreadByStaff: 0, aiReplies: 0 },
      });
    }
  });
  return caller;
}

test("any two people", async () => {
  await fc.assert(
    fc.asyncProperty(person(EMAILS[0]!), person(EMAILS[1]!), async (a, b) => {
      // A number that both text from in one form is no state that there can be.
      fc.pre(!a.number || !b.number || a.number.phone !== b.number.phone || !bothText(a, b));
      const t = deployment();
      const dana = await technician(t);
      const [one, other] = [await arrange(t, a), await arrange(t, b)];
      for (const [{ userId }, { notes }] of [
        [one, a],
        [other, b],
      ] as const) {
        for (let i = 0; i < notes; i++) {
          await dana.t.mutation(api.customers.addNote, { userId, text: `Note ${i}` });
        }
      }
      // Whom nobody can name is found by a conversation of theirs, as at the desk.
      const anchor = await other.t
        .mutation(api.conversations.createConversation, {})
        .catch(() => null);
      fc.pre(anchor !== null);
      const preview = (await dana.t.query(api.customers.previewMerge, {
        ...{ userId: one.userId, other: anchor.conversationId },
      }))!;
      const before = await world(t);
      const out = await optedOut(t);
      const { keeps, goes, version, refusals } = preview;
      const done = await outcomeOf(
        dana.t.mutation(api.customers.merge, {
          ...{ userId: one.userId, otherId: other.userId, version, proof: "called_back" },
        }),
      );
      expect(done).toBe(refusals.length > 0 ? "conflict" : "ok");
      for (const refused of refusals) count(refused);
      if (refusals.length > 0) {
        expect(await world(t)).toEqual(before);
        return;
      }
      count("merged");

      const after = await world(t);
      const left = after.users.find(({ _id }) => _id === keeps._id)!;
      expect(after.users.map(({ _id }) => _id)).not.toContain(goes._id);
      expect(after.conversations.map(({ _id }) => _id)).toEqual(
        before.conversations.map(({ _id }) => _id),
      );
      expect(after.conversations.every(({ userId }) => userId === keeps._id)).toBe(true);
      expect(left.notes ?? []).toHaveLength(a.notes + b.notes);
      expect(await optedOut(t)).toEqual(expect.arrayContaining(out));
      if (out.length > 0) count("opted out");

      // Nothing is proved now that was not, nothing proved is lost, and consent is that of the number.
      const people = before.users.filter(({ _id }) => _id === keeps._id || _id === goes._id);
      for (const [field, proof] of [
        ["email", "emailVerifiedAt"],
        ["phone", "phoneVerifiedAt"],
      ] as const) {
        const proved = people
          .filter((user) => user[proof] !== undefined)
          .map((user) => user[field]);
        expect(left[proof] !== undefined).toBe(proved.length > 0);
        if (proved.length > 0) expect(proved).toContain(left[field]);
        if (proved.length > 0) count(`${field} proved`);
      }
      const inUse = people.flatMap(({ textsFrom }) => textsFrom ?? []);
      if (inUse.length > 0) expect(inUse).toContain(left.textsFrom);
      else expect(left.textsFrom).toBeUndefined();
      if (people.some(({ smsConsent }) => smsConsent === "revoked")) {
        expect(left.smsConsent).toBe("revoked");
      }
      if (left.smsConsent === "granted") count("granted");
      // An address that nobody confirmed opens nothing that somebody has a way into.
      if (left.email !== undefined && left.emailVerifiedAt === undefined) {
        const own = before.users.find(({ _id }) => _id === keeps._id)!;
        expect(own.email).toBe(left.email);
      }
      // It came out as it was shown.
      const { name, email, phone, smsConsent } = left;
      const shown = { name, email, phone, smsConsent };
      expect(preview.after).toMatchObject(JSON.parse(JSON.stringify(shown)) as object);

      const loser = goes._id === one.userId ? one : other;
      const read = () =>
        loser.t.query(api.conversations.getUserConversations, { paginationOpts: page() });
      expect(await outcomeOf(read())).toBe("session_expired");
      const unproven = left.emailVerifiedAt === undefined && left.phoneVerifiedAt === undefined;
      const winner = loser === one ? other : one;
      expect(await outcomeOf(winner.t.query(api.users.me, {}))).toBe(
        unproven ? "session_expired" : "ok",
      );
    }),
    { numRuns: runs(300) },
  );
});

afterAll(() =>
  expectReached({
    often: [
      "merged",
      "opted out",
      "granted",
      "blocked",
      "two_emails",
      "two_numbers",
      "email proved",
      "phone proved",
    ],
    rarely: ["no_way_in"],
  }),
);

const bothText = (a: Person, b: Person) =>
  [a, b].every(({ number }) => number?.texts === true || number?.verified === true);

async function world(t: Deployment) {
  const { users, conversations, sessions, workflows } = await snapshot(t);
  return { users, conversations, sessions, workflows } as {
    users: Doc<"users">[];
    conversations: Doc<"conversations">[];
    sessions: unknown[];
    workflows: unknown[];
  };
}

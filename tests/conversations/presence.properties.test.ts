/**
 * Any order of typing, notes, looks, take-overs and time: the customer is told of whoever has the conversation and of
 * nobody else, never of a note; what is said writes no row that a list reads, and leaves no more rows than people.
 */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SECOND } from "../../convex/lib/time";
import { TYPING_LASTS } from "../../convex/model/desk/presence";
import { fc, runs } from "../properties";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  row,
  technician,
  type Caller,
} from "../setup";

const who = fc.constantFrom("Dana" as const, "Sam" as const);
const step = fc.oneof(
  fc.record({ kind: fc.constant("take" as const), who }),
  fc.constant({ kind: "giveBack" as const }),
  fc.constant({ kind: "ask" as const }),
  fc.constant({ kind: "type" as const }),
  fc.record({
    kind: fc.constant("write" as const),
    who,
    writes: fc.constantFrom("answer" as const, "note" as const),
  }),
  fc.record({ kind: fc.constant("look" as const), who, saw: fc.nat(3), leaving: fc.boolean() }),
  fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 12 }) }),
);
type Name = "Dana" | "Sam";

test("the customer is told of whoever has the conversation, and of nobody and nothing else", async () => {
  const reached = { typing: 0, silent: 0, seen: 0, nobody: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const t = clockedDeployment();
      await addAgent(t);
      const ann = await customer(t);
      const staff: Record<Name, Caller> = { Dana: await technician(t), Sam: await admin(t) };
      const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
      const one = { conversationId };
      let holder: Name | null = null;
      const asked: { id: Id<"messages">; at: number }[] = [];
      const wrote: Record<Name, number | null> = { Dana: null, Sam: null };
      const saw: Record<Name, number> = { Dana: 0, Sam: 0 };
      const act = async (next: (typeof steps)[number]): Promise<void> => {
        if (next.kind === "wait") vi.setSystemTime(Date.now() + next.seconds * SECOND);
        if (next.kind === "ask") {
          if (asked.length === 4) return;
          const id = await ann.t.mutation(api.messages.sendMessage, { ...one, text: "And now?" });
          asked.push({ id, at: Date.now() });
        }
        if (next.kind === "take" && holder !== next.who) {
          const from = holder === null ? undefined : staff[holder].userId;
          await staff[next.who].t.mutation(api.conversations.claim, { ...one, from });
          holder = next.who;
        }
        if (next.kind === "giveBack" && holder !== null) {
          await staff[holder].t.mutation(api.conversations.requeue, one);
          holder = null;
        }
        if (next.kind === "type") await ann.t.mutation(api.presence.startTyping, one);
        if (next.kind === "write") {
          const { writes } = next;
          await staff[next.who].t.mutation(api.presence.startWriting, { ...one, writes });
          if (writes === "note") wrote[next.who] = null;
          else if (holder === next.who) wrote[next.who] = Date.now();
        }
        if (next.kind === "look") {
          const message = asked[next.saw];
          const { leaving } = next;
          await staff[next.who].t.mutation(api.presence.lookAt, {
            ...one,
            saw: message?.id,
            leaving,
          });
          if (leaving) wrote[next.who] = null;
          if (message && holder === next.who) saw[next.who] = Math.max(saw[next.who], message.at);
        }
      };
      for (const next of steps) {
        const before = await row(t, conversationId);
        await act(next);
        if (["type", "write", "look"].includes(next.kind)) {
          expect(await row(t, conversationId)).toEqual(before);
        }
        const told = await ann.t.query(api.presence.ofTechnician, one);
        reached.nobody += told === null ? 1 : 0;
        expect(told?.name ?? null).toBe(holder);
        if (told === null || holder === null) continue;
        const types = (told.typesUntil ?? 0) > Date.now();
        const since = Date.now() - (wrote[holder] ?? -Infinity);
        // Said again while it was fresh it may end up to five seconds sooner; never later.
        if (types) expect(since).toBeLessThan(TYPING_LASTS);
        if (since < TYPING_LASTS / 2) expect(types).toBe(true);
        reached[types ? "typing" : "silent"] += 1;
        expect(told.seen?.upTo ?? 0).toBe(saw[holder]);
        reached.seen += told.seen === undefined ? 0 : 1;
      }
      const rows = await t.run((ctx) => ctx.db.query("workflows").collect());
      const here = rows.filter(({ kind }) => kind === "desk" || kind === "presence");
      expect(here.length).toBeLessThanOrEqual(3);
    }),
    { numRuns: runs(60) },
  );
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(0);
});

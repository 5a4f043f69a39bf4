/**
 * Any order of answers, heartbeats, closed pages and time: what is cancelled as seen was shown, and nothing is claimed
 * while the page is there.
 */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { fc, runs } from "../properties";
import { customer, technician } from "../setup";
import { claim, deliveryOf, newPhone, smsShop } from "../sms/shop";
import { PAGE_GRACE, PAGE_LEASE } from "../../convex/model/outbox/presence";
import { SECOND } from "../../convex/lib/time";

const step = fc.oneof(
  fc.constant({ kind: "answer" as const }),
  fc.record({ kind: fc.constant("beat" as const), shows: fc.nat(3), leaving: fc.boolean() }),
  fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("claim" as const), which: fc.nat(3) }),
);

test("no text is cancelled unseen, none is claimed while the page is there", async () => {
  const reached = { cancelled: 0, held: 0, sent: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const t = await smsShop();
      const phone = newPhone();
      const ann = await customer(t);
      const proved = { phone, textsFrom: phone, phoneVerifiedAt: Date.now() };
      await t.run((ctx) => ctx.db.patch("users", ann.userId, proved));
      const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
      const dana = await technician(t);
      await dana.t.mutation(api.conversations.claim, { conversationId });
      await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Ready?" });
      await ann.t.mutation(api.conversations.continueByText, { conversationId, on: true });
      const answers: Id<"messages">[] = [];
      let shown = -1;
      let thereUntil = Date.now() + PAGE_LEASE;
      for (const act of steps) {
        if (act.kind === "wait") vi.setSystemTime(Date.now() + act.seconds * SECOND);
        if (act.kind === "answer") {
          const args = { conversationId, text: `Answer ${answers.length}` };
          answers.push(await dana.t.mutation(api.messages.sendStaffMessage, args));
        }
        if (act.kind === "beat") {
          const shows = answers[act.shows];
          if (shows !== undefined) shown = Math.max(shown, act.shows);
          const { leaving } = act;
          await ann.t.mutation(api.conversations.onPage, { conversationId, shows, leaving });
          thereUntil = Date.now() + (leaving ? PAGE_GRACE : PAGE_LEASE);
        }
        const messageId = act.kind === "claim" ? answers[act.which] : undefined;
        if (act.kind !== "claim" || messageId === undefined) continue;
        if ((await deliveryOf(t, messageId))?.state !== "queued") continue;
        const text = { messageId, attempt: 1 };
        const claimed = await claim(t, messageId);
        const delivery = (await deliveryOf(t, messageId))!;
        const isSeen = act.which <= shown;
        expect(delivery.state === "cancelled").toBe(isSeen);
        if (claimed !== null) {
          expect(isSeen || thereUntil > Date.now()).toBe(false);
          reached.sent++;
          const outcome = { kind: "accepted" as const, sid: `SM${messageId}` };
          await t.mutation(internal.sms.settleSend, { text, outcome });
        }
        reached[isSeen ? "cancelled" : "held"] += claimed === null ? 1 : 0;
      }
    }),
    { numRuns: runs(60) },
  );
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(0);
});

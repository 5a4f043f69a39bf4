/** How urgent a conversation is by hand, and until when its customer should have an answer. */
import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import {
  admin,
  clockedDeployment,
  customer,
  guest,
  hush,
  refusal,
  row,
  technician,
  type Caller,
} from "../setup";

const { conversations } = api;
/** The example shop is open: a Wednesday, 10:00 in New York. */
const OPEN = Date.UTC(2026, 10, 18, 15);

function shopAt(at: number) {
  hush();
  const t = clockedDeployment();
  vi.setSystemTime(at);
  return t;
}

async function waits(
  person: Caller,
  text = "I want to talk to a person",
): Promise<Id<"conversations">> {
  const message = { text };
  return (await person.t.mutation(conversations.createConversation, { message })).conversationId;
}

const mark = (staff: Caller, conversationId: Id<"conversations">, urgent: boolean) =>
  staff.t.mutation(api.targets.setUrgent, { conversationId, urgent });
const waiting = async (staff: Caller) =>
  (await staff.t.query(conversations.queue, { view: "waiting" })).map(({ _id }) => _id);

describe("urgent by hand", () => {
  test("is first in the queue, and at its old place once it is cleared", async () => {
    const t = shopAt(OPEN);
    const dana = await technician(t);
    const first = await waits(await guest(t));
    vi.setSystemTime(OPEN + MINUTE);
    const second = await waits(await guest(t));
    expect(await waiting(dana)).toEqual([first, second]);
    const { turn } = await row(t, second);
    await mark(dana, second, true);
    expect(await waiting(dana)).toEqual([second, first]);
    expect((await dana.t.query(conversations.getForStaff, { conversationId: second })).urgent).toBe(
      true,
    );
    await mark(dana, second, false);
    expect(await waiting(dana)).toEqual([first, second]);
    // Nobody who writes is overtaken by it.
    expect((await row(t, second)).turn).toBe(turn);
  });

  test("is kept when it is given back, comes before what the brief says, and ends with the episode", async () => {
    const t = shopAt(OPEN);
    const [dana, ann] = [await technician(t), await customer(t)];
    const id = await waits(ann);
    await dana.t.mutation(conversations.claim, { conversationId: id });
    await mark(dana, id, true);
    await dana.t.mutation(conversations.requeue, { conversationId: id });
    expect(await waiting(dana)).toEqual([id]);
    expect((await row(t, id)).owner).toMatchObject({
      kind: "queue",
      urgentSince: expect.any(Number) as number,
    });
    await mark(dana, id, false);
    expect((await row(t, id)).owner).not.toHaveProperty("urgentSince");
    await dana.t.mutation(conversations.resolve, { conversationId: id });
    await dana.t.mutation(conversations.reopen, { conversationId: id });
    expect(await row(t, id)).not.toHaveProperty("urgent");
    const danger = await waits(ann, "There is smoke from my laptop, it burns");
    expect((await dana.t.query(conversations.getForStaff, { conversationId: danger })).urgent).toBe(
      true,
    );
    await mark(dana, danger, false);
    expect((await dana.t.query(conversations.getForStaff, { conversationId: danger })).urgent).toBe(
      false,
    );
    expect((await row(t, danger)).owner).not.toHaveProperty("urgentSince");
  });
});

describe("the target", () => {
  test("of a first answer is 30 minutes, of a later one 60, and is gone with the answer", async () => {
    const t = shopAt(OPEN);
    const [dana, ann] = [await technician(t), await customer(t)];
    const id = await waits(ann);
    const shown = async () =>
      (await dana.t.query(conversations.getForStaff, { conversationId: id })).target;
    expect(await shown()).toEqual({ warnAt: OPEN + 22.5 * MINUTE, dueAt: OPEN + 30 * MINUTE });
    vi.setSystemTime(OPEN + 5 * MINUTE);
    await ann.t.mutation(api.messages.sendMessage, { conversationId: id, text: "Hello?" });
    await dana.t.mutation(conversations.claim, { conversationId: id });
    expect((await shown())?.dueAt).toBe(OPEN + 30 * MINUTE);
    await dana.t.mutation(api.messages.sendStaffMessage, { conversationId: id, text: "Here I am" });
    expect(await shown()).toBeUndefined();
    expect(await row(t, id)).not.toHaveProperty("target");
    vi.setSystemTime(OPEN + 10 * MINUTE);
    await ann.t.mutation(api.messages.sendMessage, {
      conversationId: id,
      text: "Thanks, and now?",
    });
    expect(await shown()).toEqual({ warnAt: OPEN + 55 * MINUTE, dueAt: OPEN + 70 * MINUTE });
    await dana.t.mutation(conversations.snooze, { conversationId: id, until: OPEN + DAY });
    expect(await shown()).toBeUndefined();
  });

  test("counts opening hours alone", async () => {
    // Closed at 18:00 in New York: 15 minutes are left.
    const t = shopAt(Date.UTC(2026, 10, 18, 22, 45));
    const dana = await technician(t);
    const id = await waits(await guest(t));
    const { target } = await dana.t.query(conversations.getForStaff, { conversationId: id });
    expect(target!.dueAt - Date.now()).toBeGreaterThan(12 * HOUR);
    // A Thursday, 15 minutes after the shop has opened.
    const { openings } = await dana.t.query(api.knowledge.hours, { from: Date.now() });
    const next = openings.find(({ opensAt }) => opensAt > Date.now())!;
    expect(target!.dueAt).toBe(next.opensAt + 15 * MINUTE);
  });

  test("is what an admin has set, for who waits from then on; the AI's conversations have none", async () => {
    const t = shopAt(OPEN);
    const [dana, sam] = [await technician(t), await admin(t)];
    const before = await waits(await guest(t));
    await sam.t.mutation(api.targets.set, { targets: { firstMinutes: 10, waitingMinutes: 20 } });
    const after = await waits(await guest(t));
    expect((await row(t, before)).target?.dueAt).toBe(OPEN + 30 * MINUTE);
    expect((await row(t, after)).target?.dueAt).toBe(OPEN + 10 * MINUTE);
    expect(await dana.t.query(api.targets.get, {})).toEqual({
      firstMinutes: 10,
      waitingMinutes: 20,
    });
    const withAi = await waits(await guest(t), "What does a screen cost?");
    expect(await row(t, withAi)).not.toHaveProperty("target");
    for (const firstMinutes of [0, 0.5, 2_401, NaN]) {
      const wrong = sam.t.mutation(api.targets.set, {
        targets: { firstMinutes, waitingMinutes: 60 },
      });
      expect(await refusal(wrong)).toMatchObject({ code: "invalid_input" });
    }
  });

  test("orders who waits, whoever came first", async () => {
    const t = shopAt(OPEN);
    const [dana, sam] = [await technician(t), await admin(t)];
    const slow = await waits(await guest(t));
    await sam.t.mutation(api.targets.set, { targets: { firstMinutes: 5, waitingMinutes: 60 } });
    vi.setSystemTime(OPEN + MINUTE);
    const soon = await waits(await guest(t));
    expect(await waiting(dana)).toEqual([soon, slow]);
    const urgent = await waits(await guest(t));
    await mark(dana, urgent, true);
    expect(await waiting(dana)).toEqual([urgent, soon, slow]);
  });
});

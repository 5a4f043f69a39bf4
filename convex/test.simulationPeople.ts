/** Steps of the customers and of the shop's staff. */
import fc from "fast-check";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { HOUR, MINUTE } from "./model/time";
import { must } from "./test.simulationExpect";
import { rowsChanged } from "./test.simulationChecks";
import {
  ago,
  conversationOf,
  latest,
  step,
  which,
  who,
  type StepKind,
} from "./test.simulationSteps";
import { count, type Conversation, type Party, type World } from "./test.simulationWorld";

type On = { on: number };
type By = { on: number; by: number };

const idOf = ({ subject }: Party) => subject as Id<"users">;

async function send(world: World, { id, talk, customer, sent }: Conversation): Promise<void> {
  const serial = world.serial();
  const message = { text: `Question ${serial}`, clientMessageId: `question-${serial}` };
  const capped = talk.owner === "ai";
  const args = { conversationId: id, ...message };
  const messageId = await world.call(api.messages.sendMessage, args, customer, () => {
    talk.written(Date.now());
    if (capped && talk.owner === "queue") count("reply cap");
    return "ok";
  });
  if (messageId !== undefined) sent.push({ ...message, id: messageId, by: customer });
}

/** A client that never heard the answer sends the same again: the same id, and nothing changes. */
async function resend(world: World, { id, talk, sent, customer }: Conversation, back: number) {
  const message = latest(sent, back);
  if (message === undefined) return;
  const { by, id: first, ...rest } = message;
  const fn = by === customer ? api.messages.sendMessage : api.messages.sendStaffMessage;
  const mayWrite = by === customer || talk.owner === by.subject;
  const again = await world.call(fn, { conversationId: id, ...rest }, by, () =>
    mayWrite ? "ok" : "conflict",
  );
  must(rowsChanged(world.engine.changes()), []);
  if (again !== undefined) must(again, first);
  count("sent again");
}

async function answer(world: World, { id, talk, sent }: Conversation, by: Party): Promise<void> {
  const serial = world.serial();
  const message = { text: `Answer ${serial}`, clientMessageId: `answer-${serial}` };
  const args = { conversationId: id, ...message };
  const messageId = await world.call(api.messages.sendStaffMessage, args, by, () => {
    if (talk.owner !== by.subject) return "conflict";
    talk.answeredByStaff();
    count("answered by staff");
    return "ok";
  });
  if (messageId !== undefined) sent.push({ ...message, id: messageId, by });
}

/** All of them at once: of n concurrent claims exactly one wins, and the others see who. */
async function claim(world: World, { id, talk }: Conversation, by: Party[]): Promise<void> {
  const free = talk.owner === "ai" || talk.owner === "queue";
  for (const technician of by) {
    await world.call(api.conversations.claim, { conversationId: id }, technician, () => {
      if (talk.status === "resolved") return "conflict";
      if (talk.owner === technician.subject) return "ok";
      if (talk.owner !== "ai" && talk.owner !== "queue") return "conflict";
      count(`claimed from ${talk.owner}${talk.process?.shown ? " mid-word" : ""}`);
      talk.givenTo(technician.subject);
      return "ok";
    });
  }
  if (by.length > 1 && free && talk.status !== "resolved") count("claims raced");
}

async function assign(world: World, on: Conversation, by: Party, to: Party): Promise<void> {
  const { id, talk } = on;
  const args = { conversationId: id, userId: idOf(to) };
  await world.call(api.conversations.assign, args, by, () => {
    if (talk.status === "resolved") return "conflict";
    if (talk.owner !== to.subject) talk.givenTo(to.subject);
    return "ok";
  });
}

async function resolve(world: World, { id, talk }: Conversation, by: Party, stale: boolean) {
  const row = world.engine.rows("conversations").find(({ _id }) => _id === id)!;
  const turn = stale ? row.turn - 1 : undefined;
  await world.call(api.conversations.resolve, { conversationId: id, turn }, by, () => {
    if (stale) return "conflict";
    if (talk.status !== "resolved") count("resolved");
    talk.resolved();
    return "ok";
  });
}

async function snooze(world: World, { id, talk }: Conversation, by: Party, ms: number) {
  const until = Date.now() + ms + world.serial();
  await world.call(api.conversations.snooze, { conversationId: id, until }, by, () => {
    if (talk.status === "resolved") return "conflict";
    Object.assign(talk, { status: "snoozed", snoozedUntil: until });
    count("snoozed");
    return "ok";
  });
}

/** The account stops being a technician's: the cases go back to the queue. */
async function leave(world: World, index: number): Promise<void> {
  const { subject } = world.technicians[index]!;
  const args = (role: "customer" | "technician") => ({ userId: subject as Id<"users">, role });
  await world.call(api.users.setRole, args("customer"), world.admin, () => {
    for (const { talk } of world.conversations) if (talk.owner === subject) talk.requeued();
    return "ok";
  });
  await world.call(api.users.setRole, args("technician"), world.admin, () => "ok");
}

async function rate(world: World, { id, talk, customer }: Conversation): Promise<void> {
  await world.call(api.conversations.rate, { conversationId: id, score: 5 }, customer, () => {
    if (talk.rated) count("rated again");
    talk.rated = true;
    return "ok";
  });
}

async function thumb(world: World, { id, customer }: Conversation): Promise<void> {
  const rows = world.engine.rows("messages").filter((row) => row.conversationId === id);
  const answer = rows.findLast(({ author, status }) =>
    author.kind === "agent" ? status !== "streaming" : false,
  );
  if (answer === undefined) return;
  const args = { messageId: answer._id, score: "up" as const };
  await world.call(api.messages.rateMessage, args, customer, () => "ok");
}

const tech = (world: World, by: number) => world.technicians[by]!;
const at = conversationOf;

export const peopleSteps: StepKind[] = [
  step<On>("send", 12, { on: which }, (world, { on }) => send(world, at(world, on))),
  step<On & { back: number }>("resend", 2, { on: which, back: ago }, (world, { on, back }) =>
    resend(world, at(world, on), back),
  ),
  step<On>("stop", 2, { on: which }, async (world, { on }) => {
    const { id, talk, customer } = at(world, on);
    await world.call(api.replies.stop, { conversationId: id }, customer, () => {
      if (talk.process !== null) count(`stopped ${talk.process.shown === null ? "early" : "late"}`);
      talk.stopped();
      return "ok";
    });
  }),
  step<On>("retry", 2, { on: which }, async (world, { on }) => {
    const { id, talk, customer } = at(world, on);
    await world.call(api.replies.retry, { conversationId: id }, customer, () => {
      const outcome = talk.retried(Date.now());
      count(`retry ${outcome}`);
      return outcome;
    });
  }),
  step<On & { staff: boolean }>(
    "escalate",
    2,
    { on: which, staff: fc.boolean() },
    async (world, { on, staff }) => {
      const { id, talk, customer } = at(world, on);
      const by = staff ? tech(world, 0) : customer;
      await world.call(api.conversations.escalateConversation, { conversationId: id }, by, () => {
        talk.escalated(Date.now());
        return "ok";
      });
    },
  ),
  step<On & { by: number[] }>(
    "claim",
    3,
    { on: which, by: fc.uniqueArray(who, { minLength: 1 }) },
    (world, { on, by }) =>
      claim(
        world,
        at(world, on),
        by.map((one) => tech(world, one)),
      ),
  ),
  step<By>("answer", 3, { on: which, by: who }, async (world, { on, by }) => {
    const { talk } = at(world, on);
    const owner = world.technicians.find(({ subject }) => subject === talk.owner);
    // Mostly whoever has it.
    await answer(world, at(world, on), by === 0 ? tech(world, by) : (owner ?? tech(world, by)));
  }),
  step<By & { to: number }>("assign", 2, { on: which, by: who, to: who }, (world, { on, by, to }) =>
    assign(world, at(world, on), tech(world, by), tech(world, to)),
  ),
  step<By>("release", 4, { on: which, by: who }, async (world, { on, by }) => {
    const { id, talk } = at(world, on);
    await world.call(api.conversations.release, { conversationId: id }, tech(world, by), () => {
      if (talk.owner !== "ai")
        count(`released${talk.waitingSince === undefined ? "" : " waiting"}`);
      talk.released(Date.now());
      return "ok";
    });
  }),
  step<By & { stale: boolean }>(
    "resolve",
    2,
    { on: which, by: who, stale: fc.boolean() },
    (world, { on, by, stale }) => resolve(world, at(world, on), tech(world, by), stale),
  ),
  step<By>("reopen", 1, { on: which, by: who }, async (world, { on, by }) => {
    const { id, talk } = at(world, on);
    await world.call(api.conversations.reopen, { conversationId: id }, tech(world, by), () => {
      if (talk.status === "resolved") {
        count("reopened");
        talk.reopened();
      }
      return "ok";
    });
  }),
  step<By & { ms: number }>(
    "snooze",
    1,
    { on: which, by: who, ms: fc.constantFrom(MINUTE, HOUR) },
    (world, { on, by, ms }) => snooze(world, at(world, on), tech(world, by), ms),
  ),
  step<By>("note", 1, { on: which, by: who }, async (world, { on, by }) => {
    const args = { conversationId: at(world, on).id, text: "A note" };
    await world.call(api.messages.addNote, args, tech(world, by), () => "ok");
  }),
  step<On & { staff: boolean }>(
    "read",
    2,
    { on: which, staff: fc.boolean() },
    async (world, step) => {
      const { id, talk, customer } = at(world, step.on);
      const by = step.staff ? tech(world, 0) : customer;
      await world.call(api.conversations.markRead, { conversationId: id }, by, () => {
        if (step.staff) talk.unreadByStaff = 0;
        else talk.unreadByCustomer = 0;
        return "ok";
      });
    },
  ),
  step<On>("rate", 1, { on: which }, (world, { on }) => rate(world, at(world, on))),
  step<On>("thumb", 1, { on: which }, (world, { on }) => thumb(world, at(world, on))),
  step<{ who: number }>("leave", 1, { who }, (world, step) => leave(world, step.who)),
];

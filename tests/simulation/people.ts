/** Steps of the customers and of the shop's staff. */
import fc from "fast-check";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { HOUR, MINUTE } from "../../convex/lib/time";
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import { count } from "../properties";
import { must } from "./expect";
import { rowsChanged } from "./checks";
import { ago, conversationOf, latest, step, which, who, type StepKind } from "./steps";
import { hasLeft, hasRoom } from "./desk";
import type { Words } from "./model";
import type { Conversation, Party, World, Writer } from "./world";

type On = { on: number };
type By = { on: number; by: number };

const idOf = ({ subject }: Party) => subject as Id<"users">;

const SAID: Record<Exclude<Words, "question">, string> = {
  person: "I want to talk to a person, please",
  topic: "My battery is swollen",
  failure: "That did not work",
  yes: "Yes please",
  no: "No thanks",
  thanks: "Thank you so much",
};
const words = fc.constantFrom<Words[]>(
  ...(["question", "question", "question", "question", "failure", "failure"] as const),
  ...(["yes", "no", "thanks", "person", "topic"] as const),
);

/** To whom a settled matter goes back: the technician who answered lately, if they have room, or an offer. */
function comesBack(world: World, { id, talk }: Conversation, said: Words): string | null {
  const { resolvedAt = 0 } = world.rowOf(id);
  if (talk.status !== "resolved" || said === "thanks") return null;
  if (Date.now() - resolvedAt > 72 * HOUR) return null;
  const lately = world.engine
    .rows("messages")
    .filter((row) => row.conversationId === id && row.visibility === "public")
    .filter(({ settledAt }) => settledAt !== undefined)
    .sort((a, b) => a.settledAt! - b.settledAt! || a._creationTime - b._creationTime)
    .slice(-6);
  const answer = lately.findLast(({ author }) => author.kind === "technician");
  if (answer?.author.kind !== "technician") return talk.briefed ? "offer" : null;
  const { userId } = answer.author;
  return userId !== undefined && hasRoom(world, userId) ? userId : "offer";
}

export async function send(world: World, on: Conversation, said: Words): Promise<void> {
  const { customer, sent } = on;
  const { args, expected } = asking(world, on, said);
  const id = await world.call(api.messages.sendMessage, args, customer, expected);
  const { text, clientMessageId } = args;
  if (id !== undefined) sent.push({ text, clientMessageId, id, by: customer });
}

/** The same, to be answered in one go: its writer, unless people have it or too much is read along. */
export async function sendAlong(
  world: World,
  on: Conversation,
  said: Words,
): Promise<Writer | null> {
  const { id, talk, customer, sent } = on;
  const { args, expected } = asking(world, on, said);
  const asked = await world.call(internal.replies.ask, args, customer, () => {
    const code = expected();
    const usual = world.engine.rows("workflows").some(({ kind, state, conversationId, turn }) => {
      const own = conversationId === id && turn === world.rowOf(id).turn;
      return own && kind === "reply" && state === "queued";
    });
    if (talk.process === null || usual) return code;
    talk.process.jobWaits = false;
    if (world.aiWorks) talk.begun(Date.now());
    else talk.escalated(Date.now());
    return code;
  });
  if (asked === undefined) return null;
  const { messageId, turn, assignment } = asked;
  const { text, clientMessageId } = args;
  sent.push({ text, clientMessageId, id: messageId, by: customer });
  const { process } = talk;
  must(assignment !== null, process?.state === "running");
  count(assignment === null ? "not told along" : "told along");
  if (assignment === null || process === null) return null;
  const ref = { conversationId: id, turn, attempt: 1 };
  const reading = { text: "", state: "writing" as const, reader: customer, sent: [] };
  const writer: Writer = { ref, assignment, process, ...reading };
  world.writers.push(writer);
  return writer;
}

/** What the customer sends, and what is to become of it. */
function asking(world: World, on: Conversation, said: Words) {
  const { id, talk } = on;
  const serial = world.serial();
  const text = said === "question" ? `Question ${serial}` : SAID[said];
  const message = { text, clientMessageId: `question-${serial}` };
  const ai = talk.owner === "ai";
  const back = comesBack(world, on, said);
  const left = hasLeft(world, talk);
  const args = { conversationId: id, ...message };
  const expected = () => {
    const capped = ai && talk.status !== "resolved" && talk.aiReplies >= REPLY_CAP;
    talk.written(Date.now(), said, back, left);
    if (left) count("passed on");
    if (ai && talk.owner !== "ai") {
      if (talk.owner !== "queue") count("back with their technician");
      else count(capped ? "reply cap" : `handed off: ${said}`);
    } else if (ai && talk.offer !== null) count(`offered: ${talk.offer.reason}`);
    return "ok";
  };
  return { args, expected };
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

export async function answer(
  world: World,
  { id, talk, sent }: Conversation,
  by: Party,
): Promise<void> {
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
export async function claim(world: World, { id, talk }: Conversation, by: Party[]): Promise<void> {
  const free = talk.owner === "ai" || talk.owner === "queue";
  for (const technician of by) {
    await world.call(api.conversations.claim, { conversationId: id }, technician, () => {
      if (talk.status === "resolved") return "conflict";
      if (talk.owner === technician.subject) return "ok";
      if (talk.owner !== "ai" && talk.owner !== "queue") return "conflict";
      count(`claimed from ${talk.owner}${talk.process?.shown ? " mid-word" : ""}`);
      talk.givenTo(technician.subject, Date.now(), "claimed");
      return "ok";
    });
  }
  if (by.length > 1 && free && talk.status !== "resolved") count("claims raced");
}

async function assign(world: World, on: Conversation, by: Party, to: Party): Promise<void> {
  const { id, talk } = on;
  const args = { conversationId: id, userId: idOf(to) };
  const room = hasRoom(world, to.subject);
  await world.call(api.conversations.assign, args, by, () => {
    const others = talk.owner !== "ai" && talk.owner !== "queue" && talk.owner !== by.subject;
    if (talk.status === "resolved" || others) return "conflict";
    if (talk.owner === to.subject) return "ok";
    if (to !== by && !room) return "conflict";
    count(to === by ? "took it" : "assigned by hand");
    talk.givenTo(to.subject, Date.now(), "assigned");
    return "ok";
  });
}

/** Whether the latest turn is their own answer: their page may not show it yet. */
const spokeLast = (world: World, id: Conversation["id"], by: Party) =>
  world.engine
    .rows("messages")
    .some(
      ({ conversationId, turn, author, visibility }) =>
        conversationId === id &&
        turn === world.rowOf(id).turn &&
        visibility === "public" &&
        author.kind === "technician" &&
        author.userId === idOf(by),
    );

export async function settle(
  world: World,
  { id, talk }: Conversation,
  by: Party,
  { stale, drop }: { stale: boolean; drop: boolean },
) {
  const turn = stale ? world.rowOf(id).turn - 1 : undefined;
  const isUnseen = stale && !spokeLast(world, id, by);
  const args = { conversationId: id, turn, dropPromises: drop };
  await world.call(api.conversations.resolve, args, by, () => {
    if (isUnseen) return "conflict";
    if (talk.status === "resolved") return "ok";
    if (talk.promises.length > 0 && !drop) {
      count("not resolved: promised");
      return "conflict";
    }
    count("resolved");
    talk.resolved();
    return "ok";
  });
}

/** The customer closes it, which no promise may be open for, or opens it again. */
async function setStatus(world: World, on: Conversation, status: "open" | "resolved") {
  const { id, talk, customer } = on;
  const args = { conversationId: id, status };
  await world.call(api.conversations.updateConversation, args, customer, () => {
    if (talk.status === status) return "ok";
    if (status === "open" && talk.status === "snoozed") return "conflict";
    if (status === "resolved" && talk.promises.length > 0) return "conflict";
    count(status === "open" ? "opened again by the customer" : "closed by the customer");
    if (status === "open") talk.reopened();
    else talk.resolved();
    return "ok";
  });
}

async function snooze(world: World, { id, talk }: Conversation, by: Party, ms: number) {
  const until = Date.now() + ms + world.serial();
  await world.call(api.conversations.snooze, { conversationId: id, until }, by, () => {
    if (talk.status === "resolved") return "conflict";
    talk.snoozed(until);
    count("snoozed");
    return "ok";
  });
}

async function rate(world: World, { id, talk, customer }: Conversation): Promise<void> {
  await world.call(api.conversations.rate, { conversationId: id, score: 5 }, customer, () => {
    if (talk.rated) count("rated again");
    else talk.events.push("rated");
    talk.rated = true;
    return "ok";
  });
}

async function thumb(world: World, { id, customer, talk }: Conversation): Promise<void> {
  const rows = world.engine.rows("messages").filter((row) => row.conversationId === id);
  const answer = rows.findLast(({ author, status }) =>
    author.kind === "agent" ? status !== "streaming" : false,
  );
  if (answer === undefined) return;
  const args = { messageId: answer._id, score: "up" as const };
  await world.call(api.messages.rateMessage, args, customer, () => {
    if (answer.feedback === undefined) talk.events.push("feedback");
    return "ok";
  });
}

const tech = (world: World, by: number) => world.technicians[by]!;
const at = conversationOf;

export const peopleSteps: StepKind[] = [
  step<On & { said: Words }>("send", 12, { on: which, said: words }, (world, { on, said }) =>
    send(world, at(world, on), said),
  ),
  step<On & { accept: boolean }>(
    "answer the offer",
    3,
    { on: which, accept: fc.boolean() },
    async (world, { on, accept }) => {
      const { id, talk, customer } = at(world, on);
      await world.call(
        api.conversations.answerOffer,
        { conversationId: id, accept },
        customer,
        () => {
          if (talk.offer !== null) count(accept ? "offer accepted" : "offer declined");
          talk.offerAnswered(accept, Date.now());
          return "ok";
        },
      );
    },
  ),
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
  step<By & { stale: boolean; drop: boolean }>(
    "resolve",
    3,
    { on: which, by: who, stale: fc.boolean(), drop: fc.boolean() },
    (world, { on, by, ...how }) => settle(world, at(world, on), tech(world, by), how),
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
  step<On & { status: "open" | "resolved" }>(
    "set the status",
    2,
    { on: which, status: fc.constantFrom("open", "resolved") },
    (world, { on, status }) => setStatus(world, at(world, on), status),
  ),
  step<By & { ms: number }>(
    "snooze",
    3,
    { on: which, by: who, ms: fc.constantFrom(MINUTE, HOUR) },
    (world, { on, by, ms }) => snooze(world, at(world, on), tech(world, by), ms),
  ),
  step<By>("note", 1, { on: which, by: who }, async (world, { on, by }) => {
    const { id, talk } = at(world, on);
    const args = { conversationId: id, text: "A note" };
    await world.call(api.messages.addNote, args, tech(world, by), () => {
      talk.events.push("note_added");
      return "ok";
    });
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
];

/**
 * Notes among staff, by property: in two worlds in which the same things happen, one with notes and one
 * without, everything that the customer can read, and everything that the model is given, is the same: rows,
 * counts, previews, times and order.
 */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { CALLS, TABLE } from "./calls";
import { call, publicFunctions, shop, type Shop } from "./functions";
import { fc, runs } from "../properties";
import { clockedDeployment, outcomeOf, page, row } from "../setup";

const NOTE = "canary-of-a-note";
const START = Date.UTC(2026, 10, 2, 9);

type Act = { what: (typeof ACTS)[number]; where: "asked" | "claimed" };
const ACTS = [
  "note",
  "ask",
  "answer",
  "claim",
  "release",
  "assign",
  "reply",
  "escalate",
  "snooze",
  "resolve",
  "reopen",
  "rate",
  "read",
] as const;

/** Does one thing; `notes` false leaves the notes out, and nothing else. */
async function perform(world: Shop, { what, where }: Act, notes: boolean): Promise<unknown> {
  const { owner, technician, admin } = world.callers;
  const conversationId = world.rows[where];
  const { conversations, messages } = api;
  switch (what) {
    case "note":
      return notes && technician.t.mutation(messages.addNote, { conversationId, text: NOTE });
    case "ask":
      return owner.t.mutation(messages.sendMessage, { conversationId, text: "And then?" });
    case "answer":
      return await answer(world, conversationId);
    case "claim":
      return technician.t.mutation(conversations.claim, { conversationId });
    case "release":
      return technician.t.mutation(conversations.release, { conversationId });
    case "assign":
      return admin.t.mutation(conversations.assign, { conversationId, userId: world.rows.staff });
    case "reply":
      return technician.t.mutation(messages.sendStaffMessage, { conversationId, text: "On it." });
    case "escalate":
      return owner.t.mutation(conversations.escalateConversation, { conversationId });
    case "snooze":
      return admin.t.mutation(conversations.snooze, { conversationId, until: Date.now() + 5_000 });
    case "resolve":
      return admin.t.mutation(conversations.resolve, { conversationId });
    case "reopen":
      return admin.t.mutation(conversations.reopen, { conversationId });
    case "rate":
      return owner.t.mutation(conversations.rate, { conversationId, score: 4 });
    case "read":
      return owner.t.mutation(conversations.markRead, { conversationId });
  }
}

/** The writer of the turn, with what the model would be given as its answer. */
async function answer(world: Shop, conversationId: Id<"conversations">): Promise<unknown> {
  const { turn } = await row(world.t, conversationId);
  const ref = { conversationId, turn, attempt: 1 };
  const assignment = await world.t.mutation(internal.replies.begin, ref);
  if (assignment === null) return null;
  await world.t.mutation(internal.messages.sendAgentMessage, {
    fence: assignment.fence,
    agentId: assignment.agentId,
    result: {
      text: "It costs $179.",
      citations: [],
      usage: { model: "m", promptTokens: 1, completionTokens: 1, costMicroUsd: 1, totalMs: 1 },
      outcome: { kind: "complete" },
    },
  });
  return assignment.context;
}

/** The access table says who may call what: what is forbidden to customers answers nothing else. */
const READS = publicFunctions
  .filter(({ name, kind }) => kind === "query" && TABLE[name]?.owner === "ok")
  .map(({ name }) => name);

/** Every query that the customer may call, of both conversations, and pages to their end. */
async function everything(world: Shop): Promise<unknown[]> {
  const { owner } = world.callers;
  const read: unknown[] = [];
  for (const where of ["asked", "claimed"] as const) {
    const rows = { ...world.rows, asked: world.rows[where] };
    for (const name of READS) {
      const result = call(owner.t, name, CALLS[name]!(rows, world));
      read.push([name, await result.catch((error: Error) => error.message)]);
    }
    const paged = { conversationId: world.rows[where], paginationOpts: page(100) };
    read.push(await owner.t.query(api.messages.getMessages, paged));
  }
  return read;
}

/** Ids by order of appearance, times to the second (creation times are told apart by fractions). */
function normalized(value: unknown): unknown {
  const ids = new Map<string, string>();
  const text = JSON.stringify(value, (key, field: unknown) => {
    if (key === "continueCursor") return "cursor";
    return typeof field === "number" && field > START ? Math.floor(field / 1000) : field;
  });
  const plain = text.replace(/\d{8,}([a-z_]+)/gi, (id, table: string) => {
    if (!ids.has(id)) ids.set(id, `${table}#${ids.size}`);
    return ids.get(id)!;
  });
  return JSON.parse(plain);
}

async function play(acts: Act[], notes: boolean): Promise<{ seen: unknown[]; outcomes: string[] }> {
  const t = clockedDeployment();
  vi.setSystemTime(START);
  const world = await shop(t);
  const seen: unknown[] = [];
  const outcomes: string[] = [];
  for (const [i, act] of acts.entries()) {
    vi.setSystemTime(START + (i + 1) * 10_000);
    let result: unknown;
    const outcome = outcomeOf(perform(world, act, notes).then((value) => (result = value)));
    outcomes.push(await outcome);
    // What the model is given counts as read.
    seen.push(normalized([act.what === "answer" ? result : null, await everything(world)]));
  }
  return { seen, outcomes };
}

test("a world with notes can't be told from one without, by the customer or by the model", async () => {
  const act = fc.record({
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constant("note" as const) },
      fc.constantFrom(...ACTS),
    ),
    where: fc.constantFrom("asked" as const, "claimed" as const),
  });
  const kinds = new Set<string>();
  // Each kind once, each in a state that allows it, with a note between any two.
  const tour = ACTS.flatMap((what): Act[] => [
    { what, where: what === "reply" || what === "assign" ? "claimed" : "asked" },
    { what: "note", where: "asked" },
  ]);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      const having = await play(acts, true);
      const without = await play(acts, false);
      expect(having).toEqual(without);
      expect(JSON.stringify(having)).not.toContain(NOTE);
      acts.forEach(({ what }, i) => having.outcomes[i] === "ok" && kinds.add(what));
    }),
    { numRuns: runs(12), examples: [[tour]] },
  );
  // The sequences did something: every kind of act has succeeded.
  expect([...kinds].sort()).toEqual([...ACTS].sort());
});

/**
 * Steps of the reply pipeline, a transaction each: what the writing action does between its calls to the model,
 * done by writers that are alive, late, doubled or believed dead; and what the scheduler makes of jobs.
 */
import fc from "fast-check";
import { internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import type { ReplyResult } from "../../convex/model/replies/admission";
import { REPLY_LEASE } from "../../convex/model/conversations/replyProcess";
import { MINUTE, SECOND } from "../../convex/lib/time";
import { count } from "../properties";
import { must } from "./expect";
import type { Job } from "./engine";
import { rowsChanged } from "./checks";
import type { Outcome } from "./model";
import { ago, latest, step, type StepKind } from "./steps";
import type { JobHandler, World, Writer } from "./world";

const handoff = { reason: "safety", summary: "Swollen battery.", urgency: "high" } as const;
const error = { code: "provider_unavailable", message: "The provider is down." };
const OUTCOMES: Record<Outcome, ReplyResult["outcome"]> = {
  complete: { kind: "complete" },
  gap: { kind: "complete", gap: "do you sell drones" },
  handoff: { kind: "handoff", handoff },
  "silent handoff": { kind: "handoff", handoff },
  "given up": { kind: "failed", error },
};
const outcome = fc.constantFrom<Outcome[]>(
  ...(Object.keys(OUTCOMES) as Outcome[]),
  "complete",
  "complete",
);

const usage = { model: "openai/gpt-5-mini", promptTokens: 90, completionTokens: 9, totalMs: 800 };

/** A writer asks to be admitted: for the job's turn and attempt, as often as it likes. */
async function begin(world: World, jobId: string): Promise<void> {
  const { ref, process, conversation } = world.jobs.get(jobId)!;
  const { talk } = conversation;
  const now = Date.now();
  let admitted = false;
  const assignment = await world.call(internal.replies.begin, ref, undefined, () => {
    const ours = talk.process === process && process.attempt === ref.attempt;
    if (!ours || process.state !== "queued") return "ok";
    if (world.aiWorks) {
      admitted = true;
      talk.begun(now);
    } else {
      talk.escalated(now);
      count("budget used up");
    }
    return "ok";
  });
  must(assignment !== null, admitted);
  count(admitted ? `begun, attempt ${ref.attempt}` : "not admitted");
  if (!assignment) return;
  world.writers.push({ ref, assignment, process, text: "", state: "writing" });
}

export const holds = (world: World, { ref, process }: Writer) => {
  const { talk } = world.of(ref.conversationId);
  const current = talk.process === process && process.state === "running";
  return current && process.attempt === ref.attempt ? talk : null;
};

export async function flush(world: World, writer: Writer): Promise<void> {
  if (writer.state !== "writing") return;
  const talk = holds(world, writer);
  writer.text += ` word-${world.serial()}`;
  const admitted = await show(world, writer, () => {
    talk?.flushed(writer.text, Date.now());
    return "ok";
  });
  must(admitted, talk !== null);
  if (talk === null) {
    must(rowsChanged(world.engine.changes()), []);
    writer.state = "overtaken";
    count("flush refused");
  }
}

/** Stored for everybody; whoever reads along has been told before. */
async function show(world: World, writer: Writer, expected: () => string): Promise<boolean> {
  const { reader, sent, text } = writer;
  const args = { fence: writer.assignment.fence, text, activity: "writing" as const };
  if (sent === undefined) {
    return (await world.call(internal.replies.flush, args, undefined, expected))!;
  }
  sent.push({ at: Date.now(), length: text.length });
  return (await world.call(internal.replies.checkpoint, args, reader, expected)) !== null;
}

/** How a writer ends: with what it holds, and what was heard of it. */
function endingOf({ assignment: { fence, agentId, checkId }, sent, text }: Writer) {
  if (sent === undefined) return { fence, agentId };
  return { fence, agentId, checkId, heard: { text, sent, clock: Date.now() } };
}

const resultOf = (world: World, writer: Writer, how: Outcome): ReplyResult => ({
  text: how === "silent handoff" ? "" : `${writer.text} end`,
  citations: [],
  usage: { ...usage, costMicroUsd: 100 + world.serial(), firstTokenMs: 300 },
  outcome: OUTCOMES[how],
});

/** The last word; then the same call again, because its answer was lost: that changes nothing. */
export async function finish(world: World, writer: Writer, how: Outcome, again = false) {
  if (writer.state !== "writing") return;
  writer.state = "ended";
  const talk = holds(world, writer);
  const args = { ...endingOf(writer), result: resultOf(world, writer, how) };
  await world.call(internal.messages.sendAgentMessage, args, writer.reader, () => {
    talk?.finished(how, Date.now());
    return "ok";
  });
  count(talk === null ? "finished too late" : `finished: ${how}`);
  if (!again || talk === null) return;
  await world.call(internal.messages.sendAgentMessage, args, writer.reader, () => "ok");
  must(rowsChanged(world.engine.changes()), []);
  count("finished twice");
}

const spentToday = (world: World) =>
  world.engine
    .rows("rateLimits")
    .filter(({ name }) => name === "ai budget")
    .reduce((sum, { value }) => sum + value, 0);

/** An overtaken writer books what it has used; and again, because the answer to its call was lost. */
export async function charge(world: World, writer: Writer): Promise<void> {
  writer.state = "ended";
  const args = { ...endingOf(writer), usage: { ...usage, costMicroUsd: 100 + world.serial() } };
  await world.call(internal.replies.charge, args, writer.reader, () => "ok");
  const spent = spentToday(world);
  await world.call(internal.replies.charge, args, writer.reader, () => "ok");
  must(spentToday(world), spent, "the budget is charged once");
  count("charged");
}

async function setContact(world: World, writer: Writer): Promise<void> {
  const talk = holds(world, writer);
  const args = { fence: writer.assignment.fence, contact: { name: `Ann ${world.serial()}` } };
  talk?.events.push("contact_changed");
  const saved = await world.call(internal.replies.setContact, args, undefined, () => "ok");
  must(saved, talk !== null);
  if (talk === null) must(rowsChanged(world.engine.changes()), []);
}

/** A look after a lease: on time, late, or again. */
export async function lookAfter(world: World, workflowId: string): Promise<void> {
  const { process, conversation } = world.processes.get(workflowId)!;
  const { talk } = conversation;
  const args = { workflowId: workflowId as Id<"workflows"> };
  await world.call(internal.replies.recover, args, undefined, () => {
    const found = talk.process === process ? talk.lookedAfter(Date.now()) : "moot";
    count(`looked after: ${found}`);
    return "ok";
  });
}

/** The scheduler hands a job out; the job may then be run, or its machine may die. */
export async function takeJob(world: World, job: Job): Promise<void> {
  await world.engine.take(job.id);
  const started = world.jobs.get(job.id);
  if (started?.process.attempt === started?.ref.attempt && started)
    started.process.jobWaits = false;
}

export async function runJob(world: World, job: Job): Promise<void> {
  await takeJob(world, job);
  const run = world.jobHandlers[job.name];
  if (run === undefined) throw new Error(`Nobody knows how to simulate ${job.name}.`);
  await run(world, job);
}

export const writerJobs: Record<string, JobHandler> = {
  "replies:generate": (world, job) => begin(world, job.id),
  "replies:recover": (world, { args }) => lookAfter(world, args.workflowId as string),
};

const due = (world: World) => world.engine.jobs().filter(({ dueAt }) => dueAt <= Date.now());
const nth = <T>(list: T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

type Back = { back: number };
type Pick = { pick: number };
const pick = fc.nat(3);

/** Any of the latest few: one that is believed dead is as likely as the one at work. */
const recent = fc.nat(2);
const writerIn = (world: World, state: Writer["state"], back: number) =>
  nth(world.writers.filter((one) => one.state === state).reverse(), back);

const byWriter = (
  name: string,
  weight: number,
  state: Writer["state"],
  run: (world: World, writer: Writer) => Promise<void>,
) =>
  step<Back>(name, weight, { back: recent }, async (world, { back }) => {
    const writer = writerIn(world, state, back);
    if (writer !== undefined) await run(world, writer);
  });

export const writerSteps: StepKind[] = [
  // `pick`: which of the jobs that are due, the oldest first; not always in their order.
  step<Pick>("run a job", 6, { pick }, async (world, step) => {
    const job = nth(due(world), step.pick);
    if (job !== undefined) await runJob(world, job);
  }),
  step<Pick>("lose a job", 2, { pick }, async (world, step) => {
    const job = nth(world.engine.jobs(), step.pick);
    if (job === undefined) return;
    await takeJob(world, job);
    const watched = world.processes.get(job.args.workflowId as string);
    if (watched !== undefined) watched.unwatched = true;
    count(`lost ${job.name}`);
  }),
  step<Back>("begin again", 3, { back: recent }, async (world, { back }) => {
    const job = latest([...world.jobs.keys()], back);
    if (job !== undefined) await begin(world, job);
  }),
  // A healthy machine: it starts the writer that is due, or its writer says another word.
  step("work", 16, {}, async (world) => {
    const job = due(world).find(({ name }) => name === "replies:generate");
    const writer = world.writers.findLast((one) => holds(world, one) !== null);
    if (job !== undefined) await runJob(world, job);
    else if (writer !== undefined) await flush(world, writer);
  }),
  byWriter("flush", 4, "writing", flush),
  // Those believed dead first: the one at work must find its words as it left them.
  step("all flush", 3, {}, async (world) => {
    for (const writer of world.writers) await flush(world, writer);
  }),
  step<Back & { how: Outcome; again: boolean }>(
    "finish",
    9,
    { back: recent, how: outcome, again: fc.boolean() },
    async (world, { back, how, again }) => {
      const writer = writerIn(world, "writing", back);
      if (writer !== undefined) await finish(world, writer, how, again);
    },
  ),
  byWriter("charge", 3, "overtaken", charge),
  byWriter("set contact", 1, "writing", setContact),
  step("a lease runs out", 5, {}, async (world) => {
    world.pass(REPLY_LEASE + 1);
    for (const job of due(world).filter(({ name }) => name === "replies:recover")) {
      await runJob(world, job);
    }
  }),
  step<Back>("look after", 2, { back: ago }, async (world, { back }) => {
    const process = latest([...world.processes.keys()], back);
    if (process !== undefined) await lookAfter(world, process);
  }),
  step<{ ms: number }>(
    "wait",
    6,
    {
      ms: fc.constantFrom(
        SECOND,
        5 * SECOND,
        REPLY_LEASE - 1,
        REPLY_LEASE,
        3 * REPLY_LEASE + 1,
        2 * MINUTE,
      ),
    },
    (world, { ms }) => world.pass(ms),
  ),
];

/** Steps of several transactions each, undisturbed: what single steps reach too rarely one after another. */
import fc from "fast-check";
import { api } from "../../convex/_generated/api";
import { SILENT_AFTER_FOLLOW_UP } from "../../convex/model/desk/timerActs";
import { SILENT_FOR } from "../../convex/model/desk/followUps";
import { comeIn } from "./desk";
import type { Words } from "./model";
import { answer, claim, send, settle } from "./people";
import { conversationOf, step, which, who, type StepKind } from "./steps";
import { runDueTimers, startFollowUps } from "./timers";
import { finish, runJob } from "./writers";
import type { World } from "./world";

/** A question, and the AI's whole answer. */
async function exchange(world: World, on: number, said: Words, how: "complete" | "gap") {
  const conversation = conversationOf(world, on);
  await send(world, conversation, said);
  const job = world.engine.jobs().findLast(({ id, name }) => {
    const ours = world.jobs.get(id)?.conversation === conversation;
    return name === "replies:generate" && ours;
  });
  if (job === undefined || job.dueAt > Date.now()) return;
  const before = world.writers.length;
  await runJob(world, job);
  const writer = world.writers[before];
  if (writer !== undefined) await finish(world, writer, how);
}

/** A technician takes it, answers, and closes it. */
async function serve(world: World, on: number, by: number, close: boolean): Promise<void> {
  const [conversation, technician] = [conversationOf(world, on), world.technicians[by]!];
  await claim(world, conversation, [technician]);
  await answer(world, conversation, technician);
  if (close) await settle(world, conversation, technician, { stale: false, drop: true });
}

/** Two answers without a source, and after the offer is declined two more. */
async function declineAndFailAgain(world: World, on: number): Promise<void> {
  const { id, talk, customer } = conversationOf(world, on);
  for (const round of [1, 2]) {
    await exchange(world, on, "question", "gap");
    await exchange(world, on, "question", "gap");
    if (round === 2) return;
    const args = { conversationId: id, accept: false };
    await world.call(api.conversations.answerOffer, args, customer, () => {
      talk.offerAnswered(false, Date.now());
      return "ok";
    });
  }
}

/** Somebody who takes one at a time has one, and closes it while another waits. */
async function oneAfterTheOther(world: World, on: number, by: number): Promise<void> {
  const technician = world.technicians[by]!;
  const [first, second] = [conversationOf(world, on), conversationOf(world, (on + 1) % 3)];
  await comeIn(world, technician, 1);
  await send(world, first, "person");
  await send(world, second, "person");
  await settle(world, first, technician, { stale: false, drop: true });
}

export const storySteps: StepKind[] = [
  step<{ on: number; said: Words; how: "complete" | "gap" }>(
    "exchange",
    8,
    {
      on: which,
      said: fc.constantFrom<Words[]>("question", "question", "failure", "failure", "no", "yes"),
      how: fc.constantFrom("complete", "gap", "gap"),
    },
    (world, { on, said, how }) => exchange(world, on, said, how),
  ),
  step<{ on: number; by: number; close: boolean }>(
    "serve",
    3,
    { on: which, by: who, close: fc.boolean() },
    (world, { on, by, close }) => serve(world, on, by, close),
  ),
  step<{ on: number }>("decline and fail again", 1, { on: which }, (world, { on }) =>
    declineAndFailAgain(world, on),
  ),
  step<{ on: number; by: number }>(
    "one after the other",
    1,
    { on: which, by: who },
    (world, args) => oneAfterTheOther(world, args.on, args.by),
  ),
  step<{ ended: boolean }>("silence", 3, { ended: fc.boolean() }, async (world, { ended }) => {
    world.pass(SILENT_FOR + 1);
    await startFollowUps(world);
    await runDueTimers(world);
    if (!ended) return;
    world.pass(SILENT_AFTER_FOLLOW_UP + 1);
    await runDueTimers(world);
  }),
];

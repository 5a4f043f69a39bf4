/**
 * Answers that whoever asked reads along as they are written: a question and its writer in one transaction, and words
 * that are told before they are stored.
 */
import fc from "fast-check";
import { CLOCK_SKEW } from "../../convex/model/replies/heard";
import type { Words } from "./model";
import { sendAlong } from "./people";
import { conversationOf, latest, step, which, type StepKind } from "./steps";
import type { World, Writer } from "./world";
import { charge, flush, holds } from "./writers";

const words = fc.constantFrom<Words[]>("question", "question", "question", "failure");

const reading = (world: World, back: number): Writer | undefined =>
  latest(
    world.writers.filter(({ sent, state }) => sent !== undefined && state === "writing"),
    back,
  );

function tell(world: World, writer: Writer, ms: number): void {
  writer.text += ` word-${world.serial()}`;
  writer.sent!.push({ at: Date.now(), length: writer.text.length });
  world.pass(ms);
}

export const alongSteps: StepKind[] = [
  // And the first words come at once.
  step<{ on: number; said: Words; tells: number }>(
    "ask along",
    6,
    { on: which, said: words, tells: fc.nat(2) },
    async (world, { on, said, tells }) => {
      const writer = await sendAlong(world, conversationOf(world, on), said);
      for (let i = 0; writer !== null && i < tells; i++) tell(world, writer, CLOCK_SKEW);
    },
  ),
  // Whether or not it has been overtaken: it doesn't know yet.
  step<{ back: number; ms: number }>(
    "tell",
    6,
    { back: fc.nat(1), ms: fc.constantFrom(0, 0, 100, CLOCK_SKEW, 1_000) },
    (world, { back, ms }) => {
      const writer = reading(world, back);
      if (writer !== undefined) tell(world, writer, ms);
    },
  ),
  // It comes to store what it has told, learns that the turn has gone on, and says what was heard.
  step<{ back: number }>("dismissed", 4, { back: fc.nat(1) }, async (world, { back }) => {
    const writer = reading(world, back);
    if (writer === undefined || holds(world, writer) !== null) return;
    await flush(world, writer);
    await charge(world, writer);
  }),
];

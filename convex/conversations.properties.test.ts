/**
 * Random interleavings of a conversation, transaction by transaction: customers, technicians, writers that are
 * slow, doubled or dead, jobs that are lost or late, the clock. DESIGN's invariants hold after every commit.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checks } from "./test.simulationChecks";
import { MemoryEngine } from "./test.simulationEngine";
import { peopleSteps } from "./test.simulationPeople";
import { contents, MockEngine } from "./test.simulationMock";
import { holdTheClock, interleavings, randomInterleavings, simulate } from "./test.simulationRuns";
import { timeSteps } from "./test.simulationTime";
import { writerSteps } from "./test.simulationWriters";

holdTheClock();

const kinds = [...peopleSteps, ...writerSteps, ...timeSteps];

const registry = { kinds, checks };

randomInterleavings(() => new MemoryEngine(), registry, [
  "answered by staff",
  "begun, attempt 2",
  "budget used up",
  "charged",
  "claimed from ai mid-word",
  "claimed from queue",
  "claims raced",
  "finished too late",
  "finished twice",
  "finished: complete",
  "finished: gap",
  "finished: given up",
  "finished: handoff",
  "finished: refused",
  "finished: silent handoff",
  "flush refused",
  "looked after: given up",
  "looked after: left alone",
  "looked after: moot",
  "looked after: replaced",
  "lost replies:generate",
  "lost replies:recover",
  "not admitted",
  "rated again",
  "released waiting",
  "reopened",
  "reply cap",
  "retry conflict",
  "retry ok",
  "sent again",
  "snoozed",
  "stopped early",
  "stopped late",
  "woken",
]);

test(
  "the engine in memory leaves the rows that convex-test leaves",
  { timeout: 120_000 },
  async () => {
    const property = fc.asyncProperty(interleavings(kinds), async (interleaving) => {
      const [memory, mock] = [new MemoryEngine(), new MockEngine()];
      await simulate(memory, registry, interleaving);
      await simulate(mock, registry, interleaving);
      expect(contents(memory)).toEqual(contents(mock));
    });
    await fc.assert(property, { numRuns: 25 });
  },
);

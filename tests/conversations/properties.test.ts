/**
 * Random interleavings of a conversation, transaction by transaction: customers, technicians, writers that are
 * slow, doubled or dead, jobs and timers that are lost, late or doubled, shifts that lapse, the clock. DESIGN's invariants hold after every commit.
 */
import { expect, test } from "vitest";
import { fc, runs } from "../properties";
import { alongSteps } from "../simulation/along";
import { checks } from "../simulation/checks";
import { MemoryEngine } from "../simulation/engine";
import { heardChecks } from "../simulation/heard";
import { peopleSteps } from "../simulation/people";
import { holdTheClock, interleavings, randomInterleavings, simulate } from "../simulation/runs";
import { rowJobs, timeSteps } from "../simulation/time";
import { deskChecks, deskJobs, deskSteps } from "../simulation/desk";
import { timerChecks } from "../simulation/pointers";
import { promiseSteps } from "../simulation/promises";
import { storySteps } from "../simulation/stories";
import { timerJobs, timerSteps } from "../simulation/timers";
import { writerJobs, writerSteps } from "../simulation/writers";

holdTheClock();

const kinds = [
  ...peopleSteps,
  ...writerSteps,
  ...timeSteps,
  ...deskSteps,
  ...timerSteps,
  ...promiseSteps,
  ...storySteps,
  ...alongSteps,
];
const jobs = { ...writerJobs, ...deskJobs, ...timerJobs, ...rowJobs };
const registry = {
  kinds,
  checks: [...checks, ...deskChecks, ...timerChecks, ...heardChecks],
  jobs,
};

randomInterleavings(() => new MemoryEngine(), registry, {
  often: [
    "a timer was lost",
    "a shift lapsed",
    "acted: follow_up",
    "acted: handoff",
    "acted: promise",
    "acted: snooze",
    "answered by staff",
    "assigned by the rules",
    "begun, attempt 2",
    "claimed from queue",
    "claims raced",
    "finished: complete",
    "finished: gap",
    "fired again",
    "fired moot",
    "followed up",
    "handed off: person",
    "handed off: topic",
    "left waiting",
    "looked after: given up",
    "looked after: left alone",
    "looked after: moot",
    "looked after: replaced",
    "lost replies:recover",
    "not admitted",
    "not told along",
    "offered: returning",
    "promise late",
    "released waiting",
    "reply cap",
    "requeued",
    "retry conflict",
    "sent again",
    "snoozed",
    "told along",
    "told of the wait",
    "woken",
  ],
  rarely: [
    "a lapsed shift goes on",
    "a timer failed",
    "assigned by hand",
    "back with their technician",
    "budget used up",
    "cancelled follow_up",
    "cancelled snooze",
    "charged",
    "claimed from ai mid-word",
    "closed by the customer",
    "closed silent",
    "finished too late",
    "finished twice",
    "finished: given up",
    "finished: handoff",
    "finished: silent handoff",
    "flush refused",
    "handed off: failure",
    "handed off: yes",
    "heard more than is stored",
    "heard no more than is stored",
    "lost replies:generate",
    "not resolved: promised",
    "offer accepted",
    "offer declined",
    "offered: no_source",
    "offered: same_failure",
    "opened again by the customer",
    "passed on",
    "promise dropped",
    "promise kept",
    "rated again",
    "reopened",
    "retry ok",
    "stopped early",
    "stopped late",
  ],
});

test(
  "the engine in memory leaves the rows that convex-test leaves",
  { timeout: 60_000 + 12_000 * runs(25) },
  async () => {
    // Here alone: long runs are bundled without it.
    const { contents, MockEngine } = await import("../simulation/mock");
    const property = fc.asyncProperty(interleavings(kinds), async (interleaving) => {
      const [memory, mock] = [new MemoryEngine(), new MockEngine()];
      await simulate(memory, registry, interleaving);
      await simulate(mock, registry, interleaving);
      expect(contents(memory)).toEqual(contents(mock));
    });
    await fc.assert(property, { numRuns: runs(25) });
  },
);

/**
 * Random interleavings of a conversation, transaction by transaction: customers, technicians, writers that are
 * slow, doubled or dead, jobs and timers that are lost, late or doubled, shifts that lapse, the clock. DESIGN's invariants hold after every commit.
 */
import { expect, test } from "vitest";
import { fc, runs } from "../properties";
import { checks } from "../simulation/checks";
import { MemoryEngine } from "../simulation/engine";
import { peopleSteps } from "../simulation/people";
import { contents, MockEngine } from "../simulation/mock";
import { holdTheClock, interleavings, randomInterleavings, simulate } from "../simulation/runs";
import { timeSteps } from "../simulation/time";
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
];
const jobs = { ...writerJobs, ...deskJobs, ...timerJobs };
const registry = { kinds, checks: [...checks, ...deskChecks, ...timerChecks], jobs };

randomInterleavings(() => new MemoryEngine(), registry, {
  often: [
    "a lapsed shift goes on",
    "a run failed",
    "a run was lost",
    "a shift lapsed",
    "acted: follow_up",
    "acted: handoff",
    "acted: promise",
    "acted: snooze",
    "answered by staff",
    "assigned by hand",
    "assigned by the rules",
    "back with their technician",
    "begun, attempt 2",
    "budget used up",
    "cancelled follow_up",
    "cancelled snooze",
    "charged",
    "claimed from ai mid-word",
    "claimed from queue",
    "claims raced",
    "closed silent",
    "finished too late",
    "finished twice",
    "finished: complete",
    "finished: gap",
    "finished: given up",
    "finished: handoff",
    "finished: refused",
    "finished: silent handoff",
    "fired again",
    "fired moot",
    "flush refused",
    "followed up",
    "handed off: failure",
    "handed off: person",
    "handed off: topic",
    "handed off: yes",
    "left waiting",
    "looked after: given up",
    "looked after: left alone",
    "looked after: moot",
    "looked after: replaced",
    "lost replies:generate",
    "lost replies:recover",
    "not admitted",
    "not resolved: promised",
    "offer accepted",
    "offer declined",
    "offered: no_source",
    "offered: returning",
    "offered: same_failure",
    "passed on",
    "promise dropped",
    "promise kept",
    "promise late",
    "rated again",
    "released waiting",
    "reopened",
    "reply cap",
    "requeued",
    "resumed",
    "retry conflict",
    "retry ok",
    "sent again",
    "snoozed",
    "stopped early",
    "stopped late",
    "told of the wait",
    "woken",
  ],
  rarely: [],
});

test(
  "the engine in memory leaves the rows that convex-test leaves",
  { timeout: 60_000 + 12_000 * runs(25) },
  async () => {
    const property = fc.asyncProperty(interleavings(kinds), async (interleaving) => {
      const [memory, mock] = [new MemoryEngine(), new MockEngine()];
      await simulate(memory, registry, interleaving);
      await simulate(mock, registry, interleaving);
      expect(contents(memory)).toEqual(contents(mock));
    });
    await fc.assert(property, { numRuns: runs(25) });
  },
);

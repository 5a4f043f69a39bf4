/** How many cron jobs run at a time, and what becomes of one that there is no room for. */
import { beforeEach, expect, test, vi } from "vitest";
import { Admission } from "../engine/admission";
import { findClass } from "../engine/classes";
import type { Engine } from "../engine/engine";
import type { FunctionResult } from "../engine/results";
import { TestClock } from "../fixtures/clock";
import { CronRunner } from "./crons";
import type { AppVersion } from "./push/version";

const DONE: FunctionResult = { ok: true, value: null, logLines: [], journal: null, ts: 0n };
let clock: TestClock;

beforeEach(() => {
  clock = new TestClock();
});

/** So many crons with an interval: each has its first run at once. */
function startCrons(count: number, run: () => Promise<FunctionResult>): CronRunner {
  const cronSpecs = Array.from({ length: count }, (_, i) => [
    `cron ${i}`,
    {
      udfPath: "ticks:record",
      udfArgs: [{}],
      cronSchedule: { type: "interval", seconds: 3600 },
    },
  ]);
  const version = {
    app: { definitionPath: "", componentPath: "", childComponents: {} },
    analysis: { "": { functions: { "crons.js": { cronSpecs } } } },
  };
  const admission = new Admission(findClass("S16"), clock, null);
  const crons = new CronRunner({ admission, run } as unknown as Engine);
  crons.update(version as unknown as AppVersion);
  return crons;
}

test("8 run at a time on S16, and the others after them", async () => {
  const waiting: (() => void)[] = [];
  let begun = 0;
  const crons = startCrons(12, async () => {
    begun += 1;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return DONE;
  });
  await vi.waitFor(() => expect(begun).toBe(8));
  waiting.shift()?.();
  await vi.waitFor(() => expect(begun).toBe(9));
  while (begun < 12) {
    waiting.shift()?.();
    await Promise.resolve();
  }
  for (const end of waiting) end();
  crons.stop();
});

test("one that there is no room for is tried again after a while", async () => {
  const refusal = { ok: false, rateLimit: "TooManyWrites", errorMessage: "" } as FunctionResult;
  const run = vi
    .fn<() => Promise<FunctionResult>>(() => Promise.resolve(DONE))
    .mockResolvedValueOnce(refusal);
  const crons = startCrons(1, run);
  await vi.waitFor(() => expect(clock.asked).toEqual([500]));
  expect(run).toHaveBeenCalledTimes(1);
  clock.advance(500);
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
  crons.stop();
});

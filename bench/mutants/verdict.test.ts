import { expect, test } from "vitest";
import { MUTANTS } from "./table";
import { readVerdict, summarize, type Verdict } from "./verdict";

const loaded = 'Mutant "m" is loaded.';
const FELL = `${loaded}
Error: Property failed after 3161 tests
{ seed: 1, path: "3160", endOnFailure: true }

Caused by: AssertionError: a second reply: expected true to deeply equal false

 ❯ must tests/simulation/expect.ts:7:24
 ❯ commit tests/simulation/checks.ts:112:9
`;

const verdictOf = (said: string, failed = true) =>
  readVerdict({ failed, said, loaded, played: 20_000 });

test("caught is what fell by its property, after all that was played before", () => {
  const by =
    "AssertionError: a second reply: expected true to deeply equal false (tests/simulation/checks.ts:112)";
  expect(verdictOf(FELL)).toEqual({ kind: "caught", after: 23_161, by });
});

test("what has passed may fall later", () => {
  expect(verdictOf(`${loaded}\n      Tests  1 passed | 1 skipped (2)`, false)).toBeNull();
});

test.each([
  ["a run without the mutant", FELL.replace(loaded, ""), "it was not loaded"],
  ["a time-out", `${loaded}\nError: Test timed out in 5000ms.`, "Error: Test timed out in 5000ms."],
  ["a crash", FELL.replace("AssertionError", "TypeError"), "TypeError: a second reply"],
])("%s catches nothing", (_what, said, by) => {
  expect(verdictOf(said)).toMatchObject({
    kind: "broken",
    by: expect.stringContaining(by) as string,
  });
});

test("a run in which no test has that name has tested nothing", () => {
  expect(verdictOf(`${loaded}\n      Tests  2 skipped (2)`, false)).toMatchObject({
    kind: "broken",
    by: "no test was run",
  });
});

test("the table has the median, unless one of the seeds has not caught it", () => {
  const mutant = MUTANTS[0]!;
  const caught = (after: number): Verdict => ({ kind: "caught", after, by: "" });
  const rows = (...verdicts: Verdict[]) => summarize([{ mutant, verdicts }]).split("\n").at(-1);
  expect(rows(caught(9), caught(1_200), caught(20_000))).toMatch(/ 1,200 \|$/);
  expect(rows(caught(9), { kind: "survived", after: 100_000 })).toMatch(/ survived \(100000\) \|$/);
});

/**
 * Hostile arguments to every public function, by every kind of caller. `FUZZ_RUNS` is the number of generated inputs
 * in all, `FUZZ_SEED` repeats a run: a failure prints its seed. Without, both are as `tests/properties.ts` says.
 */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { CALLS } from "./calls";
import { publicFunctions, type Callers, type Found, type Shop } from "./functions";
import { Fuzzer, type Tally } from "./fuzz";
import { CURSORS, HOSTILE } from "./hostile";
import { runs, SEED } from "../properties";
import { holdTimers } from "../setup";

declare const process: { env: Record<string, string | undefined> };
const RUNS = Number(process.env["FUZZ_RUNS"] ?? runs(2_500));
const FUZZ_SEED = Number(process.env["FUZZ_SEED"] ?? SEED);
const EACH = Math.ceil(RUNS / publicFunctions.length);

/** The caller whom the table of access lets through, for as many functions as possible. */
function callerFor(name: string): keyof Callers {
  if (name === "messages:sendStaffMessage") return "technician";
  const owners = /^(replies|auth):|^messages:(sendMessage|rateMessage|get|sub)|:rate$|:updateUser$/;
  return owners.test(name) ? "owner" : "admin";
}

/** The same value with one leaf replaced, for every leaf. */
function variants(value: unknown, replacement: unknown): unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [replacement];
  const entries = Object.entries(value).filter(([key]) => !CURSORS.has(key));
  return [
    replacement,
    ...entries.flatMap(([key, inner]) =>
      variants(inner, replacement).map((changed) => ({ ...value, [key]: changed })),
    ),
  ];
}

const total: Tally = {};
const add = (tally: Tally) => {
  for (const [outcome, n] of Object.entries(tally)) total[outcome] = (total[outcome] ?? 0) + n;
};
afterAll(() => {
  const { unsendable = 0, ...answered } = total;
  const inputs = Object.values(answered).reduce((sum, n) => sum + n, 0);
  console.info(
    `${inputs} hostile inputs, seed ${FUZZ_SEED}: ${JSON.stringify(answered)}, and ${unsendable} that no client can send`,
  );
});

describe.each(publicFunctions)("$name", (fn: Found) => {
  const { name, args } = fn;
  const good = (world: Shop) => CALLS[name]!(world.rows, world);
  const caller = callerFor(name);
  // One shop for the tests of a function, until a call changes what others rely on.
  const fuzzer = new Fuzzer(fn);
  beforeEach(() => holdTimers());
  afterAll(() => add(fuzzer.tally));

  test("refuses or cleans every hostile value of every argument", async () => {
    for (const key of Object.keys(good(await fuzzer.current()))) {
      for (const hostile of HOSTILE) {
        const leaves = variants(good(await fuzzer.current())[key], hostile).length;
        for (let i = 0; i < leaves; i++) {
          const args = good(await fuzzer.current());
          await fuzzer.try({ ...args, [key]: variants(args[key], hostile)[i] }, caller);
        }
      }
    }
  });

  test("refuses an unexpected argument, and ids of another table", async () => {
    const world = await fuzzer.current();
    expect(await fuzzer.try({ ...good(world), isAdmin: true }, caller)).toBe("validation");
    for (const [key, { fieldType }] of Object.entries(args.value)) {
      if (fieldType.type !== "id") continue;
      const other = fieldType.tableName === "agents" ? "answer" : "agent";
      const wrong = { ...good(world), [key]: world.rows[other] };
      expect(await fuzzer.try(wrong, caller)).toBe("validation");
    }
  });

  const timeout = 60_000 + EACH * 200;
  test(
    "survives, changes nothing in failing, and tells nothing, whoever asks",
    { timeout },
    async () => {
      const chunk = 500;
      for (let from = 0; from < EACH; from += chunk) {
        await fuzzer.run(FUZZ_SEED + from, Math.min(chunk, EACH - from));
      }
    },
  );
});

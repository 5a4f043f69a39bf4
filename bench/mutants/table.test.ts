/** The table can't rot: each mutant has its place, and is code. Whether it is caught `npx pnpm bench:mutants` says. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { mutate } from "./mutant";
import { MUTANTS } from "./table";

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s", (_name, mutant) => {
  const source = readFileSync(mutant.file, "utf8");
  const faulty = mutate(source, mutant);
  expect(faulty).not.toBe(source);
  const { diagnostics } = ts.transpileModule(faulty, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
});

test("each has a name of its own, and each invariant has three at least", () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  for (const invariant of new Set(MUTANTS.map((one) => one.invariant))) {
    const some = MUTANTS.filter((one) => one.invariant === invariant);
    expect(some.length, `of invariant ${invariant}`).toBeGreaterThanOrEqual(3);
  }
});

test("the page of what was measured has each, as it is", () => {
  const rows = readFileSync("docs/mutants.md", "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, invariant = ""]) => /^\d+$/.test(invariant));
  expect(rows.map((cells) => cells.slice(1, 5))).toEqual(
    MUTANTS.map(({ invariant, name, why, world }) => [String(invariant), name, why, world]),
  );
  // Caught, and after how many.
  for (const [, , name, , , after = ""] of rows) expect(after, name).toMatch(/^[\d,]+$/);
});

test("a text that isn't there, or is there twice, is no place", () => {
  const mutant = { ...MUTANTS[0]!, name: "m", file: "f.ts", find: "a", replace: "$&" };
  expect(() => mutate("bbb", mutant)).toThrow(
    'Mutant "m": what it replaces stands 0 times in f.ts.',
  );
  expect(() => mutate("aba", mutant)).toThrow("stands 2 times");
  // As it stands, whatever a pattern would make of it.
  expect(mutate("bab", mutant)).toBe("b$&b");
});

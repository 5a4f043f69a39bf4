/** The function tests with the mutant in them that `MUTANT` names (`npx pnpm bench:mutants`). */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import usual from "../../vitest.config";
import { loadedLine, mutate, type Mutant } from "./mutant";
import { MUTANTS } from "./table";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

function requireMutant(): Mutant {
  const mutant = MUTANTS.find(({ name }) => name === process.env.MUTANT);
  if (mutant === undefined) throw new Error(`There is no mutant "${process.env.MUTANT}".`);
  return mutant;
}

function putIn(mutant: Mutant): Plugin {
  const file = path.join(ROOT, mutant.file);
  return {
    name: "mutant",
    // As it is written: before TypeScript becomes JavaScript.
    enforce: "pre",
    transform(code, id) {
      if (id.split("?")[0] !== file) return null;
      const faulty = mutate(code, mutant);
      console.log(loadedLine(mutant));
      return { code: faulty, map: null };
    },
  };
}

const [functions] = usual.test!.projects as { plugins: Plugin[] }[];

export default defineConfig({
  test: {
    ...usual.test,
    projects: [{ ...functions, plugins: [...functions!.plugins, putIn(requireMutant())] }],
  },
});

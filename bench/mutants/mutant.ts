/** A mutant: the package with one fault in it. Nothing of it is changed on disk: it goes into a bundle. */
import path from "node:path";
import type { Plugin } from "vite";
import { ROOT } from "../../local/system";
import type { WorldName } from "../worlds";

export type Mutant = {
  name: string;
  /** Of DESIGN's invariants the one that it breaks. */
  invariant: number;
  /** Whose sequences are to find it. */
  world: WorldName | "one";
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  /** The fault: compiles, and is wrong only now and then. */
  replace: string;
  /** What is wrong with it. */
  why: string;
};

/** Makes the mutants of an invariant that one world is to find. */
export const mutantOf =
  (invariant: number, world: Mutant["world"]) =>
  (fault: Omit<Mutant, "invariant" | "world">): Mutant => ({ ...fault, invariant, world });

/** The file's text with the fault in it. Throws unless there is exactly one place for it. */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) {
    throw new Error(`Mutant "${name}": what it replaces stands ${places} times in ${file}.`);
  }
  return source.replace(find, () => replace);
}

/** Printed when the mutant is loaded: a run without it has tested the package as it is. */
export const loadedLine = ({ name }: Mutant): string => `Mutant "${name}" is loaded.`;

/** Puts it into a bundle, as it is written: before TypeScript becomes JavaScript. */
export function putIn(mutant: Mutant): Plugin {
  const file = path.join(ROOT, mutant.file);
  return {
    name: "mutant",
    enforce: "pre",
    transform(code, id) {
      if (id.split("?")[0] !== file) return null;
      const line = `\nconsole.log(${JSON.stringify(loadedLine(mutant))});\n`;
      return { code: mutate(code, mutant) + line, map: null };
    },
  };
}

/**
 * For `plugins` of a vitest config: an `import()` in this folder is an operation of its function, as on a
 * deployment. Without it an action that loads something large has nothing under way, and counts as stuck.
 */
import path from "node:path";

interface Node {
  type: string;
  start: number;
  end: number;
}

interface Context {
  parse(code: string): unknown;
}

const RUNTIME = "@computer-guys/convex-local/testing";

export function countImports(folder: string) {
  const root = path.resolve(folder) + path.sep;
  return {
    name: "convex-local:count-imports",
    /** After TypeScript has become JavaScript. */
    enforce: "post" as const,
    transform(this: Context, code: string, id: string) {
      if (!id.startsWith(root) || !code.includes("import(")) return null;
      const found = findImports(this.parse(code));
      if (found.length === 0) return null;
      // On one line, so that lines of errors stay what they are.
      return { code: `import * as __isolate from "${RUNTIME}"; ${wrap(code, found)}`, map: null };
    },
  };
}

function findImports(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(findImports);
  const node = value as Node;
  return node.type === "ImportExpression" ? [node, ...inside] : inside;
}

/** From the last to the first: what stands before one is still where it was. */
function wrap(code: string, found: Node[]): string {
  return found
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => {
      const call = text.slice(start, end);
      return `${text.slice(0, start)}__isolate.importInIsolate(() => ${call})${text.slice(end)}`;
    }, code);
}

/**
 * `npx pnpm reference`: writes docs/functions.md from the code. `--check` writes nothing and fails if the
 * file is not what the code says, or if the tables that people read leave out a public function, an error code or
 * a variable.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { ERROR_CODES } from "../convex/lib/errors";
import { httpRoutes, namedShapes, rateLimits, registeredFunctions } from "./reference/functions";
import { renderReference } from "./reference/render";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const FOLDER = path.join(ROOT, "convex");
const FILE = path.join(ROOT, "docs/functions.md");

const functions = await registeredFunctions(FOLDER);
const markdown = renderReference({
  ...functions,
  shapes: await namedShapes(FOLDER),
  routes: await httpRoutes(FOLDER),
  limits: await rateLimits(FOLDER),
});
const text = await format(markdown, { ...(await resolveConfig(FILE)), filepath: FILE });

if (process.argv.includes("--check")) {
  const problems: string[] = [];
  const written = await readFile(FILE, "utf8").catch(() => "");
  if (written !== text) problems.push("docs/functions.md is not current: run `npx pnpm reference`");
  const env = await readFile(path.join(FOLDER, "env.ts"), "utf8");
  const variables = (env.match(/\b[A-Z]+(_[A-Z]+)+(?=: )/g) ?? []).filter(
    (name) => !name.startsWith("CONVEX_"),
  );
  const tables = {
    "docs/using-the-package.md": functions.open.map(({ name }) => name),
    "docs/errors.md": ERROR_CODES,
    "docs/environment.md": variables,
  };
  for (const [page, names] of Object.entries(tables)) {
    const tabled = await readFile(path.join(ROOT, page), "utf8");
    for (const name of names) {
      if (!new RegExp(`\\b${name}\\b`).test(tabled)) problems.push(`${page} does not name ${name}`);
    }
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} else {
  await writeFile(FILE, text);
  console.log(`Wrote docs/functions.md: ${functions.open.length} public functions`);
}

/**
 * Each wrong thing that the house refuses, written into a scratch project under the real rules and seen refused:
 * a fence that nobody has run into may have a hole. It lies inside this project, so that packages are found.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import extractConfig from "dependency-cruiser/config-utl/extract-depcruise-config";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CONFIGURATION = [
  "tsconfig.json",
  "eslint.config.js",
  ".dependency-cruiser.mjs",
  "packages/stand-ins/package.json",
];

/** A file, what is written into it, and the rule that must refuse it. */
type Wrong = [rule: string, file: string, source: string];

/** Refused by the graph of imports. */
const IMPORTS: Wrong[] = [
  [
    "floor-4-conversations",
    "convex/model/conversations/scratch.ts",
    `export type { Kept } from "../replies/budget";`,
  ],
  [
    "floor-4-conversations",
    "convex/model/conversations/scratchLazy.ts",
    `export const late = () => import("../desk/lifecycle");`,
  ],
  ["floor-9-desk", "convex/model/desk/scratch.ts", `import "../replies/writer";`],
  ["floor-of-its-own", "convex/model/scratch.ts", `import "../lib/time";`],
  ["floor-of-its-own", "convex/model/newRoom/scratch.ts", `import "../../lib/time";`],
  ["lib-knows-no-table", "convex/lib/scratch.ts", `import "../model/access/access";`],
  [
    "providers-know-no-model",
    "convex/providers/scratch.ts",
    `import type { Caller } from "../model/access/access";\nexport type C = Caller;`,
  ],
  [
    "sdk-in-providers-only",
    "convex/model/accounts/scratchSdk.ts",
    `export const mail = () => import("resend");`,
  ],
  [
    "sdk-in-providers-only",
    "convex/scratchSdk.ts",
    `import OpenAI from "openai";\nexport { OpenAI };`,
  ],
  [
    "model-below-functions",
    "convex/model/desk/scratchFunctions.ts",
    `export { list } from "../../agents";`,
  ],
  ["deployed-alone", "convex/model/hours/scratchVitest.ts", `export { expect } from "vitest";`],
  ["deployed-alone", "convex/model/hours/scratchLocal.ts", `import "../../../local/system";`],
  ["deployed-alone", "convex/scratchHelper.ts", `import "../tests/setup";`],
  [
    "deployed-alone",
    "convex/scratchPackage.ts",
    `export { startProviders } from "@computer-guys/stand-ins";`,
  ],
  ["tests-outside-what-ships", "convex/model/hours/scratchTest.ts", `import "./rules.test";`],
  ["packages-know-no-app", "packages/stand-ins/scratch.ts", `import "../../convex/lib/time";`],
  ["packages-have-a-face", "local/scratch.ts", `import "../packages/convex-local/engine/engine";`],
  ["packages-apart", "packages/convex-local/scratch.ts", `import "../stand-ins/server";`],
  [
    "web-through-the-api",
    "web/src/chat/scratch.ts",
    `export type { Caller } from "../../../convex/model/access/access";`,
  ],
  ["ui-below-pages", "web/src/ui/scratch.ts", `import "../desk/DeskPage";`],
  [
    "no-circle",
    "convex/lib/scratchCircle.ts",
    `import type { B } from "./scratchCircleBack";\nexport type A = { b?: B };`,
  ],
  [
    "lib-knows-no-table",
    "convex/lib/scratchCircleBack.ts",
    `import type { A } from "./scratchCircle";\nimport "../functions";\nexport type B = { a?: A };`,
  ],
];

const FUNCTION = (fields: string) =>
  `import { internalQuery } from "./functions";
export const all = internalQuery({ ${fields} handler: async () => null });`;

/** Refused by what stands in one file. */
const CODE: Wrong[] = [
  [
    "no-restricted-imports",
    "convex/scratchGeneric.ts",
    `import { mutationGeneric } from "convex/server";\nexport { mutationGeneric };`,
  ],
  [
    "no-restricted-imports",
    "convex/scratchRaw.ts",
    `import { internalMutation } from "./_generated/server";\nexport { internalMutation };`,
  ],
  ["no-restricted-imports", "convex/scratchZod.ts", `export { z } from "zod";`],
  [
    "no-restricted-syntax",
    "convex/scratchLate.ts",
    `import { publicMutation } from "./functions";
export const all = publicMutation({ args: {}, returns: null, handler: async () => await import("./lib/time") });`,
  ],
  [
    "no-restricted-syntax",
    "convex/model/handoff/scratchTurn.ts",
    `export const seize = (ctx, id) => ctx.db.patch("conversations", id, { turn: 9 });`,
  ],
  [
    "no-restricted-syntax",
    "convex/model/desk/scratchOwner.ts",
    `export const seize = (ctx, id, row) => ctx.db.replace("conversations", id, { ...row, owner: { kind: "ai" } });`,
  ],
  [
    "no-restricted-syntax",
    "convex/model/accounts/scratchAll.ts",
    `export const all = (ctx) => ctx.db.query("users").collect();`,
  ],
  ["no-restricted-syntax", "convex/scratchArgs.ts", FUNCTION("returns: v.null(),")],
  ["no-restricted-syntax", "convex/scratchReturns.ts", FUNCTION("args: {},")],
  [
    "no-restricted-syntax",
    "convex/scratchBare.ts",
    `import { userQuery } from "./functions";\nexport const all = userQuery(async () => null);`,
  ],
  ["no-restricted-syntax", "tests/scratchExtension.ts", `export * from "./setup.ts";`],
  ["no-console", "convex/lib/scratchLog.ts", `console.log("hello");`],
];

let copy: string;

/** What a wrong file names must be there in truth: an empty file in its place is enough for the rules. */
async function writeStub(file: string, specifier: string): Promise<void> {
  const target = path.join(path.dirname(file), specifier);
  const real = [`${target}.ts`, `${target}.tsx`].find((name) => existsSync(path.join(ROOT, name)));
  if (real === undefined) throw new Error(`${file} imports ${specifier}, which is not there`);
  await writeInCopy(real, "export {};");
}

async function writeInCopy(file: string, source: string): Promise<void> {
  await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
  await writeFile(path.join(copy, file), `${source}\n`);
}

beforeAll(async () => {
  await mkdir(path.join(ROOT, ".local"), { recursive: true });
  copy = await mkdtemp(path.join(ROOT, ".local/fences-"));
  for (const name of CONFIGURATION) await cp(path.join(ROOT, name), path.join(copy, name));
  for (const [, file, source] of IMPORTS) {
    for (const [, specifier] of source.matchAll(/"(\.[^"]+)"/g)) {
      if (!specifier!.includes("scratch")) await writeStub(file, specifier!);
    }
  }
  for (const [, file, source] of [...IMPORTS, ...CODE]) await writeInCopy(file, source);
  // A package of the workspace, as it is linked.
  await writeInCopy("packages/stand-ins/index.ts", "export {};");
  await mkdir(path.join(copy, "node_modules/@computer-guys"), { recursive: true });
  await symlink(
    path.join(copy, "packages/stand-ins"),
    path.join(copy, "node_modules/@computer-guys/stand-ins"),
  );
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe("the graph of imports refuses", () => {
  /** `rule file` of everything that is refused. */
  const refused = new Set<string>();

  beforeAll(async () => {
    const { options, ...ruleSet } = await extractConfig(path.join(copy, ".dependency-cruiser.mjs"));
    const result = await cruise(
      await readdir(copy),
      { ...options, ruleSet, validate: true, baseDir: copy },
      undefined,
      { tsConfig: extractTsConfig(path.join(copy, "tsconfig.json")) },
    );
    if (typeof result.output === "string") throw new Error(result.output);
    for (const { rule, from } of result.output.summary.violations) {
      refused.add(`${rule.name} ${from}`);
    }
  });

  test.each(IMPORTS)("%s: %s", (rule, file) => {
    expect(refused).toContain(`${rule} ${file}`);
  });

  test("no rule without a wrong import that it is seen to refuse", async () => {
    const { forbidden } = await extractConfig(path.join(copy, ".dependency-cruiser.mjs"));
    const tried = new Set(IMPORTS.map(([rule]) => rule.replace(/^floor-\d+-\w+$/, "floor")));
    const rules = forbidden!.map(({ name }) => name!.replace(/^floor-\d+-\w+$/, "floor"));
    expect(rules.filter((rule) => !tried.has(rule))).toEqual([]);
  });
});

describe("lint refuses", () => {
  /** Each wrong file, and the rules that refuse it. None of them asks for types, which would take a minute. */
  const refused = new Map<string, (string | null)[]>();

  beforeAll(async () => {
    const eslint = new ESLint({
      cwd: copy,
      ignore: false,
      overrideConfig: tseslint.configs.disableTypeChecked,
    });
    for (const { filePath, messages } of await eslint.lintFiles(CODE.map(([, file]) => file))) {
      refused.set(
        path.relative(copy, filePath),
        messages.map(({ ruleId }) => ruleId),
      );
    }
  });

  test.each(CODE)("%s: %s", (rule, file) => {
    expect(refused.get(file)).toContain(rule);
  });
});

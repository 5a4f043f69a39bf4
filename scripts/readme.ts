/**
 * `npx pnpm readme`: runs every command of the README and of the pages that take it further, as it is written there,
 * in a fresh copy of the project against a fresh local deployment, and fails on the first that does not do what the
 * text says. Which pages, and what each command must do: `readme/commands.ts`.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PAGES } from "./readme/commands";
import { parseSteps, ReadmeError } from "./readme/parse";
import { Shell } from "./readme/shell";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const run = promisify(execFile);

/** What git would commit, without what was installed, built or set by hand. */
async function freshCopy(folder: string): Promise<void> {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await run("git", list, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  const files = [...new Set(stdout.split("\0"))].filter((file) => file !== "");
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await cp(path.join(ROOT, file), path.join(folder, file), { verbatimSymlinks: true });
  }
}

/** The environment of somebody who has just opened a terminal: nothing of ours, nor of the pnpm that runs this. */
function freshEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(CONVEX_|VITE_|VITEST|p?npm_|INIT_CWD|NODE_|OPENROUTER_|OPENAI_|RESEND_|TWILIO_|JWT_SECRET)/i;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env.PATH ?? "")
    .split(":")
    .filter((folder) => !/node_modules|npx/.test(folder));
  // What the pages say of a shop is said of a new one.
  return { ...Object.fromEntries(kept), CONVEX_LOCAL_HISTORY: "0", PATH: path.join(":") };
}

async function checkCi(command: string): Promise<void> {
  const ci = await readFile(path.join(ROOT, ".ci/run"), "utf8");
  const script = /^npx pnpm (\S+)$/.exec(command)?.[1];
  const step = new RegExp(`^(tests|check) \\S+ (npx pnpm )?${script ?? "-"}$`, "m");
  if (!step.test(ci)) throw new ReadmeError(`${command} is not a step of .ci/run`);
}

/** Every address that a reader is sent to answers while the system runs. */
async function checkUrls(markdown: string): Promise<number> {
  const urls = new Set(markdown.match(/(?<=[<(])http:\/\/127\.0\.0\.1:\d+[\w/.-]*/g));
  for (const url of urls) {
    const response = await fetch(url);
    if (response.status >= 400) throw new ReadmeError(`${url} answers ${response.status}`);
    await response.body?.cancel();
  }
  return urls.size;
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

const pages = await Promise.all(
  Object.entries(PAGES).map(async ([page, expectations]) => {
    const markdown = await readFile(path.join(ROOT, page), "utf8");
    return { page, markdown, steps: parseSteps(markdown, expectations) };
  }),
);
const temporary = await mkdtemp(path.join(tmpdir(), "readme-"));
const copy = path.join(temporary, "support-backend");
await freshCopy(copy);
const shell = new Shell(copy, freshEnvironment(), temporary);
const notRun: string[] = [];
let passed = 0;
let failure: Error | null = null;
try {
  for (const { page, steps } of pages) {
    console.log(`\n${page}`);
    for (const { text, ...step } of steps) {
      if (step.kind === "by-ci") await checkCi(text);
      if (step.kind === "not-run") notRun.push(`${text}  (${step.reason})`);
      if (step.kind !== "run") continue;
      const begun = performance.now();
      await shell.run({ text, mode: step.mode, expected: step.expected });
      passed += 1;
      console.log(`ok  ${text}  (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    }
  }
  const addresses = await checkUrls(pages.map(({ markdown }) => markdown).join("\n"));
  console.log(`\nok  ${addresses} addresses answer`);
} catch (error) {
  failure = asError(error);
}
try {
  await shell.close();
} catch (error) {
  failure ??= asError(error);
}
await rm(temporary, { recursive: true, force: true });
if (notRun.length > 0) console.log(`\nNot run:\n${notRun.map((line) => `    ${line}`).join("\n")}`);
if (failure !== null) {
  console.error(`\nFAILED ${failure.message}`);
  process.exitCode = 1;
} else {
  console.log(`\n${passed} commands of the pages do what they say.`);
}

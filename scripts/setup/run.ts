/** The whole of a set-up, from the command line to the exit code. */
import { existsSync } from "node:fs";
import path from "node:path";
import { terminal, type Asker } from "./ask";
import { convexCli, type Cli } from "./cli";
import { EXIT, SetupError } from "./errors";
import { HELP, parseOptions, type Options } from "./options";
import { describe, kept, planRotation, planSetup, type State, type Step } from "./plan";
import { report } from "./report";
import { readState } from "./state";
import { perform } from "./steps";
import { findTarget, noDeployment, pushCommand, type Target } from "./target";
import { gatherWishes, readEnvFile, unknownNames, type Sources } from "./wishes";

type Env = Record<string, string | undefined>;

interface Io {
  argv: string[];
  env: Env;
  /** The project's folder: the CLI's, and where `.env.local` is. */
  cwd: string;
  interactive: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

interface Session {
  io: Io;
  options: Options;
  target: Target;
  cli: Cli;
  ask: Asker | null;
}

/** Resolves with the exit code; says everything there is to say. */
export async function runSetup(io: Io): Promise<number> {
  try {
    const options = parseOptions(io.argv);
    if (options === "help") {
      io.say(HELP);
      return EXIT.done;
    }
    const session = await open(io, options);
    const state = await readState(session.cli);
    const steps = await plan(session, state);
    return await carryOut(session, steps);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    io.say(`✗ ${error.message}`);
    return error.exitCode;
  }
}

async function open(io: Io, options: Options): Promise<Session> {
  const dotenv = (name: string): Env => {
    const file = path.join(io.cwd, name);
    return existsSync(file) ? readEnvFile(file) : {};
  };
  const target = findTarget([io.env, dotenv(".env.local"), dotenv(".env")], options.prod);
  if (target === null) throw noDeployment();
  io.say(`Setting up ${target.label}.`);
  if (target.url !== null) await reach(target.url);
  const cli = convexCli({
    cwd: io.cwd,
    flags: target.flags,
    verbose: options.verbose,
    signal: io.signal,
  });
  return { io, options, target, cli, ask: io.interactive ? terminal : null };
}

/** The CLI waits for ever for a server that isn't there. */
async function reach(url: string): Promise<void> {
  try {
    await fetch(new URL("/version", url), { signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new SetupError(
      `${url} (CONVEX_SELF_HOSTED_URL) can't be reached. Is the backend running?`,
    );
  }
}

async function plan(session: Session, state: State): Promise<Step[]> {
  const { io, options, target, ask } = session;
  if (options.mode !== "setup") return planRotation(state, options.mode);
  const from: Sources = {
    file: options.fromFile === null ? {} : readEnvFile(path.resolve(options.fromFile)),
    fileName: options.fromFile ?? "",
    env: io.env,
  };
  const ignored = unknownNames(from.file);
  if (ignored.length > 0) io.say(`• Not used from ${from.fileName}: ${ignored.join(", ")}`);
  const wishes = await gatherWishes(state, options, { target, from, ask });
  for (const { value } of wishes.given) session.cli.hide(value);
  const unchanged = kept(state, wishes);
  if (unchanged.length > 0) {
    io.say(`• Set already, and kept: ${unchanged.join(", ")} (--force replaces them)`);
  }
  return planSetup(state, wishes);
}

async function carryOut(session: Session, steps: Step[]): Promise<number> {
  const { io, options, target, cli, ask } = session;
  const push = pushCommand(target, options.typecheck);
  const lines = steps.map((step, i) => `${i + 1}/${steps.length} ${describe(step, push)}`);
  if (options.dryRun || ask !== null) io.say(["", ...lines, ""].join("\n"));
  if (options.dryRun) {
    io.say("This was a dry run: nothing was changed.");
    return EXIT.done;
  }
  if (ask !== null && !options.yes && !(await ask.yesOrNo("Go ahead?", true))) {
    io.say("Nothing was changed.");
    return EXIT.done;
  }
  for (const [i, step] of steps.entries()) {
    io.say(lines[i] ?? "");
    try {
      await perform(step, { cli, push, say: io.say, signal: io.signal });
    } catch (error) {
      throw stoppedAt(error, lines[i] ?? "", session);
    }
  }
  for (const line of report(await readState(cli), target.prod)) io.say(line);
  return EXIT.done;
}

function stoppedAt(error: unknown, line: string, { io, target, cli }: Session): SetupError {
  const message = cli.redact(error instanceof Error ? error.message : String(error));
  const hint = target.onlyWhileDevRuns
    ? "\nThis deployment runs only while `npx convex dev` does: start it in another terminal."
    : "";
  const code = io.signal.aborted ? EXIT.interrupted : EXIT.failed;
  const why = io.signal.aborted ? "" : `\n${message}${hint}`;
  return new SetupError(
    `Stopped at step ${line}${why}\nThe steps before it are done. Repeating is safe: run the same command again.`,
    code,
  );
}

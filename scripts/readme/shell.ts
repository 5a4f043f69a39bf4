/** Runs commands as typed into one shell: what a command exports, the next one has. */
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "./parse";

const ENDS_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 15_000;
/** `npx` ends itself by the signal, or by the shells' convention with 128 and its number. */
const ENDED_BY_SIGINT = 130;

export class Shell {
  private readonly staying: {
    child: ChildProcess;
    ended: Promise<number>;
    failed: (what: string) => Error;
  }[] = [];

  constructor(
    private readonly cwd: string,
    private readonly env: NodeJS.ProcessEnv,
    /** A folder for what has been exported. */
    private readonly state: string,
  ) {}

  /** Rejects if the command does not do what is expected of it. */
  async run({ text, mode, expected }: Command): Promise<void> {
    const exports = path.join(this.state, "exports");
    const script =
      mode === "ends"
        ? `. "${exports}" 2>/dev/null; ${text}\ncode=$?; export -p > "${exports}"; exit $code`
        : `. "${exports}" 2>/dev/null; exec ${text}`;
    const child = spawn("bash", ["-c", script], {
      cwd: this.cwd,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: `npx` starts processes of its own, which must be stopped with it.
      detached: true,
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(code ?? (by === "SIGINT" ? ENDED_BY_SIGINT : 1)));
    });
    let output = "";
    const matched = new Promise<void>((resolve) => {
      const read = (chunk: Buffer): void => {
        output += stripVTControlCharacters(chunk.toString());
        if (expected.test(output)) resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
    });
    const failed = (what: string): Error =>
      new Error(`$ ${text}\n${what}. It printed:\n${output.slice(-4000)}`);
    const late = deadline(ENDS_WITHIN_MS);
    try {
      if (mode === "ends") {
        const code = await Promise.race([ended, late.passed]);
        if (code === null) throw failed(`It did not end within ${ENDS_WITHIN_MS / 1000} s`);
        if (code !== 0) throw failed(`It ended with code ${code}`);
        if (!expected.test(output)) throw failed(`Its output does not match ${expected}`);
        return;
      }
      const first = await Promise.race([matched.then(() => "matched"), ended, late.passed]);
      if (first !== "matched") throw failed(`Its output does not match ${expected}`);
      if (mode === "stays") this.staying.push({ child, ended, failed });
      else await interrupt(child, ended);
    } catch (error) {
      signal(child, "SIGKILL");
      throw error;
    } finally {
      late.cancel();
    }
  }

  /** Ctrl-C for whatever stays. Rejects if one does not end well. */
  async close(): Promise<void> {
    for (const { child, ended, failed } of this.staying.reverse()) {
      const code = await interrupt(child, ended);
      if (code === null)
        throw failed(`It did not end within ${STOPS_WITHIN_MS / 1000} s of Ctrl-C`);
      if (code !== 0 && code !== ENDED_BY_SIGINT) throw failed(`Ctrl-C ended it with code ${code}`);
    }
  }
}

async function interrupt(child: ChildProcess, ended: Promise<number>): Promise<number | null> {
  signal(child, "SIGINT");
  const late = deadline(STOPS_WITHIN_MS);
  const code = await Promise.race([ended, late.passed]);
  late.cancel();
  if (code === null) signal(child, "SIGKILL");
  return code;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    // Everything in the group has ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function deadline(ms: number): { passed: Promise<null>; cancel(): void } {
  let cancel = (): void => undefined;
  const passed = new Promise<null>((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    cancel = () => clearTimeout(timer);
  });
  return { passed, cancel };
}

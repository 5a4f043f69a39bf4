/** The worlds of random sequences: where each is, what its test is called, and how one is run by itself. */
import { execFile } from "node:child_process";
import { ROOT } from "../local/system";

export const WORLDS = {
  "hand-off": ["tests/conversations/properties.test.ts", "random interleavings keep every promise"],
  texts: ["tests/sms/properties.test.ts", "random interleavings keep every promise"],
  mail: ["tests/mail/properties.test.ts", "nothing goes twice"],
  "sign-in": ["tests/auth/properties.test.ts", "random sequences"],
} as const satisfies Record<string, [file: string, name: string]>;

export type WorldName = keyof typeof WORLDS;
export const WORLD_NAMES = Object.keys(WORLDS) as WorldName[];

/** As it was typed; throws for a world that there isn't. */
export function requireWorld(name: string): WorldName {
  const world = WORLD_NAMES.find((one) => one === name);
  if (world !== undefined) return world;
  throw new Error(`There is no world "${name}": ${WORLD_NAMES.join(", ")}.`);
}

/** More than a process can hold of a thousand runs' errors. */
const MAX_SAID = 64 * 1024 * 1024;

type Sequences = { seed: number; runs: number };
export type Played = {
  /** Of the whole process. */
  seconds: number;
  failed: boolean;
  /** All that it printed. */
  said: string;
};

/** So many sequences of one seed, in a process of their own. `config`: of vitest, in place of the usual one. */
export function play(
  world: WorldName,
  { seed, runs }: Sequences,
  { env = {}, config }: { env?: Record<string, string>; config?: string } = {},
): Promise<Played> {
  const [file, name] = WORLDS[world];
  const args = ["vitest", "run", "--project", "functions", file, "-t", name];
  if (config !== undefined) args.push("--root", ".", "--config", config);
  const variables = { PROPERTY_SEED: String(seed), PROPERTY_RUNS: String(runs), ...env };
  const options = { cwd: ROOT, env: { ...process.env, ...variables }, maxBuffer: MAX_SAID };
  const begun = performance.now();
  return new Promise((resolve) => {
    execFile("npx", args, options, (error, stdout, stderr) => {
      const seconds = Math.round((performance.now() - begun) / 100) / 10;
      resolve({ seconds, failed: error !== null, said: stdout + stderr });
    });
  });
}

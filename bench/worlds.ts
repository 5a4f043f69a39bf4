/**
 * The worlds of random sequences: where each is, what its test is called, and how one is run by itself. Each is bundled
 * into one file first and runs on Node alone: loaded module by module, a third of the time goes into calls from one to
 * the next.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { build, type Plugin } from "vite";
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

export const BUNDLES = path.join(ROOT, ".local/sequences");

/**
 * Writes a world as `.local/sequences/NAME.test.js`. The mock of Convex stays outside: only the tests that compare with
 * it load it.
 */
export async function bundle(
  world: WorldName,
  { name = world, plugins = [] }: { name?: string; plugins?: Plugin[] } = {},
): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    plugins,
    ssr: { noExternal: true, external: ["vitest"] },
    build: {
      ssr: WORLDS[world][0],
      outDir: BUNDLES,
      sourcemap: true,
      emptyOutDir: false,
      rolldownOptions: {
        external: [/simulation\/mock$/],
        output: { entryFileNames: `${name}.test.js`, codeSplitting: false },
      },
    },
  });
}

/** So many sequences of one seed, in a process of their own, of what is bundled as `name`. */
export function play(
  world: WorldName,
  { seed, runs }: Sequences,
  { name = world, env = {} }: { name?: string; env?: Record<string, string> } = {},
): Promise<Played> {
  const file = path.join(BUNDLES, `${name}.test.js`);
  const args = ["vitest", "run", "--config", "bench/sequences.config.ts", file];
  args.push("-t", WORLDS[world][1]);
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

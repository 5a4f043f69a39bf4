/**
 * The command line of `pnpm run setup`. Keys are no options: they would show in the process list. The file of
 * keys is `--from-file`, as in `convex env set`: `--env-file` is the CLI's word for the file that chooses the
 * deployment, and Node 20 takes an option of that name for itself, wherever it stands.
 */
import { parseArgs } from "node:util";
import { normalizeEmail } from "../../convex/lib/text";
import { badInput } from "./errors";
import { isEmail } from "./variables";

export interface Options {
  prod: boolean;
  fromFile: string | null;
  admin: { email: string; name: string | null } | null;
  /** Null: ask, or leave it out where nobody can be asked. */
  seed: boolean | null;
  force: boolean;
  dryRun: boolean;
  typecheck: boolean;
  verbose: boolean;
  yes: boolean;
  mode: "setup" | "rotate" | "finishRotation";
}

export const HELP = `Usage: npx pnpm run setup [options]

Sets up the deployment that the Convex CLI is configured for: generates JWT_SECRET, sets the
providers' keys, pushes, makes the first admin, reads in the example shop, and checks that it works.
Repeating it is safe: it does what is missing and leaves the rest as it is.

Keys come from the environment, from --from-file, or are asked for; never from the command line.

  --admin EMAIL       the first admin        --name NAME   their name
  --seed, --no-seed   with or without the example shop (asked; without it on production)
  --from-file FILE     read the variables from FILE, written like a .env
  --force             replace keys that are set already (never JWT_SECRET)
  --prod              the production deployment of the project in .env.local
  --dry-run           say what would be done, and do nothing
  --yes               don't ask "go ahead?"
  --no-typecheck      push without the type check
  --verbose           show what the Convex CLI prints
  --rotate-secret     put a new JWT_SECRET before the old one; both count
  --finish-rotation   remove the old one
  --help

With CI=true or without a terminal nothing is asked: what is not given is left out, and named.
Exit codes: 0 done, 1 a step failed, 2 bad input (nothing was done), 3 no deployment, 130 stopped.
`;

const FLAGS = {
  prod: { type: "boolean" },
  "from-file": { type: "string" },
  admin: { type: "string" },
  name: { type: "string" },
  seed: { type: "boolean" },
  force: { type: "boolean" },
  "dry-run": { type: "boolean" },
  typecheck: { type: "boolean" },
  verbose: { type: "boolean" },
  yes: { type: "boolean" },
  "rotate-secret": { type: "boolean" },
  "finish-rotation": { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** "help", or the options. Throws `SetupError` for anything that makes no sense. */
export function parseOptions(argv: string[]): Options | "help" {
  // `pnpm run setup -- --prod` hands on the dashes, too.
  const args = argv[0] === "--" ? argv.slice(1) : argv;
  const { values } = read(args);
  if (values.help === true) return "help";
  if (values["rotate-secret"] === true && values["finish-rotation"] === true) {
    throw badInput(
      "--rotate-secret and --finish-rotation are two steps, days apart: one at a time.",
    );
  }
  const name = values.name?.trim() ?? null;
  if (name !== null && (name === "" || name.length > 100 || /\p{Cc}/u.test(name))) {
    throw badInput("--name has 1 to 100 characters, in one line.");
  }
  if (name !== null && values.admin === undefined) throw badInput("--name needs --admin.");
  return {
    prod: values.prod ?? false,
    fromFile: values["from-file"] ?? null,
    admin: values.admin === undefined ? null : { email: adminEmail(values.admin), name },
    seed: values.seed ?? null,
    force: values.force ?? false,
    dryRun: values["dry-run"] ?? false,
    typecheck: values.typecheck ?? true,
    verbose: values.verbose ?? false,
    yes: values.yes ?? false,
    mode:
      values["rotate-secret"] === true
        ? "rotate"
        : values["finish-rotation"] === true
          ? "finishRotation"
          : "setup",
  };
}

function read(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowNegative: true, allowPositionals: false });
  } catch (error) {
    // Node's message repeats the argument, and somebody may have typed a key.
    const unknown = /Unknown option '(--[a-z-]{2,18})'/.exec(String(error))?.[1];
    const what = unknown === undefined ? "The options are not right" : `There is no ${unknown}`;
    throw badInput(`${what}. \`npx pnpm run setup --help\` lists them.`);
  }
}

export function adminEmail(raw: string): string {
  if (!isEmail(raw)) throw badInput("The admin's address is not an e-mail address.");
  return normalizeEmail(raw);
}

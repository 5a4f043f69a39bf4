/** What somebody wants set up: from the options, a `--from-file`, the environment, and questions. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Asker } from "./ask";
import { badInput } from "./errors";
import { adminEmail, type Options } from "./options";
import { realAdmins, seeded, type State, type Wishes } from "./plan";
import {
  isEmail,
  problemOf,
  secretProblem,
  isWanted,
  VARIABLES,
  type Given,
  type Variable,
} from "./variables";

type Env = Record<string, string | undefined>;

/** Where values come from; the file was named, so it comes before what happens to be in the environment. */
export interface Sources {
  file: Env;
  fileName: string;
  env: Env;
}

export function readEnvFile(path: string): Env {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch {
    throw badInput(`--from-file: ${path} can't be read.`);
  }
}

/** Names in a `--from-file` that a set-up has no use for. */
export const unknownNames = (file: Env) =>
  Object.keys(file).filter(
    (name) => name !== "JWT_SECRET" && !VARIABLES.some((variable) => variable.name === name),
  );

function find(
  { name, fileOnly }: Pick<Variable, "name" | "fileOnly">,
  from: Sources,
): Given | null {
  const inFile = from.file[name]?.trim();
  if (inFile) return { name, value: inFile, source: `from ${from.fileName}` };
  const inEnv = fileOnly === true ? undefined : from.env[name]?.trim();
  return inEnv ? { name, value: inEnv, source: "from the environment" } : null;
}

/** Throws for values that can't be right, all in one, before anything is asked or done. */
function givenValues(state: State, options: Pick<Options, "force">, from: Sources) {
  const secret = find({ name: "JWT_SECRET", fileOnly: true }, from);
  const given = VARIABLES.flatMap((variable) => find(variable, from) ?? []);
  const names = new Set([...state.variables, ...given.map(({ name }) => name)]);
  const problems = given
    .filter(({ name }) => options.force || !state.variables.has(name))
    .flatMap((one) => {
      const variable = VARIABLES.find(({ name }) => name === one.name);
      const problem = variable && problemOf(variable, one.value, names);
      return problem ? `${one.name} (${one.source}) ${problem}.` : [];
    });
  const weak = secret && state.secret === "missing" ? secretProblem(secret.value) : null;
  if (weak !== null) problems.push(`JWT_SECRET (from ${from.fileName}) ${weak}.`);
  if (problems.length > 0) throw badInput(`${problems.join("\n")}\nNothing was changed.`);
  return { secret, given, names };
}

/** With `ask` null nobody is asked. */
export async function gatherWishes(
  state: State,
  options: Options,
  { target, from, ask }: { target: { prod: boolean }; from: Sources; ask: Asker | null },
): Promise<Wishes> {
  const { secret, given, names } = givenValues(state, options, from);
  const replace = new Set<string>();
  for (const variable of VARIABLES) {
    const { name } = variable;
    const has = given.find((one) => one.name === name);
    if (has !== undefined && state.variables.has(name)) {
      const unusable = problemOf(variable, has.value, names) !== null;
      if (options.force || (!unusable && (await mayReplace(has, ask)))) replace.add(name);
    } else if (has === undefined && !state.variables.has(name) && ask !== null) {
      const there = new Set([...names, ...given.map((one) => one.name)]);
      const value = isWanted(variable, there) ? await askFor(variable, names, ask) : null;
      if (value !== null) given.push({ name, value, source: "as typed" });
    }
  }
  const admin = await adminOf(state, options, ask);
  return { secret, given, replace, admin, seed: await wantsSeed(state, options, target, ask) };
}

async function mayReplace({ name, source }: Given, ask: Asker | null): Promise<boolean> {
  if (ask === null) return false;
  return await ask.yesOrNo(`${name} is set already. Replace it (${source})?`, false);
}

async function askFor(
  { secret, name, purpose, from, ...variable }: Variable,
  names: ReadonlySet<string>,
  ask: Asker,
): Promise<string | null> {
  const where = from === undefined ? "" : ` (${from})`;
  const question = `${name}: ${purpose}${where}. Empty to skip`;
  const problem = (value: string) =>
    problemOf({ secret, name, purpose, ...variable }, value, names);
  return secret ? await ask.hidden(question, problem) : await ask.line(question, problem);
}

async function adminOf(state: State, { admin }: Options, ask: Asker | null) {
  const wanted = admin?.email ?? (await askForAdmin(state, ask));
  if (wanted === null) return null;
  const nameless = admin?.name ?? null;
  const isAdmin = state.app?.admins.includes(wanted) === true;
  const typed =
    nameless === null && !isAdmin && ask !== null
      ? await ask.line(`Name of ${wanted}`, (name) => (name.length > 100 ? "is too long" : null))
      : null;
  return { email: wanted, name: nameless ?? typed ?? wanted.split("@")[0] ?? wanted };
}

async function askForAdmin(state: State, ask: Asker | null): Promise<string | null> {
  if (ask === null || realAdmins(state).length > 0) return null;
  const email = await ask.line("E-mail address of the first admin. Empty to skip", (value) =>
    isEmail(value) ? null : "is not an e-mail address",
  );
  return email === null ? null : adminEmail(email);
}

async function wantsSeed(
  state: State,
  { seed }: Options,
  { prod }: { prod: boolean },
  ask: Asker | null,
): Promise<boolean> {
  if (seed !== null) return seed;
  if (prod || seeded(state) || ask === null) return false;
  return await ask.yesOrNo("Read in the example shop, with its documents and people?", true);
}

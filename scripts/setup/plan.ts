/** From the state of a deployment and what somebody wants to what there is to do. Pure: no clock, no CLI. */
import { badInput, SetupError } from "./errors";
import { isWanted, VARIABLES, type Given, type SecretState } from "./variables";

export interface Progress {
  total: number;
  published: number;
  failed: number;
}

export interface State {
  /** Names of the variables that are set. */
  variables: ReadonlySet<string>;
  secret: SecretState;
  /** It is stored without its public point, which every sign-in then derives. */
  derivesPoint: boolean;
  /** Null before the first push, or after a push of a version without these functions. */
  app: { url: string; siteUrl: string; admins: string[]; hasAgent: boolean; seed: Progress } | null;
}

export interface Wishes {
  /** A JWT_SECRET to use where there is none, from a `--from-file`. */
  secret: Given | null;
  given: Given[];
  /** Names whose value may be replaced. */
  replace: ReadonlySet<string>;
  admin: { email: string; name: string } | null;
  seed: boolean;
}

export type Step =
  | { kind: "secret"; given: Given | null }
  | { kind: "publicPoint" }
  | { kind: "variables"; add: Given[]; replace: Given[] }
  | { kind: "push" }
  | { kind: "admin"; email: string; name: string }
  | { kind: "agents" }
  | { kind: "seed" }
  | { kind: "rotate" }
  | { kind: "finishRotation" }
  | { kind: "check"; keys: number };

/** The steps, in order. Each is safe to repeat, and each needs only those before it. */
export function planSetup(state: State, wishes: Wishes): Step[] {
  const steps: Step[] = [];
  if (state.secret === "weak") {
    throw new SetupError(
      "JWT_SECRET is set, but shorter than 32 characters: sign-in refuses it, and a set-up never overwrites it. Remove it (`npx convex env remove JWT_SECRET`), then run this again.",
    );
  }
  if (state.secret === "missing") steps.push({ kind: "secret", given: wishes.secret });
  else if (state.derivesPoint) steps.push({ kind: "publicPoint" });
  const { add, replace } = changes(state, wishes);
  if (add.length + replace.length > 0) steps.push({ kind: "variables", add, replace });
  steps.push({ kind: "push" });
  const { admin } = wishes;
  if (admin !== null && state.app?.admins.includes(admin.email) !== true) {
    steps.push({ kind: "admin", ...admin });
  }
  // The example shop brings the same agents.
  if (wishes.seed && !seeded(state)) steps.push({ kind: "seed" });
  else if (state.app?.hasAgent !== true) steps.push({ kind: "agents" });
  steps.push({ kind: "check", keys: state.secret === "rotating" ? 2 : 1 });
  return steps;
}

function changes({ variables }: State, { given, replace }: Wishes) {
  return {
    add: given.filter(({ name }) => !variables.has(name)),
    replace: given.filter(({ name }) => variables.has(name) && replace.has(name)),
  };
}

export function planRotation({ secret }: State, mode: "rotate" | "finishRotation"): Step[] {
  if (secret === "missing" || secret === "weak") {
    throw badInput("JWT_SECRET is not set up yet: run this without a rotation first.");
  }
  if (mode === "rotate" && secret === "rotating") {
    throw badInput("A rotation is under way already. End it with --finish-rotation first.");
  }
  if (mode === "finishRotation" && secret === "one") {
    throw badInput("No rotation is under way: JWT_SECRET is one secret.");
  }
  return [{ kind: mode }, { kind: "check", keys: mode === "rotate" ? 2 : 1 }];
}

/** Every document of the example shop is read in. */
export function seeded({ app }: State): boolean {
  return app !== null && app.seed.published >= app.seed.total;
}

/** Somebody who can get mail: the example shop's admin has an address that nobody can read. */
export function realAdmins({ app }: State): string[] {
  return (app?.admins ?? []).filter((email) => !email.endsWith(".example"));
}

/** Variables given but set already, so kept. */
export function kept(state: State, wishes: Wishes): string[] {
  return wishes.given
    .filter(({ name }) => state.variables.has(name) && !wishes.replace.has(name))
    .map(({ name }) => name);
}

/** What a step does, in the imperative: for the plan and for the progress. */
export function describe(step: Step, push: string[]): string {
  const names = (given: Given[]) =>
    given.map(({ name, source }) => `${name} (${source})`).join(", ");
  switch (step.kind) {
    case "secret":
      return step.given === null
        ? "Generate JWT_SECRET and set it"
        : `Set JWT_SECRET (${step.given.source})`;
    case "publicPoint":
      return "Store the public key beside JWT_SECRET: sign-in no longer derives it";
    case "variables":
      return [
        step.add.length > 0 ? `Set ${names(step.add)}` : "",
        step.replace.length > 0 ? `Replace ${names(step.replace)}` : "",
      ]
        .filter(Boolean)
        .join("; ");
    case "push":
      return `Push the functions: npx convex ${push.join(" ")}`;
    case "admin":
      return `Make ${step.email} an admin`;
    case "agents":
      return "Add the AI agents";
    case "seed":
      return "Read in the example shop";
    case "rotate":
      return "Put a new JWT_SECRET before the present one";
    case "finishRotation":
      return "Remove the old JWT_SECRET";
    case "check":
      return "Check that it works: /health, the keys, a guest's session";
  }
}

/** The lines that say what is missing, and what that means. */
export function missing(variables: ReadonlySet<string>): string[] {
  return VARIABLES.filter(
    (variable) => !variables.has(variable.name) && isWanted(variable, variables),
  ).map(
    ({ name, without, from }) => `${name}: ${without}${from === undefined ? "" : ` (${from})`}`,
  );
}

/**
 * Stricter than Convex: every function of the app needs `args` and `returns`. Convex takes a function
 * without them and checks nothing; HTTP actions and components are exempt.
 */
import { PushError } from "./errors";
import type { AnalyzedFunction, AnalyzedModule } from "./types";

export function requireValidators(modules: Record<string, AnalyzedModule>): void {
  const lines = Object.entries(modules)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, { functions }]) =>
      functions.flatMap((fn) => {
        const missing = missingValidators(fn);
        if (missing.length === 0) return [];
        return [`• ${file.replace(/\.js$/, "")}:${fn.name}: add ${missing.join(" and ")}`];
      }),
    );
  if (lines.length === 0) return;
  throw new PushError(
    "MissingValidators",
    `${lines.length === 1 ? "This function lacks" : "These functions lack"} validators:\n${lines.join("\n")}\n` +
      "The local deployment is stricter here than Convex; CONVEX_LOCAL_ALLOW_UNVALIDATED=1, when it starts, " +
      "lets them pass. See https://docs.convex.dev/functions/validation",
  );
}

/** Without a validator, arguments export as `any` and a return value as `null`. */
function missingValidators({ args, returns }: AnalyzedFunction): string[] {
  const any = args === null || (JSON.parse(args) as { type?: string } | null)?.type === "any";
  return [
    ...(any ? ["`args: {...}`"] : []),
    ...(returns === null || returns === "null" ? ["`returns: ...` (`v.null()` for nothing)"] : []),
  ];
}

/** What an action does outside of itself: so many things at a time, and its calls wait as a client's do. */
import type { Admission } from "./admission";
import type { RunContext } from "./context";
import { RateLimitError } from "./results";

type Ctx = Record<string, unknown>;
type CtxCall = (...args: unknown[]) => Promise<unknown>;

const CALLS = { runQuery: "query", runMutation: "mutation", runAction: "action" } as const;

export function isAction({ event: { udfType } }: RunContext): boolean {
  return udfType === "action" || udfType === "httpAction";
}

/** One of the action's operations; the rest of them wait, first come, first served. */
export async function duringOperation<T>(run: RunContext, body: () => Promise<T>): Promise<T> {
  await run.operations.acquire();
  try {
    return await body();
  } finally {
    run.operations.release();
  }
}

/** The action's context, with calls that are operations and need a permit. */
export function limitCalls(ctx: Ctx, run: RunContext, admission: () => Admission): Ctx {
  if (!isAction(run)) return ctx;
  const limited: Ctx = { ...ctx };
  for (const [name, type] of Object.entries(CALLS)) {
    const call = ctx[name] as CtxCall;
    limited[name] = (...args: unknown[]) =>
      duringOperation(run, async () => {
        try {
          return await admission().run(type, "action", () => call(...args));
        } catch (error) {
          // To an action a refusal is an error like any other, which it may catch.
          throw error instanceof RateLimitError ? new Error(error.message) : error;
        }
      });
  }
  return limited;
}

/** How a function run ends, and the words a client gets to see about a failure. */
import { convexToJson, type Value } from "convex/values";
import type { LogLine } from "./context";

export type FunctionResult =
  | {
      ok: true;
      /** Encoded as JSON. */
      value: unknown;
      logLines: LogLine[];
      journal: string | null;
      /** The commit of a mutation, in nanoseconds since the epoch. */
      ts: bigint;
    }
  | {
      ok: false;
      errorMessage: string;
      /** Encoded as JSON; only for a `ConvexError`. */
      errorData?: unknown;
      logLines: LogLine[];
      journal: string | null;
    };

/** Thrown for calls that break a rule of Convex's, not by the app's code: there is no stack to show. */
export class CallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CallError";
  }
}

export function describeFailure(
  error: unknown,
  requestId: string,
  logLines: LogLine[],
): Extract<FunctionResult, { ok: false }> {
  return {
    ok: false,
    errorMessage: `[Request ID: ${requestId}] Server Error\n${describeError(error)}`,
    ...(isConvexError(error) ? { errorData: encodedData(error) } : {}),
    logLines,
    journal: null,
  };
}

/** What was thrown, in the words of the log. */
export function describeError(error: unknown): string {
  if (error instanceof CallError) return error.message;
  if (isConvexError(error)) {
    const { data } = error;
    return `Uncaught ConvexError: ${typeof data === "string" ? data : JSON.stringify(encodedData(error))}`;
  }
  return `Uncaught ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

function encodedData({ data }: { data: unknown }): unknown {
  return convexToJson((data === undefined ? null : data) as Value);
}

function isConvexError(error: unknown): error is { data: unknown } {
  return typeof error === "object" && error !== null && Symbol.for("ConvexError") in error;
}

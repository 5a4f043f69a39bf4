/** How a function run ends, and the words a client gets to see about a failure. */
import { convexToJson, type Value } from "convex/values";
import type { LogLine } from "./context.ts";

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

/** Thrown for calls that are wrong before any code of the app runs. */
export class CallError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CallError";
  }
}

export function failure(
  error: unknown,
  requestId: string,
  logLines: LogLine[],
): Extract<FunctionResult, { ok: false }> {
  const prefix = `[Request ID: ${requestId}] Server Error`;
  if (error instanceof CallError) {
    return { ok: false, errorMessage: `${prefix}\n${error.message}`, logLines, journal: null };
  }
  if (isConvexError(error)) {
    const data = error.data as Value | undefined;
    const errorData: unknown = convexToJson(data === undefined ? null : data);
    const shown = typeof data === "string" ? data : JSON.stringify(errorData);
    return {
      ok: false,
      errorMessage: `${prefix}\nUncaught ConvexError: ${shown}`,
      errorData,
      logLines,
      journal: null,
    };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { ok: false, errorMessage: `${prefix}\nUncaught ${text}`, logLines, journal: null };
}

function isConvexError(error: unknown): error is { data: unknown } {
  return typeof error === "object" && error !== null && Symbol.for("ConvexError") in error;
}

/** How a function run ends, and the words a client gets to see about a failure. */
import { convexToJson, jsonToConvex, type Value } from "convex/values";
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
      /** Set if it was Convex that refused, for now, and not the function that failed. */
      rateLimit?: RateLimitCode;
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

export type RateLimitCode = "TooManyConcurrentRequests" | "TooManyWrites";

/** The deployment has too much to do: the same call may go through later. */
export class RateLimitError extends CallError {
  constructor(
    readonly code: RateLimitCode,
    message: string,
  ) {
    super(message);
    this.name = "RateLimitError";
  }
}

export function describeFailure(
  error: unknown,
  requestId: string,
  logLines: LogLine[],
): Extract<FunctionResult, { ok: false }> {
  if (error instanceof RateLimitError) {
    const { message, code } = error;
    return { ok: false, errorMessage: message, rateLimit: code, logLines, journal: null };
  }
  return {
    ok: false,
    errorMessage: `[Request ID: ${requestId}] Server Error\n${describeError(error)}`,
    ...(isConvexError(error) ? { errorData: encodedData(error) } : {}),
    logLines,
    journal: null,
  };
}

/** The decoded value; throws what a client would see. */
export function unwrap(result: FunctionResult): Value {
  if (result.ok) return jsonToConvex(result.value as never);
  throw Object.assign(
    new Error(result.errorMessage),
    result.errorData === undefined ? {} : { data: jsonToConvex(result.errorData as never) },
  );
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

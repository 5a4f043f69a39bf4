/** The one kind of expected error, and how it is told from a broken invariant. */
import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { appError, ERROR_CODES, isAppError, type ErrorCode } from "./errors";

test("an error carries its code, its message and its details; details can't replace them", () => {
  const error = appError("conflict", "Dana has it.", {
    claimedBy: "Dana",
    code: "x",
    message: "y",
  });
  expect(error.data).toEqual({ code: "conflict", message: "Dana has it.", claimedBy: "Dana" });
  expect(isAppError(error)).toBe(true);
});

test("it is known again after it was serialized", () => {
  const { data } = appError("rate_limited", "Wait.", { retryAfterMs: 5 });
  const copy = JSON.parse(JSON.stringify(data)) as typeof data;
  expect(isAppError(new ConvexError(copy))).toBe(true);
});

test.each([
  new Error("broken"),
  new ConvexError("a string"),
  new ConvexError(null),
  new ConvexError({ code: "teapot", message: "No." }),
  new ConvexError({ code: "conflict" }),
  new ConvexError({ code: "conflict", message: 7 }),
  { data: { code: "conflict", message: "Not an error." } },
  undefined,
])("%s is none of ours", (error) => {
  expect(isAppError(error)).toBe(false);
});

test("the set of codes is closed", () => {
  const codes: Record<ErrorCode, true> = {
    unauthenticated: true,
    forbidden: true,
    not_found: true,
    invalid_input: true,
    conflict: true,
    rate_limited: true,
    code_invalid: true,
    session_expired: true,
    not_configured: true,
    provider_unavailable: true,
    too_large: true,
  };
  expect([...ERROR_CODES].sort()).toEqual(Object.keys(codes).sort());
});

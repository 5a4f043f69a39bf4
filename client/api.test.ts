/** The front door, held to what `convex/` deploys. */
import { anyApi, getFunctionName } from "convex/server";
import { expect, expectTypeOf, test } from "vitest";
import type { api as generated } from "../convex/_generated/api";
import { api } from "./api";
import * as frontDoor from "./api";
import * as answers from "./answers";
import * as errors from "./errors";
import * as texts from "./texts";

test("the API has exactly the public functions of the generated one, with the same types", () => {
  // Checked by the compiler: `npx pnpm typecheck`.
  expectTypeOf(api).toEqualTypeOf<typeof generated>();
  expect(getFunctionName(api.messages.sendMessage)).toBe("messages:sendMessage");
  expect(getFunctionName(api.auth.createSession)).toBe(
    getFunctionName(anyApi.auth!.createSession!),
  );
});

test("nothing but the public API is exported", () => {
  expect(Object.keys(frontDoor)).toEqual(["api"]);
  expect(Object.keys(answers).sort()).toEqual(["findMarks", "withoutHalfMark", "writeMarks"]);
  expect(Object.keys(errors).sort()).toEqual(["ERROR_CODES", "isAppError"]);
  expect(Object.keys(texts).sort()).toEqual([
    "REASON_WORDS",
    "REPLY_VARIABLES",
    "STAFF_SEGMENTS",
    "fillReply",
    "findGap",
    "sizeOf",
    "wholeText",
  ]);
});

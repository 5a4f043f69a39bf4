/** What a screen reader hears without being asked: who has written since, and what to do now. */
import { describe, expect, test } from "vitest";
import type { Row } from "../conversation/timeline";
import { splitSafety } from "./systemWords";
import { newRows } from "./useAnnounceNews";

const row = (key: string) => ({ key }) as Row;
const keys = (rows: Row[]) => rows.map(({ key }) => key);

describe("new rows", () => {
  const known = new Set(["b", "c"]);

  test("none of a conversation that is shown for the first time", () => {
    expect(newRows([row("a"), row("b")], new Set())).toEqual([]);
    expect(newRows([row("x"), row("y")], known)).toEqual([]);
  });

  test("none of an older page", () => {
    expect(newRows([row("a"), row("b"), row("c")], known)).toEqual([]);
  });

  test("each that has come since, also one that stands before a message on its way", () => {
    expect(keys(newRows([row("b"), row("new"), row("c"), row("last")], known))).toEqual([
      "new",
      "last",
    ]);
  });
});

describe("a system line", () => {
  test("that begins with steps is a card and the rest", () => {
    expect(splitSafety("Stop now.\n- One.\n- Two.\n\nWe open at 9.")).toEqual({
      safety: { first: "Stop now.", steps: ["One.", "Two."] },
      rest: "We open at 9.",
    });
    expect(splitSafety("Stop now.\n- One.").rest).toBe("");
  });

  test.each(["Dana has joined the conversation.", "Two lines\nof words", "One.\n\nTwo.", ""])(
    "%j is a line",
    (text) => {
      expect(splitSafety(text)).toEqual({ safety: null, rest: text });
    },
  );
});

/** Deltas put together: which call a piece belongs to, what ends well, and what has no end. */
import { expect, test } from "vitest";
import type { ChatDelta } from "../../providers/chatChunks";
import { addDelta, endRound, newRound, type Said } from "./round";

type Piece = { index?: number; id?: string; name?: string; arguments?: string };
const tool = (piece: Piece): ChatDelta => ({
  kind: "tool",
  id: "",
  name: "",
  arguments: "",
  ...piece,
});
const text = (words: string): ChatDelta => ({ kind: "text", text: words });
const finish = (reason: string): ChatDelta => ({ kind: "finish", reason });

function read(...deltas: ChatDelta[]): Said {
  const round = newRound();
  for (const delta of deltas) addDelta(round, delta);
  return endRound(round);
}
const remedyOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { remedy: unknown }).remedy;
  }
  return "none";
};

test.each<[string, Piece[], string]>([
  [
    "by position",
    [
      { index: 1, id: "a", name: "x" },
      { index: 1, arguments: "{}" },
    ],
    "{}",
  ],
  [
    "by id, wherever they are",
    [
      { index: 0, id: "a", name: "x" },
      { index: 3, id: "a", arguments: "{}" },
    ],
    "{}",
  ],
  ["as they come", [{ id: "a", name: "x", arguments: "{" }, { arguments: "}" }], "{}"],
  [
    "by position under a new id without a name",
    [
      { index: 0, id: "a", name: "x" },
      { index: 0, id: "b", arguments: "{}" },
    ],
    "{}",
  ],
  [
    "not, with a name and an id of their own",
    [
      { index: 0, id: "a", name: "x", arguments: "1" },
      { index: 0, id: "b", name: "y", arguments: "2" },
    ],
    "1",
  ],
])("pieces of a call go together %s", (_, pieces, given) => {
  const { call } = read(...pieces.map(tool), finish("tool_calls"));
  expect(call).toMatchObject({ id: "a", name: "x", arguments: given });
});

test("a call without an id gets one", () => {
  expect(read(tool({ name: "x" }), finish("stop")).call!.id).toMatch(/^[a-z0-9]{9}$/);
});

test.each([
  ["stop", "none"],
  ["length", "none"],
  ["error", "again"],
  ["tool_calls", "again"],
  ["content_filter", "another"],
  ["recitation", "another"],
  ["", "another"],
])("words that end with %j: %s", (reason, remedy) => {
  expect(remedyOf(() => read(text("Yes."), finish(reason)))).toBe(remedy);
});

test("the first reason counts, and `length` is a cut", () => {
  expect(read(text("Yes."), finish("length"), finish("stop")).cut).toBe(true);
  expect(remedyOf(() => read(finish("length")))).toBe("another");
  expect(remedyOf(() => read(text("<think>hm</think>"), finish("stop")))).toBe("again");
});

test("of a cut call nothing is done, but a person who is wanted comes", () => {
  const cut = (name: string) => () => read(tool({ name, arguments: '{"qu' }), finish("length"));
  expect(remedyOf(cut("search_knowledge"))).toBe("another");
  expect(cut("escalate_to_human")().call!.name).toBe("escalate_to_human");
});

test("a call, and thoughts, without an end are given up before they fill the memory", () => {
  const without = (delta: ChatDelta) => () => {
    const round = newRound();
    for (let i = 0; i < 300; i++) addDelta(round, delta);
  };
  expect(remedyOf(without(tool({ name: "x", arguments: "y".repeat(100) })))).toBe("another");
  const details = [{ type: "reasoning.text", text: "z".repeat(1_000) }];
  expect(remedyOf(without({ kind: "reasoning", details }))).toBe("another");
});

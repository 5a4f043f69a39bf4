/** A chunk as plain deltas: whatever comes is read, or is nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readChunk, readGeneration } from "./chatChunks";

const delta = (fields: object, more: object = {}) => ({ choices: [{ delta: fields, ...more }] });

test.each([
  ["a text", delta({ content: "a" }), [{ kind: "text", text: "a" }]],
  [
    "text as parts",
    delta({ content: ["a", { text: "b" }, { image: 1 }] }),
    [{ kind: "text", text: "ab" }],
  ],
  ["a refusal", delta({ refusal: "No." }), [{ kind: "refusal", text: "No." }]],
  [
    "a refusal as a part",
    delta({ content: [{ refusal: "No." }] }),
    [{ kind: "refusal", text: "No." }],
  ],
  [
    "a call whose arguments are an object, without index and id",
    delta({ tool_calls: [{ function: { name: "x", arguments: { a: 1 } } }] }),
    [{ kind: "tool", id: "", name: "x", arguments: '{"a":1}' }],
  ],
  [
    "a call whose arguments are null",
    delta({ tool_calls: [{ index: 1, id: "c", function: { name: "x", arguments: null } }] }),
    [{ kind: "tool", index: 1, id: "c", name: "x", arguments: "" }],
  ],
  [
    "an end without a delta",
    { choices: [{ finish_reason: "stop" }] },
    [{ kind: "finish", reason: "stop" }],
  ],
  [
    "usage that makes no sense",
    { model: "m", usage: { prompt_tokens: -1, completion_tokens: NaN, cost: "0.1" } },
    [
      {
        kind: "usage",
        model: "m",
        usage: { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 },
      },
    ],
  ],
  ["a ping", {}, []],
  ["no choices", { choices: [] }, []],
])("%s", (_, chunk, deltas) => {
  expect(readChunk(chunk)).toEqual(deltas);
});

test("dollars are counted in millionths, in a chunk and afterwards", () => {
  const [usage] = readChunk({ usage: { prompt_tokens: 7, completion_tokens: 2, cost: 0.0000123 } });
  expect(usage).toMatchObject({
    usage: { promptTokens: 7, completionTokens: 2, costMicroUsd: 12 },
  });
  const data = { model: "m", tokens_prompt: 7, tokens_completion: 2, total_cost: 0.5 };
  expect(readGeneration({ data })).toEqual({
    model: "m",
    usage: { promptTokens: 7, completionTokens: 2, costMicroUsd: 500_000 },
  });
});

test("nothing that JSON can say is an exception, or anything but words and numbers", () => {
  const field = fc.constantFrom(
    "id",
    "choices",
    "delta",
    "content",
    "tool_calls",
    "function",
    "usage",
    "cost",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(field, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (chunk) => {
      for (const one of readChunk(chunk)) {
        if (one.kind === "tool") expect(typeof one.arguments).toBe("string");
        if (one.kind === "text") expect(one.text).not.toBe("");
        if (one.kind === "usage") expect(Object.values(one.usage).every((n) => n >= 0)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

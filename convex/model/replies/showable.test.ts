import { expect, test } from "vitest";
import { readSpokenCall, showableText } from "./showable";

const SHOWN: [raw: string, atTheEnd: string, before?: string][] = [
  ["Plain words.", "Plain words."],
  ["<think>Hmm, 2 < 3.</think>It is $179.", "It is $179."],
  ["<THINKING>\nlong\n</THINKING>\nYes.", "\nYes."],
  ["<think>never closed", ""],
  ["thought without a tag</think>Yes.", "Yes."],
  ["Yes.<think>more</think> No.", "Yes. No."],
  ['A<tool_call>{"name":"x"}</tool_call>B', "AB"],
  ['A<tool_call id="1">{"name":', "A"],
  ["Is 2 <", "Is 2 <", "Is 2 "],
  ["Yes.<thi", "Yes.<thi", "Yes."],
  ["Yes.</too", "Yes.</too", "Yes."],
  ["Press <strong", "Press <strong"],
  ["a < b and c", "a < b and c"],
  ["Yes 【1†source】【2】.", "Yes [1][2]."],
  ["Yes 【1†sour", "Yes 【1†sour", "Yes "],
  ["Yes [Passage 1", "Yes [Passage 1", "Yes "],
  ["one \ud83d", "one \ufffd", "one "],
  ["\u202eabc\u0007", "abc"],
  ["> > > > > > > > > > deep", "> > > > > > > > deep"],
];

test("what a model thinks or calls in its answer is not shown, whole or in pieces", () => {
  for (const [raw, atTheEnd, before = atTheEnd] of SHOWN) {
    expect(showableText(raw, true), raw).toBe(atTheEnd);
    expect(showableText(raw, false), raw).toBe(before);
  }
});

test("no piece of a thought is shown on the way, however it comes", () => {
  for (const [raw, atTheEnd] of SHOWN.filter(
    ([all]) => all.startsWith("<") || all.includes("><"),
  )) {
    for (let end = 0; end <= raw.length; end++) {
      const shown = showableText(raw.slice(0, end), false);
      expect(atTheEnd.startsWith(shown), `${raw.slice(0, end)} → ${shown}`).toBe(true);
    }
  }
});

test("a call in words is read, or known to be broken", () => {
  expect(readSpokenCall("No call.")).toBeNull();
  const hermes = '<tool_call>\n{"name": "search", "arguments": {"query": "x"}}\n</tool_call>';
  expect(readSpokenCall(`First. ${hermes}`)).toEqual({
    name: "search",
    arguments: '{"query":"x"}',
  });
  expect(readSpokenCall('<function_call>{"name":"a","parameters":"{}"}')).toEqual({
    name: "a",
    arguments: "{}",
  });
  for (const broken of ["<tool_call>", "<tool_call>{", "<tool_call>[]", '<tool_call>{"name":1}']) {
    expect(readSpokenCall(broken), broken).toBe("broken");
  }
});

import { expect, test, vi } from "vitest";
import { Told, type ReaderLine } from "./reader";

function readAlong() {
  const lines: ReaderLine[] = [];
  let text = "";
  const reader = {
    follows: true,
    isGone: false,
    left: Promise.resolve(),
    dismiss: () => (reader.isGone = true),
    tell: (line: ReaderLine) => {
      lines.push(line);
      if ("at" in line) text = text.slice(0, line.at) + line.text;
    },
  };
  return { reader, lines, told: new Told(reader), shown: () => text };
}

test("only what has come is told, and what takes the place of something", () => {
  const { told, lines, shown } = readAlong();
  for (const text of ["One", "One two", "One two", "One", "One (1)", "Else"]) {
    told.tellText(text);
    expect(shown()).toBe(text);
  }
  expect(lines).toEqual([
    { at: 0, text: "One" },
    { at: 3, text: " two" },
    { at: 3, text: "" },
    { at: 3, text: " (1)" },
    { at: 0, text: "Else" },
  ]);
});

test("what was taken back was never heard, and what is stored needn't be told again", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000 });
  const { told } = readAlong();
  told.tellText("One");
  vi.setSystemTime(2_000);
  told.tellText("One two");
  vi.setSystemTime(3_000);
  told.tellText("One");
  expect(told.heard).toEqual({
    text: "One",
    sent: [
      { at: 1_000, length: 3 },
      { at: 3_000, length: 3 },
    ],
    clock: 3_000,
  });
  told.forgetStored("One");
  expect(told.heard.sent).toEqual([]);
});

test("nobody who has gone is told anything, or has heard it", () => {
  const { told, reader, lines } = readAlong();
  told.tellText("One");
  reader.dismiss();
  told.tellText("One two");
  told.tellActivity("searching");
  expect(lines).toHaveLength(1);
  expect(told.heard).toMatchObject({ text: "One" });
});

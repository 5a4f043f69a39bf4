/** What stays of an answer to a mail. */
import { expect, test } from "vitest";
import { cutReply } from "./replyText";

const QUOTE = `On Mon, 5 Jan 2026 at 15:00, Computer Guys <support@shop.example> wrote:

> Dana at Computer Guys wrote:
>
> It is ready.`;

test.each([
  ["a quotation below", `I come at three.\n\n${QUOTE}`, "I come at three."],
  [
    "another program's lines",
    `I come at three.\r\n\r\n${QUOTE.replaceAll("\n", "\r\n")}`,
    "I come at three.",
  ],
  ["a signature", "I come at three.\n\n-- \nAnn\n+1 614 555 0101", "I come at three."],
  ["a phone's", "I come at three.\n\nSent from my iPhone", "I come at three."],
  ["nothing to cut", "First line.\n\nSecond line.", "First line.\n\nSecond line."],
])("without %s", (_, mail, said) => expect(cutReply(mail)).toBe(said));

test("a long line stays whole, a long quoted one goes", () => {
  const long = `The error is ${"0x8007 ".repeat(200)}and then it stops.`;
  expect(cutReply(`${long}\n\n${QUOTE}\n> ${"quoted ".repeat(200)}`)).toBe(long);
});

test("a mail of many lines and long ones is read in no time", () => {
  const at = performance.now();
  const line = `20260105 from 2026 from <a> ${"x ".repeat(80)}`;
  cutReply(Array.from({ length: 2_000 }, () => line).join("\n"));
  cutReply(`On ${"a b ".repeat(10_000)} wrote:`);
  expect(performance.now() - at).toBeLessThan(1_000);
});

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

const PS = "PS: the charger is missing too.\nAnd the bag.";
test.each([
  ["a greeting", `I come at three.\n\nBest regards,\nAnn\n\n${PS}\n\n${QUOTE}`, PS],
  ["a signature", `I come at three.\n\n-- \nAnn\n+1 614 555 0101\n\n${PS}`, PS],
  [
    "a phone's line",
    "I come at three.\n\nSent from my iPhone\n\nP.P.S. Not at four.",
    "P.P.S. Not at four.",
  ],
  ["a Spanish one", "I come at three.\n\n-- \nAna\nP. D.: y el cargador", "P. D.: y el cargador"],
])("with what is added below %s", (_, mail, added) =>
  expect(cutReply(mail)).toBe(`I come at three.\n\n${added}`),
);

test("a signature's PSU, a doctor's title and a quoted postscript are none", () => {
  const mail = `I come at three.\n\n-- \nPSU Repairs\nPD Dr. Ann\n\n${QUOTE}\n> PS: bring it`;
  expect(cutReply(mail)).toBe("I come at three.");
});

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

/** What may stay of an answer: nothing that no passage says, and all that one does, however it is cut into deltas. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitSentences } from "../../lib/sentences";
import { seedDocuments } from "../../seed/documents";
import { runs } from "../../../tests/properties";
import { splitDocument } from "../knowledge/split";
import { Grounding } from "./grounding";

const passagesOf = (slug: string) => {
  const {
    title,
    body,
    format = "markdown",
  } = seedDocuments.find((one) => one.slug === slug)! as {
    title: string;
    body: string;
    format?: "markdown";
  };
  return splitDocument(format, body).map((piece) => ({ title, ...piece }));
};
const PASSAGES = [
  "phone-and-tablet-screens",
  "laptop-screen-replacement",
  "diagnostics-fee-and-estimates",
].flatMap(passagesOf);
const number = (part: string) => PASSAGES.findIndex(({ text }) => text.includes(part)) + 1;

function grounding(customer = ["how much is an iphone 12 screen"]): Grounding {
  const judge = new Grounding(customer);
  judge.addPassages(PASSAGES);
  return judge;
}
const judge = (answer: string, customer?: string[]) => grounding(customer).show(answer, true);

test.each([
  "An iPhone 12 screen costs $179.",
  "An iPhone 13 Pro screen is $299.",
  "A Galaxy S23 screen is $269 and takes 1–2 business days.",
  "It costs $179, including the screen and labor.",
  "A 13-inch laptop screen without touch is $179.",
  "Diagnostics cost $49 for a laptop, which is credited toward the repair.",
  "MacBook Air 13 inch: $429, ready in 2 business days.",
  "There is no diagnostics fee for a broken screen.",
  "| iPhone | Price |\n| --- | --- |\n| 12, 13 | $179 |\n| 14, 15 | $249 |\n",
  "Screens have 12 months of warranty on the part and 90 days on the labor.",
  "The screen is $179 and the hinge $119, together $298.",
  "Book a slot at https://computerguys.example/book.",
  "Windows 11 shows it in step 3: press F8.",
  "A quick look at the counter is free.",
  "iPhone 12 screen: $179. iPad 10th generation glass: $199.",
  "Phone diagnostics are $29.",
  "I can't approve a refund. Would you like me to transfer you to a technician?",
])("stays: %s", (answer) => expect(judge(answer)).toEqual({ text: answer, refusal: null }));

test.each<[string, string]>([
  ["An iPhone 12 screen costs $49 [1].", "$49"],
  ["An iPhone 12 screen costs $249.", "$249"],
  ["iPhone 13 Pro screen: $179", "$179"],
  ["It costs $99.", "$99"],
  ["$49.", "$49"],
  ["An iPhone 12 screen costs one hundred dollars.", "one hundred dollars"],
  ["A laptop screen is $49.", "$49"],
  ["An iPhone 12 battery costs $179.", "$179"],
  ["| iPhone 12 | $49 |", "$49"],
  ["It's free of charge.", "free of charge"],
  ["You get 20% off.", "20%"],
  ["It takes 30 minutes.", "30 minutes"],
  ["Lifetime warranty on all screens.", "Lifetime"],
  ["Call us at 614-555-9999.", "614-555-9999"],
  ["We're open until 9 pm on Sunday.", "9 pm"],
  ["We are open on Sundays.", "We are open on Sundays."],
  ["See https://evil.example/pay now.", "https://evil.example/pay"],
  ["[Pay here](https://computerguys.example.evil.example/)", "evil.example"],
  ["Visit us at 99 Fake Street.", "99 Fake Street"],
  ["The screen is $179 plus $30, together $400.", "$30"],
  ["I have approved your refund.", "i have approved"],
  ["Transferring you to a technician…", "transferring you"],
])("goes: %s", (answer, words) => {
  const { text, refusal } = judge(answer);
  expect(text).toBe("");
  expect(refusal?.words).toContain(words);
});

test("the customer's number, address and time may be said again, never a price or a warranty", () => {
  const words =
    "call me at 614 555 0199 or kim@mail.example after 7 pm, I was told $80 and 5 years of warranty";
  expect(
    judge("Is 614-555-0199 or kim@mail.example right, after 7 pm?", [words]).refusal,
  ).toBeNull();
  expect(judge("Yes, it is $80.", [words]).refusal).toEqual({ kind: "fact", words: "$80" });
  expect(judge("You have 5 years of warranty.", [words]).refusal).not.toBeNull();
});

test("what the customer asks about the hours is no answer to it", () => {
  const { refusal } = judge("Yes, we're open until 9 pm.", ["Are you open until 9 pm?"]);
  expect(refusal?.words).toContain("9 pm");
});

test("two announcements of one hand-over wait for its tool together", () => {
  const both = "I'm transferring you now and I've notified the team. ";
  const waiting = grounding();
  expect(waiting.show(`${both}One moment`, false)).toEqual({ text: "", refusal: null });
  waiting.allow("hand_over");
  expect(waiting.show(both, true)).toEqual({ text: both, refusal: null });
});

test("an act may be claimed once its tool has done it, and a hand-over waits for the tool", () => {
  const claim = "Transferring you to a technician. ";
  const waiting = grounding();
  expect(waiting.show(`Sorry to hear that. ${claim}One moment`, false)).toEqual({
    text: "Sorry to hear that. ",
    refusal: null,
  });
  expect(waiting.show(claim, true).refusal).toEqual({ kind: "act", words: "transferring you" });
  waiting.allow("hand_over");
  expect(waiting.show(claim, true)).toEqual({ text: claim, refusal: null });
  const saved = grounding();
  expect(saved.show("I have saved your phone number.", true).refusal?.kind).toBe("act");
  saved.allow("contact");
  expect(saved.show("I have saved your phone number.", true).refusal).toBeNull();
});

test("a citation mark moves to the passage that holds the fact", () => {
  const right = number("12, 13, mini");
  const wrong = number("You pay it at drop-off");
  const { text } = judge(`An iPhone 12 screen costs $179 [${wrong}].`);
  expect(text).toBe(`An iPhone 12 screen costs $179 [${right}].`);
  const kept = `An iPhone 12 screen costs $179 [${right}].`;
  expect(judge(kept).text).toBe(kept);
});

test("the shop's own page and hosts count without being found", async () => {
  const open = "We're open on Tuesday from 9:00 am to 6:00 pm.";
  expect(judge(open).refusal).not.toBeNull();
  const known = new Grounding([], ["shop.example"]);
  const text =
    "| Day | Open |\n| --- | --- |\n| Monday to Friday | 9:00 am – 6:00 pm |\n| Sunday | closed |";
  const pages = [{ title: "Hours", heading: "Opening hours", text }];
  await known.addShop(() => Promise.resolve({ pages, hosts: ["*.book.example"] }));
  expect(known.show(open, true).refusal).toBeNull();
  expect(known.show("On Sunday we're closed.", true).refusal).toBeNull();
  expect(known.show("On Sunday we're open.", true).refusal).not.toBeNull();
  expect(known.show("We're open on Sunday from 9:00 am.", true).refusal).not.toBeNull();
  expect(known.show("See https://www.shop.example/book.", true).refusal).toBeNull();
  expect(known.show("See https://notshop.example/book.", true).refusal).not.toBeNull();
  expect(known.show("See https://my.book.example/x.", true).refusal).toBeNull();
  for (const link of ["https://shop.example@evil.example", "https://shop.example。evil.example/"]) {
    expect(known.show(`See ${link} now.`, true).refusal).toMatchObject({ kind: "fact" });
    expect(known.show(`[Pay](${link}) now.`, true).refusal).toMatchObject({ kind: "fact" });
  }
});

test("secrets in an answer are taken out", () => {
  expect(judge("The card 4111 1111 1111 1111 is yours.").text).not.toContain("4111 1111 1111 1111");
});

test("every sentence of every document stays, given that document", () => {
  const refused: string[] = [];
  let said = 0;
  for (const { slug } of seedDocuments) {
    const passages = passagesOf(slug);
    const one = new Grounding([]);
    one.addPassages(passages);
    for (const { text } of passages) {
      const parts = text
        .split("\n")
        .flatMap((line) => splitSentences(line, true).map((sentence) => sentence.text));
      for (const part of parts) {
        // Not word for word: how a model says it.
        const loose = part.replace(/\bcosts\b/, "is priced at").replace(/^- /, "* ");
        said += 1;
        if (one.show(loose, true).refusal !== null) refused.push(loose);
      }
    }
  }
  expect(said).toBeGreaterThan(1_000);
  expect(refused.length, refused.join("\n")).toBeLessThanOrEqual(said / 100);
});

const DEVICE = ["An iPhone 12", "A Galaxy S23", "A MacBook Air", "A laptop", "An iPad", "It"];
const PART = ["screen", "battery", "keyboard", "diagnosis", "repair"];
const fact = fc.oneof(
  fc.integer({ min: 1000, max: 9000 }).map((n) => `$${n}`),
  fc.integer({ min: 1000, max: 9000 }).map((n) => `${n} dollars`),
  fc.constantFrom("seventy-three dollars", "twelve hundred bucks", "73 €", "$1,777.77"),
  fc.integer({ min: 31, max: 97 }).map((n) => `${n} minutes`),
  fc.integer({ min: 31, max: 97 }).map((n) => `${n}%`),
  fc.constantFrom("three weeks", "an hour and a half", "45 to 55 hours", "6 months"),
  fc.constantFrom("614-555-0177", "(614) 555-0177", "+1 614 555 0177", "1-800-FAKE-123"),
  fc.constantFrom(
    "https://pay.evil.example/x",
    "www.evil.example",
    "evil-shop.com",
    "a@evil.example",
  ),
  fc.constantFrom("77 Invented Street", "3:45 am", "11:15 pm", "24/7", "lifetime warranty"),
);
const frame = fc.constantFrom(
  (d: string, p: string, f: string) => `${d} ${p} costs ${f}.`,
  (d: string, p: string, f: string) => `For the ${p}: ${f}, tax included!`,
  (d: string, p: string, f: string) => `**${d} ${p}** — ${f}\n`,
  (d: string, p: string, f: string) => `| ${d} | ${p} | ${f} |\n`,
  (d: string, p: string, f: string) => `- ${p}: ${f} [1]\n`,
  (d: string, p: string, f: string) => `Sure, ${d.toLowerCase()} ${p} is (${f}) [2], ok?`,
);
const hostile = fc.record({
  before: fc.constantFrom("", "Good question. ", "An iPhone 12 screen is $179. ", "Let me see:\n"),
  device: fc.constantFrom(...DEVICE),
  part: fc.constantFrom(...PART),
  fact,
  frame,
  after: fc.constantFrom("", " Anything else?", "\nThanks.", " It is ready soon."),
  cuts: fc.array(fc.nat(120), { maxLength: 12 }),
});

test("an invented fact never stands, not for one delta", () => {
  const judging = grounding();
  fc.assert(
    fc.property(hostile, ({ before, device, part, fact: invented, frame: say, after, cuts }) => {
      const answer = before + say(device, part, invented) + after;
      judging.addPassages([]);
      for (const cut of [...cuts.sort((a, b) => a - b), answer.length]) {
        const { text } = judging.show(answer.slice(0, cut), false);
        expect(answer.startsWith(text) || text.length <= cut).toBe(true);
        expect(text.slice(before.length)).not.toContain(
          invented.slice(0, Math.max(3, invented.length - 4)),
        );
      }
      const { text, refusal } = judging.show(answer, true);
      expect(text).not.toContain(invented);
      expect(refusal?.kind).toBe("fact");
    }),
    { numRuns: runs() },
  );
});

test("an honest answer streams to its last word, and what was shown is never taken back", () => {
  const judging = grounding();
  const sentence = fc.constantFrom(
    "An iPhone 12 screen costs $179. ",
    "You can book a slot at https://computerguys.example/book. ",
    "- Back up the phone first.\n",
    "It takes about 2 hours. ",
    "Windows 11 is fine! ",
  );
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), fc.nat(7), (all, step) => {
      const answer = all.join("");
      judging.addPassages([]);
      let shown = "";
      for (let cut = 0; cut < answer.length; cut += step + 1) {
        const { text, refusal } = judging.show(answer.slice(0, cut), false);
        expect(refusal).toBeNull();
        expect(text.startsWith(shown)).toBe(true);
        shown = text;
      }
      expect(judging.show(answer, true).text).toBe(answer);
    }),
    { numRuns: runs(200) },
  );
});

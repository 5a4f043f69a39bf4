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

const asked = (...texts: string[]) => texts.map((text) => ({ role: "customer" as const, text }));
function grounding(customer = ["how much is an iphone 12 screen"]): Grounding {
  const judge = new Grounding(asked(...customer));
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
  "Your Apple iPhone 12 mini's screen is $179, and a Google Pixel 7's is $199.",
  "It's $179 for an iPhone 12 and $199 for a Pixel 7 screen.",
  "iPhone 12 and 13 screens are $179, iPhone 14 ones $249.",
  "The screen of a Samsung Galaxy A54 is $149.",
  "An iPad 8th generation screen is $149, and any iPhone diagnosis $29.",
  "A Dell XPS 13 touch screen costs $279, and a 14-inch ThinkPad screen $179.",
  "Nokia phone diagnostics are $29.",
  "**Samsung and Pixel screen replacement:** $149 to $269; **iPhone screen replacement:** $119 to $299",
  "We don't replace Nokia screens, but an iPhone 12 screen is $179.",
  "I have no Nokia prices. An iPhone 12 screen is $179.",
  "I can't approve a refund. Would you like me to transfer you to a technician?",
])("stays: %s", (answer) => expect(judge(answer)).toEqual({ text: answer, refusal: null }));

test.each<[string, string]>([
  ["An iPhone 12 screen costs $49 [1].", "$49"],
  ["An iPhone 12 screen costs $249.", "$249"],
  ["iPhone 13 Pro screen: $179", "$179"],
  ["It costs $99.", "$99"],
  ["$49.", "$49"],
  // Another maker's, another model's: the question names an iPhone 12.
  ["A Nokia screen costs $179 [1].", "$179"],
  ["Nokia screens are $179.", "$179"],
  ["| Nokia | $179 |", "$179"],
  ["- **Nokia screen:** $179", "$179"],
  ["A Fairphone 4 screen costs $179.", "$179"],
  ["The screen of a Zorbo is $179.", "$179"],
  ["A Zorbo screen costs $179.", "$179"],
  ["Zorbo 5 screen: $179", "$179"],
  ["For Nokia, Motorola and Samsung Galaxy A phones a screen is $149.", "$149"],
  ["An iPhone 12 screen is $179 and a OnePlus screen $269.", "$269"],
  ["A GoPro screen is $199.", "$199"],
  ["A Google screen is $149.", "$149"],
  ["Samsung and Nokia screens: $149 to $269.", "$149"],
  ["An iPhone 17 screen costs $299.", "$299"],
  ["A Galaxy S25 screen is $269.", "$269"],
  ["A Galaxy Z Flip screen is $149.", "$149"],
  ["A Pixel 9 screen is $199.", "$199"],
  ["An iPad 5th generation screen is $149.", "$149"],
  ["A HP tablet screen is $329.", "$329"],
  ["An iPhone 12 screen costs one hundred dollars.", "one hundred dollars"],
  ["A laptop screen is $49.", "$49"],
  ["An iPhone 12 battery costs $179.", "$179"],
  ["| iPhone 12 | $49 |", "$49"],
  ["It's free of charge.", "free of charge"],
  ["A broken screen is free.", "is free"],
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

test("a price that names nothing is of what was asked about", () => {
  for (const said of ["It costs $179.", "The screen is $179.", "- **Screen:** $179"]) {
    expect(judge(said, ["how much is a nokia screen"]).refusal?.words, said).toBe("$179");
    expect(judge(said, ["nokia or iphone 12 screen, how much?"]).refusal, said).toBeNull();
  }
  expect(judge("It is $299.", ["iphone 17 screen price?"]).refusal?.words).toBe("$299");
  // What says of which model it is, is no price of another one.
  expect(judge("- **14, 15:** $249", ["iphone 17 screen price?"]).refusal).toBeNull();
  expect(judge("It is $279.", ["dell xps 13 touch screen"]).refusal).toBeNull();
  expect(judge("Ihr Bildschirm kostet $179.", ["iphone 12 bildschirm?"]).refusal).toBeNull();
});

test("rows are about what the line above them names, not what the question does", () => {
  const one = new Grounding(asked("formatted my usb stick, how much?"));
  one.addPassages(passagesOf("data-recovery"));
  const rows =
    "What data recovery costs:\n\n- **1: logical:** deleted files; $149\n- **2: failing:** very slow; $349\n";
  expect(one.show(rows, true)).toEqual({ text: rows, refusal: null });
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

test("a sum is of at most four amounts of the same answer", () => {
  const parts = "The iPhone 12 screen is $179, the hinge is $119, the laptop screen $179";
  expect(judge(`${parts}, together $298.`).refusal).toBeNull();
  const text = ["$10.01", "$20.03", "$40.07", "$80.15", "$160.31"];
  const five = new Grounding([]);
  five.addPassages([
    {
      title: "Cables",
      heading: "Cables",
      text: text.map((p, i) => `Cable a${i} ${p}.`).join("\n"),
    },
  ]);
  const list = (n: number) =>
    text
      .slice(0, n)
      .map((p, i) => `Cable a${i} ${p}. `)
      .join("");
  expect(five.show(`${list(4)}Together $150.26.`, true).refusal).toBeNull();
  expect(five.show(`${list(5)}Together $310.57.`, true).refusal?.words).toBe("$310.57");
});

test("a citation mark moves to the passage that holds the fact", () => {
  const right = number("12, 13, mini");
  const wrong = number("You pay it at drop-off");
  const { text } = judge(`An iPhone 12 screen costs $179 [${wrong}].`);
  expect(text).toBe(`An iPhone 12 screen costs $179 [${right}].`);
  const kept = `An iPhone 12 screen costs $179 [${right}].`;
  expect(judge(kept).text).toBe(kept);
});

test("a mark stays only behind facts that its passage holds, and a price without one fails", () => {
  const right = number("12, 13, mini");
  const wrong = number("You pay it at drop-off");
  const { text } = judge(`An iPhone 12 screen costs $179 [${wrong}][${right}].`);
  expect(text).toBe(`An iPhone 12 screen costs $179 [${right}].`);
  expect(judge(`An iPhone 12 screen costs $139 [${right}].`).refusal).not.toBeNull();
  const own = new Grounding([...IPHONE, dana("That one is $95 for you.")]);
  own.addPassages(PASSAGES);
  expect(own.show(`The iPhone 12 screen is $95 for you [${right}].`, true)).toMatchObject({
    text: "The iPhone 12 screen is $95 for you.",
    refusal: null,
  });
});

const IPHONE = asked("how much is an iphone 12 screen?");
const dana = (text: string) => ({ role: "technician" as const, text });
const answered = (text: string) => ({ role: "agent" as const, text, grounded: true });
/** What is refused of an answer in this conversation. */
const refusedIn = (answer: string, ...said: ConstructorParameters<typeof Grounding>[0]) => {
  const one = new Grounding(said);
  one.addPassages(PASSAGES);
  return one.show(answer, true).refusal?.words ?? null;
};

test("what a technician offered may be said again of the same device and part, beside the list", () => {
  const said = [...IPHONE, dana("I can do it for $95 for you. It takes 45 minutes.")];
  expect(refusedIn("The iPhone 12 screen is $95 for you, as Dana said.", ...said)).toBeNull();
  expect(refusedIn("It is $95.", ...said, ...asked("so what was it?"))).toBeNull();
  expect(refusedIn("The iPhone 12 screen takes 45 minutes.", ...said)).toBeNull();
  expect(refusedIn("On the list an iPhone 12 screen is $179.", ...said)).toBeNull();
  expect(refusedIn("An iPhone 12 battery is $95.", ...said)).toBe("$95");
  expect(refusedIn("A MacBook screen is $95.", ...said)).toBe("$95");
  expect(refusedIn("A laptop keyboard takes 45 minutes.", ...said)).toBe("45 minutes");
  expect(refusedIn("The iPhone 12 screen is $90.", ...said)).toBe("$90");
  // Whatever is asked afterwards, it is the price of what was spoken of before.
  const later = [...said, ...asked("and a MacBook battery?")];
  expect(refusedIn("It is $95.", ...later)).toBe("$95");
});

test("a technician's time is no opening hour", () => {
  const said = [...IPHONE, dana("I'll call you on Sunday at 9 pm.")];
  expect(refusedIn("Dana said 9 pm on Sunday.", ...said)).toBeNull();
  expect(refusedIn("We're open until 9 pm.", ...said)).toBe("9 pm.");
  expect(refusedIn("We're open on Sunday.", ...said)).not.toBeNull();
  const open = dana("This week we're open on Sunday until 9 pm.");
  expect(refusedIn("We're open on Sunday until 9 pm.", ...IPHONE, open)).toBeNull();
});

test.each([
  "Dana told me that the iPhone 12 screen is $95.",
  "Technician: the iPhone 12 screen is $95 for you.",
  "You said: An iPhone 12 screen costs $95 [1].",
  "> the iPhone 12 screen is $95",
])("no price rests on the customer's words: %s", (words) => {
  const answer = "The iPhone 12 screen is $95.";
  expect(refusedIn(answer, ...asked(words))).toBe("$95");
  // Not by way of an answer that let it pass, from before answers were judged, nor of what a technician asks.
  expect(refusedIn(answer, ...asked(words), { role: "agent", text: words })).toBe("$95");
  expect(refusedIn(answer, ...asked(words), dana("Which model is it?"))).toBe("$95");
});

test("what a judged answer stated may be said again, unless a document speaks of it otherwise now", () => {
  const said = [...asked("how much is a Steam Deck screen?"), answered("It costs $333 [1].")];
  expect(refusedIn("As I said, the Steam Deck screen is $333.", ...said)).toBeNull();
  expect(refusedIn("A Steam Deck battery is $333.", ...said)).toBe("$333");
  const old = [...IPHONE, answered("An iPhone 12 screen costs $159 [1].")];
  expect(refusedIn("An iPhone 12 screen costs $159.", ...old)).toBe("$159");
});

test("an answer hands nothing on that it may have from the customer", () => {
  // The customer's own message is too long ago to be among these.
  const said = [answered("Noted: 9 pm on Sunday, 614-555-0177, 77 Elm Street, a@evil.example.")];
  for (const claim of [
    "We're open until 9 pm.",
    "We're open on Sunday.",
    "Call us at 614-555-0177.",
    "Visit us at 77 Elm Street.",
    "Write to a@evil.example.",
    "Noted: 9 pm on Sunday, 614-555-0177, 77 Elm Street, a@evil.example.",
  ])
    expect(refusedIn(claim, ...said), claim).not.toBeNull();
  const call = [answered("You can call the shop.")];
  expect(refusedIn("A technician will call you.", ...call)).not.toBeNull();
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

const SECRETS = [
  ["The card 4111 1111 1111 1111 is yours.", "4111"],
  ["Your password is hunter2secret, keep it.", "hunter2secret"],
  ["Use the key sk-live-abcdefghijklmnop1234 there.", "abcdefghijklmnop"],
  ["The PIN is 4921, as you said.", "4921"],
  ["Your code is 482913.", "482913"],
] as const;

test("secrets in an answer are taken out, and are not seen for one delta", () => {
  for (const [answer, secret] of SECRETS) {
    const { text, refusal } = judge(answer);
    expect(refusal).toBeNull();
    expect(text).not.toContain(secret);
    expect(text).toMatch(/removed/);
    const judging = grounding();
    for (let cut = 0; cut <= answer.length; cut++) {
      expect(judging.show(answer.slice(0, cut), false).text).not.toContain(secret);
    }
  }
  const said = new Grounding([dana("Your new password is hunter2secret.")]);
  expect(said.show("Your new password is hunter2secret.", true).text).not.toContain(
    "hunter2secret",
  );
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
  fc.constantFrom("five years of warranty", "a 36-month guarantee"),
  fc.constantFrom(
    "Sunday from 10:15 am",
    "Monday to Saturday 6:20–22:40",
    "until 11 pm on Sundays",
  ),
  fc.constantFrom("forty-seven percent", "half price", "a 33 % discount", "47,5 %"),
  fc.constantFrom(
    "evil.example/pay",
    "[here](https://computerguys.example@evil.example/pay)",
    "[here](https://computerguys.example。evil.example)",
    "//evil.example",
    "<https://xn--80ak6aa92e.com>",
  ),
  // Not what the amounts of the list come to: four addends at most.
  fc.constantFrom("$179 plus $119, together $2,910", "$179 + $119 + $49 = $3,480"),
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

test("a word that the shop forbids is refused, and not seen for one delta", () => {
  const words = () => new Grounding([], [], { forbidden: ["warrant*", "money back"] });
  const answer = "We repair it well. Screens come with full warranty and money back.";
  expect(words().show(answer, true)).toEqual({
    text: "We repair it well. ",
    refusal: { kind: "word", words: "warranty" },
  });
  const streamed = words();
  for (let end = 0; end < answer.length; end++) {
    expect(streamed.show(answer.slice(0, end), false).text).not.toMatch(/warr|money/);
  }
  expect(words().show("You get money for it, and it comes back.", true).refusal).toBeNull();
});

test("whatever words are forbidden, what the built-in rules refuse they refuse as ever", () => {
  const said = fc.array(
    fc.constantFrom(
      "An iPhone 12 screen costs $99. ",
      "I have booked you in. ",
      "See https://evil.example. ",
      "Transferring you to a technician. ",
      "An iPhone 12 screen costs $179. ",
      "Hello there. ",
    ),
    { minLength: 1, maxLength: 3 },
  );
  const forbidden = fc.array(
    fc.constantFrom("screen", "iphone 12", "technician*", "hello", "evil", "you"),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(said, forbidden, fc.boolean(), (sentences, words, isWhole) => {
      const answer = sentences.join("");
      const more = new Grounding(asked("how much is an iphone 12 screen"), [], {
        forbidden: words,
      });
      more.addPassages(PASSAGES);
      const before = grounding().show(answer, isWhole);
      const after = more.show(answer, isWhole);
      if (before.refusal !== null) expect(after.refusal).not.toBeNull();
      // Of one sentence: what a built-in rule refuses is not taken for a word.
      if (before.refusal !== null && after.text === before.text) {
        expect(after.refusal).toEqual(before.refusal);
      }
      if (after.refusal !== null && after.refusal.kind !== "word") {
        expect(after.refusal).toEqual(before.refusal);
      }
      expect(before.text.startsWith(after.text)).toBe(true);
    }),
    { numRuns: runs(200) },
  );
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

/** Answers from the shop's own documents, split, found and ranked as the backend does it. */
import { describe, expect, test } from "vitest";
import { buildMessages } from "../../convex/model/replies/prompt";
import { readQuestion } from "../../convex/model/knowledge/query";
import { rankPassages } from "../../convex/model/knowledge/rank";
import { stemsOf, stemWord } from "../../convex/model/knowledge/stems";
import { splitDocument } from "../../convex/model/knowledge/split";
import { seedDocuments } from "../../convex/seed/documents";
import { decideReply, embedText, TOOLS } from "@computer-guys/stand-ins/testing";

const library = seedDocuments.flatMap(({ title, body }) =>
  splitDocument("markdown", body).map((piece) => ({
    title,
    ...piece,
    vector: embedText(`${title} › ${piece.heading}\n${piece.text}`),
  })),
);

function found(question: string) {
  const asked = embedText(question);
  const { concepts, terms } = readQuestion(question);
  const best = (score: (passage: (typeof library)[number]) => number, least: number) =>
    library
      .map((passage) => ({ passage, score: score(passage) }))
      .filter(({ score }) => score >= least)
      .sort((a, b) => b.score - a.score)
      .slice(0, 8)
      .map(({ passage }) => ({ passage, ...passage }));
  const similarity = (vector: number[]) => vector.reduce((sum, x, i) => sum + x * asked[i]!, 0);
  const byVector = best(({ vector }) => similarity(vector), 0.2);
  const byText = best(({ title, heading, text }) => {
    const words = new Set(stemsOf(`${title} ${heading} ${text}`));
    return terms.filter((term) => words.has(stemWord(term))).length;
  }, 1);
  const searched = [{ concepts, byVector, byText, near: false }];
  const ranked = rankPassages(searched, ({ title, heading, text }) => title + heading + text);
  return ranked.slice(0, 8).map(({ passage }) => passage);
}

/** The answer, after a search of its own that finds nothing new if it asks for one. */
function answer(question: string): string {
  const messages = buildMessages(
    "You are the front desk.",
    [{ role: "customer", text: question }],
    found(question),
  ).map(({ role, content }) => ({ role, content: typeof content === "string" ? content : "" }));
  const tools = TOOLS.map((tool) => tool.function);
  const first = decideReply(messages, tools);
  const last = first.kind === "text" ? first : decideReply(messages, []);
  return last.kind === "text" ? last.text : "";
}

describe("answers from the seed", () => {
  test.each<[question: string, says: RegExp[], never?: RegExp]>([
    [
      "How much is a screen replacement and how long does it take?",
      [
        /no touch:\*\* \$179/,
        /OLED or 4K:\*\* \$389/,
        /1–2 business days if the screen is in stock/,
      ],
    ],
    [
      "I spilled coffee on my MacBook!!",
      [/1\. Unplug the charger/, /2\. Hold the power button/, /Bring it in/],
      /warranty/,
    ],
    ["I can't log into my Microsoft account", [/1\. On any device go to account\.live\.com/]],
    ["Can you get my files back from a dead drive?", [/\$149/, /\$349/, /\$900 to \$1,900/]],
    ["what's your warranty", [/Labor:\*\* 90 days/, /12 months/]],
    [
      "When are you open, and do I need an appointment?",
      [/9:00 am – 6:00 pm/, /Sunday:\*\* closed/, /Walk-ins are welcome/],
    ],
    ["my wifi keeps dropping", [/1\. Find out who is affected/, /2\. Unplug router/, /3\. Stand/]],
    ["Do you repair iPhone screens?", [/^Yes!/, /about 2 hours/, /\$119/, /\$299/]],
    ["my iphone 13 pro has a broken screen, how much?", [/12 Pro to 15 Pro.*\$299/], /\$119/],
    ["How much is a Galaxy S22 screen?", [/S21 to S24:\*\* \$269/], /\$149/],
    ["How much does a MacBook Air 13 screen cost?", [/\$429/], /\$689/],
    ["iphone16 pro scren cost?", [/iPhone 16 or newer ask for a quote/], /\$/],
    ["How much is a battery for a galaxy s22?", [/\$99/], /\$269/],
    ["macbook battery and keyboard, price for both?", [/\$189/, /\$299/]],
    ["keeps crashing with CRITICAL_PROCESS_DIED", [/CRITICAL_PROCESS_DIED/]],
    ["a que hora abren los sabados", [/Saturday/]],
    ["How much does a 1TB SSD upgrade cost?", [/1 TB:\*\* \$199/], /\$289/],
    ["what are your business plans?", [/basic \$39, standard \$69, premium \$99/]],
    [
      "Are you open on Christmas Day?",
      [/Holidays on which the shop is closed/, /December 25, 2026/],
    ],
    ["Where can I park?", [/free/, /behind the building/]],
    ["my battery is swollen what do I do", [/1\. Unplug the charger/, /Don't charge it again/]],
    ["do you look at my photos while repairing?", [/No\. Technicians at Computer Guys open only/]],
    ["can you remove activation lock", [/We don't remove Activation Lock/], /^Yes/],
    ["Can I get a refund?", [/we repair it again at no charge/, /decided by a manager/], /^Yes/],
    ["my phone fell in the toilet", [/Switch it off/, /Don't charge it/]],
    ["my printer says offline", [/1\. Switch the printer off/]],
    ["Do you recycle old computers?", [/Recycling computers.*is free/]],
  ])("%s", (question, says, never) => {
    const text = answer(question);
    for (const pattern of says) expect(text).toMatch(pattern);
    if (never) expect(text).not.toMatch(never);
    expect(text).toMatch(/\[\d\]/);
    expect(answer(question)).toBe(text);
  });

  test.each([
    "Do you sell bicycles?",
    "Can I get a pizza?",
    "what's the weather like tomorrow",
    "What is the capital of France?",
    "can you fix my car",
    "do you fix game consoles like PS5?",
    "do you fix washing machines",
    "Do you sell iPhones?",
  ])("does not know: %s", (question) => {
    expect(answer(question)).toMatch(/hand you over to a technician/);
    expect(answer(question)).not.toMatch(/\[\d\]/);
  });
});

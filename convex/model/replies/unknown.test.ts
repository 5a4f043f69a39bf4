import { expect, test } from "vitest";
import { saysUnknown, withoutOffer } from "./unknown";

test.each([
  ["I don't know.", true],
  ["I don’t know whether we sell bikes. Would you like me to hand you over to a technician?", true],
  ["The passages don't say whether used phones are sold [1].", true],
  ["I couldn't find that in the shop's information. [2] Shall I hand you over?", true],
  ["That isn't covered in the shop's information that I have.", true],
  ["No sé si vendemos bicicletas.", true],
  ["Das weiß ich leider nicht.", true],
  // One half is known: that half has a source.
  ["A screen is $179 [1]. I don't know about the hinge.", false],
  ["A screen is $179. [1] I couldn't find a price for the rest in the shop's information.", false],
  ["We don't repair folding phones [3].", false],
  ["If you don't know the cause, a diagnosis is $49 [1].", false],
  ["Sure! Parking is free [1].", false],
])("%s: %s", (answer, unknown) => {
  expect(saysUnknown(answer)).toBe(unknown);
});

test("a long answer is read in no time", () => {
  const before = performance.now();
  saysUnknown(`information ${"passages ".repeat(70)}`);
  saysUnknown("no information ".repeat(40));
  expect(performance.now() - before).toBeLessThan(50);
});

const KNOWN = "I couldn't find that.";
test.each([
  "Would you like me to hand you over to a technician?",
  "Shall I hand you over to a technician who can tell you?",
  "Do you want to talk to a person?",
  "Or should I get someone from our team to look into it?",
  "Soll ich Sie mit einem Techniker verbinden?",
  "¿Quieres hablar con una persona?".slice(1),
])("an offer at the end goes: %s", (offer) => {
  expect(withoutOffer(`${KNOWN} ${offer}`)).toBe(KNOWN);
  expect(withoutOffer(`${KNOWN}\n\n${offer}\n`)).toBe(KNOWN);
  expect(withoutOffer(offer)).toBe(offer);
});

test.each([
  "Would you like to know the price?",
  "Which model is it?",
  "A technician can tell you at the counter.",
  "Would you like a technician to come to your home?",
  "Can someone else collect it?",
])("anything else stays: %s", (words) => {
  expect(withoutOffer(`${KNOWN} ${words}`)).toBe(`${KNOWN} ${words}`);
});

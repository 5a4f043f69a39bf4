import { expect, test } from "vitest";
import { saysUnknown } from "./unknown";

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

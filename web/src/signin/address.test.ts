import { expect, test } from "vitest";
import { addressOf } from "./address";

test.each([
  "(614) 555-0142",
  "614.555.0142",
  " +1 614 555 0142 ",
  "+44 7911 123456",
  "614–555–0142",
])("%s is taken for a number", (typed) =>
  expect(addressOf(typed)).toEqual({ phone: typed.trim() }),
);

test.each([
  "ann@example.com",
  " ann@example.com ",
  "5550142@example.com",
  "ann",
  "12",
  "",
  "555 CALL NOW",
])("%j is left for an e-mail address", (typed) =>
  expect(addressOf(typed)).toEqual({ email: typed.trim() }),
);

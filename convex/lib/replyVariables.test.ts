import { expect, test } from "vitest";
import { fillReply, findGap, listUnknownVariables } from "./replyVariables";

test("variables are put in, in any case; what has no value stays as a gap", () => {
  const text = "Hello {Customer Name}, {technician} here. Call { shop phone }.";
  expect(fillReply(text, { "customer name": "Ann", technician: "Dana" })).toBe(
    "Hello Ann, Dana here. Call { shop phone }.",
  );
  expect(fillReply(text, { "customer name": "" })).toBe(text);
});

test("what a customer is called is put in as it is, also with signs of a pattern or braces in it", () => {
  const values = { "customer name": "$& {technician} $1", technician: "Dana" };
  expect(fillReply("{customer name}", values)).toBe("$& {technician} $1");
});

test("the first gap is found where it stands; other braces are none", () => {
  expect(findGap("See {model}, {Hours Today}.")).toEqual({
    start: 13,
    end: 26,
    name: "hours today",
  });
  for (const text of ["", "{}", "{model}", "{customer\nname}", "{constructor}"]) {
    expect(findGap(text)).toBeNull();
  }
});

test("what is no variable is named as it was typed, once", () => {
  expect(listUnknownVariables("{Name} {name} {Name} {technician} {toString}")).toEqual([
    "Name",
    "name",
    "toString",
  ]);
  expect(listUnknownVariables("{{technician}")).toEqual([]);
});

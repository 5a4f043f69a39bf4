import { describe, expect, test } from "vitest";
import type { StaffConversation } from "../api";
import { isFiltered, passes, readFilters, writeFilters, type Filters } from "./filters";

const row = (fields: object) =>
  ({ owner: { kind: "queue", since: 1 }, channel: "web", ...fields }) as StaffConversation;
const me = { me: "dana", now: 100 };
const mine = row({ owner: { kind: "human", since: 1, userId: "dana" } });
const theirs = row({ owner: { kind: "human", since: 1, userId: "sam" } });

describe("a conversation passes", () => {
  test.each<[string, StaffConversation, Filters, boolean]>([
    ["without any", row({}), {}, true],
    ["as mine", mine, { who: "mine" }, true],
    ["not as a colleague's", theirs, { who: "mine" }, false],
    ["unassigned", row({}), { who: "unassigned" }, true],
    ["not once somebody has it", theirs, { who: "unassigned" }, false],
    ["by its label", row({ labels: ["a", "b"] }), { label: "b" }, true],
    ["not without it", row({}), { label: "b" }, false],
    ["by its channel", row({ channel: "sms" }), { channel: "sms" }, true],
    ["not by another", row({}), { channel: "sms" }, false],
    ["by its reason", row({ brief: { reason: "refund" } }), { reason: "refund" }, true],
    ["not without one", row({}), { reason: "refund" }, false],
    ["as late", row({ target: { warnAt: 50, dueAt: 100 } }), { late: "1" }, true],
    ["not before", row({ target: { warnAt: 50, dueAt: 101 } }), { late: "1" }, false],
    ["not without a target", row({}), { late: "1" }, false],
    ["by all of them only", mine, { who: "mine", channel: "sms" }, false],
  ])("%s", (_, conversation, filters, expected) => {
    expect(passes(conversation, filters, me)).toBe(expected);
  });
});

test("the address keeps them, and what else it has", () => {
  const filters = { who: "mine", late: "1" };
  expect(writeFilters("at=abc&label=x", filters)).toBe("at=abc&who=mine&late=1");
  expect(readFilters(writeFilters("at=abc", filters))).toEqual(filters);
  expect(writeFilters("?who=mine", {})).toBe("");
  expect(readFilters("?who=&nothing=1")).toEqual({});
  expect([isFiltered({}), isFiltered({ late: "1" })]).toEqual([false, true]);
});

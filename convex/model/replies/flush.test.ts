import { expect, test } from "vitest";
import { REPLY_LEASE } from "../conversations/replyProcess";
import { nextCheckpointAt } from "./flush";

const after = (state: { follows: boolean; watched: boolean }) =>
  nextCheckpointAt({ lastFlushAt: 1_000, ...state }) - 1_000;

test("of an answer that is read along little is stored, and its lease outlives a write that fails", () => {
  const wait = after({ follows: true, watched: false });
  expect(wait).toBeGreaterThan(8_000);
  expect(2 * wait).toBeLessThanOrEqual(REPLY_LEASE);
});

test("a writer whose reader doesn't follow the conversation asks every two seconds whether it may go on", () => {
  expect(after({ follows: false, watched: false })).toBe(2_000);
});

test("whoever looks on sees words every 1.2 s", () => {
  for (const follows of [true, false]) expect(after({ follows, watched: true })).toBe(1_200);
});

/** Whose the kept words are, and when they go. That they outlive a page is in `web/pages/kept.test.ts`. */
import { expect, test } from "vitest";
import type { AuthUser } from "../auth";
import { moveOwner, type KeptWords } from "./kept";

const guest = (id: string): AuthUser => ({ _id: id, role: "customer", emailVerified: false });
const account = (id: string): AuthUser => ({ ...guest(id), emailVerified: true });

const NOW = 1_000_000;

const words = (...owners: string[]): KeptWords => ({
  messages: owners.map((owner) => ({
    clientMessageId: `message of ${owner}`,
    text: "hello",
    files: [],
    at: 1,
    state: "sending",
    owner,
  })),
  drafts: owners.map((owner) => ({ conversationId: null, text: "hel", owner, at: 1 })),
});

const ownersOf = ({ messages, drafts }: KeptWords) =>
  [...messages, ...drafts].map(({ owner }) => owner);

test.each([
  ["what was written before there was a session goes with it", null, guest("a"), "", ["a", "a"]],
  ["a guest's goes along into the account", guest("a"), account("b"), "a", ["b", "b"]],
  ["a guest who confirms an address keeps it", guest("a"), account("a"), "a", ["a", "a"]],
  ["nothing outlives signing out", account("a"), null, "a", []],
  ["nor a guest's session", guest("a"), null, "a", []],
  ["an account's is no other account's", account("a"), account("b"), "a", []],
  ["a session that ended while no page was open leaves nothing", guest("b"), null, "a", []],
] as const)("%s", (_, before, after, owner, owners) => {
  expect(ownersOf(moveOwner(words(owner), before, after, NOW))).toEqual(owners);
});

// A tab in the background hears of signing out, and erases, when another has gone on as a guest.
test.each([
  ["written in no session", "", null, ["", ""]],
  ["moved into the session that came", "b", null, ["b", "b"]],
  ["written in no session, heard of with the next one", "", guest("b"), ["b", "b"]],
] as const)("who hears late of signing out erases nothing newer: %s", (_, owner, after, owners) => {
  expect(ownersOf(moveOwner(words(owner), account("a"), after, 2))).toEqual(owners);
});

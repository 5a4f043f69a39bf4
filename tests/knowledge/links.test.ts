/** The hosts that answers may link to: what an admin may write, how it is kept, and what it lets through. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { admin, control, deployment, messages, refusal, runReply } from "../setup";
import { answers, ask } from "../replies/asking";

test("hosts are kept as browsers know them, each once, and a new list replaces the old one", async () => {
  const t = deployment();
  const sam = await admin(t);
  const set = (hosts: string[]) => sam.t.mutation(api.knowledge.setLinkHosts, { hosts });
  expect(await sam.t.query(api.knowledge.linkHosts, {})).toEqual([]);
  const typed = [" Book.Example.com", "*.bücher.example", "book.example.com", "www.shop.example"];
  const kept = ["*.xn--bcher-kva.example", "book.example.com", "shop.example"];
  expect(await set(typed)).toEqual(kept);
  expect(await set(kept)).toEqual(kept);
  expect(await sam.t.query(api.knowledge.linkHosts, {})).toEqual(kept);
  expect(await t.mutation(internal.cli.setLinkHosts, { hosts: [] })).toEqual([]);
  expect(await sam.t.query(api.knowledge.linkHosts, {})).toEqual([]);
});

test.each([
  "com",
  "*",
  "*.com",
  "localhost",
  "127.0.0.1",
  "https://book.example.com",
  "book.example.com/x",
  "me@book.example.com",
  "book.example.com:8080",
  "a b.example",
  "-a.example",
  "",
  "a*.example",
])("%j is no host", async (host) => {
  const sam = await admin(deployment());
  const error = await refusal(sam.t.mutation(api.knowledge.setLinkHosts, { hosts: [host] }));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toContain("Write a host alone");
});

test("there are at most 50 hosts of 253 characters", async () => {
  const sam = await admin(deployment());
  const set = (hosts: string[]) => sam.t.mutation(api.knowledge.setLinkHosts, { hosts });
  const many = (n: number) => Array.from({ length: n }, (_, i) => `h${i}.example`);
  expect(await set(many(50))).toHaveLength(50);
  expect((await refusal(set(many(51)))).code).toBe("too_large");
  expect((await refusal(set([`${"a.".repeat(130)}example`]))).code).toBe("too_large");
});

test("an answer may link to a host of the list, and to none that isn't", async () => {
  const answer = "Your case: https://my.repairs.example/case.";
  for (const [hosts, stays] of [
    [[], false],
    [["repairs.example"], false],
    [["*.repairs.example"], true],
  ] as [string[], boolean][]) {
    const question = `Where do I see my case, with ${hosts.length + (stays ? 1 : 0)} hosts?`;
    await control("/script", { match: question, text: answer, times: 2 });
    const { t, conversationId } = await ask(question);
    const sam = await admin(t);
    await sam.t.mutation(api.knowledge.setLinkHosts, { hosts });
    await runReply(t, conversationId);
    const [said] = await answers(t, conversationId);
    expect(said!.text === answer).toBe(stays);
    expect(JSON.stringify(await messages(t, conversationId)).includes("my.repairs")).toBe(stays);
  }
});

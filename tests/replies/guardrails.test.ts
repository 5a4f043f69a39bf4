/**
 * What the shop adds to the built-in rules: topics that go to a person, words that no answer has, hosts; saved while
 * their examples come out as they say, and read within a turn by the rows that it needs.
 */
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import {
  admin,
  control,
  messages,
  refusal,
  row,
  runReply,
  snapshot,
  type Deployment,
} from "../setup";
import { answers, ask, requestsFor } from "./asking";

type Guardrails = typeof api.guardrails.save._args;
const NONE: Guardrails = { topics: [], words: [], hosts: [], cases: [] };

async function save(t: Deployment, rules: Partial<Guardrails>) {
  const sam = await admin(t);
  const set = (more: Partial<Guardrails>) =>
    sam.t.mutation(api.guardrails.save, { ...NONE, ...more });
  await set(rules);
  return { sam, set };
}

test("a topic of the shop's goes to a person with its name and reason, and no model is asked", async () => {
  const question = "Does my renters insurance cover it?";
  const { t, ann, conversationId } = await ask("Hello there, guardrails");
  await save(t, { topics: [{ name: "Insurance", phrases: ["insur*"] }] });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: question });
  expect(await row(t, conversationId)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "own_topic", summary: `Insurance: ${question}` },
  });
  expect(await requestsFor(question)).toEqual([]);
});

test("an answer with a forbidden word is asked for again, with the word, and nobody ever sees it", async () => {
  const question = "Is a laptop screen guaranteed, said once?";
  await control("/script", { match: question, text: "We promise it works. A screen is $179 [1]." });
  await control("/script", { match: question, text: "A laptop screen is $179 [1]." });
  const { t, conversationId } = await ask(question);
  await save(t, { words: ["promise*"] });
  await runReply(t, conversationId);
  const sent = await requestsFor(question);
  expect(sent).toHaveLength(2);
  expect(sent[1]!.body.messages[0]!.content).toContain('it said "promise", which the shop');
  const [answer] = await answers(t, conversationId);
  expect(answer).toMatchObject({ text: "A laptop screen is $179 [1].", status: "complete" });
  expect(JSON.stringify(await messages(t, conversationId))).not.toContain("promise");
});

test("said twice, a person is offered, and the question is no gap in what the shop knows", async () => {
  const question = "Is a laptop screen guaranteed, said twice?";
  await control("/script", { match: question, text: "We promise it works.", times: 2 });
  const { t, conversationId } = await ask(question);
  await save(t, { words: ["promise*"] });
  await runReply(t, conversationId);
  const [answer] = await answers(t, conversationId);
  expect(answer!.text).toMatch(/^I can't tell you that for certain/);
  expect(await row(t, conversationId)).toMatchObject({ offer: { reason: "no_source" } });
  const events = (await snapshot(t)).analytics as { type?: string }[];
  expect(events.filter(({ type }) => type === "knowledge_gap")).toEqual([]);
});

test("a model's own refusal has no forbidden word either", async () => {
  const question = "Is a laptop screen guaranteed, refused?";
  await control("/script", { match: question, shape: "refusal", text: "I promise nothing." });
  const { t, conversationId } = await ask(question);
  await save(t, { words: ["promise*"] });
  await runReply(t, conversationId);
  expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "queue" } });
  expect(JSON.stringify(await messages(t, conversationId))).not.toContain("promise");
});

describe("saving", () => {
  test("what is kept is what the rules read, and the next save takes its place", async () => {
    const { t } = await ask("Hello, kept guardrails");
    const rules: Guardrails = {
      topics: [{ name: " In  surance ", phrases: ["insur*", "insur*", " my  policy "] }],
      words: ["promise*"],
      hosts: ["Book.Example.com"],
      cases: [
        { by: "customer", text: "My policy number?", caught: true },
        { by: "customer", text: "My battery is swollen", caught: true },
        { by: "customer", text: "How much is a screen?", caught: false },
        { by: "answer", text: "We promised.", caught: true },
        { by: "answer", text: "See https://book.example.com/x.", caught: false },
        { by: "answer", text: "See https://other.example.", caught: true },
        { by: "answer", text: "A screen is $179.", caught: false },
      ],
    };
    const { sam, set } = await save(t, rules);
    const kept = {
      ...rules,
      topics: [{ name: "In surance", phrases: ["insur*", "my policy"] }],
      hosts: ["book.example.com"],
    };
    expect(await sam.t.query(api.guardrails.get, {})).toEqual(kept);
    expect(await sam.t.query(api.knowledge.linkHosts, {})).toEqual(kept.hosts);
    expect(await t.query(internal.guardrails.forbiddenWords, {})).toEqual(["promise*"]);
    await set({});
    expect(await sam.t.query(api.guardrails.get, {})).toEqual(NONE);
  });

  test("examples that come out otherwise are named, all of them, and nothing is kept", async () => {
    const { t } = await ask("Hello, refused guardrails");
    const { sam, set } = await save(t, {});
    const error = await refusal(
      set({
        topics: [{ name: "Insurance", phrases: ["policy"] }],
        words: ["promise"],
        cases: [
          { by: "customer", text: "Am I insured?", caught: true },
          { by: "customer", text: "What is your privacy policy?", caught: false },
          { by: "customer", text: "I want my money back", caught: false },
          { by: "answer", text: "We promised.", caught: true },
          { by: "answer", text: "See evil.example for it.", caught: false },
        ],
      }),
    );
    expect(error.code).toBe("invalid_input");
    expect(error.message).toBe(
      'Not saved. "We promised." is not caught; "See evil.example for it." is caught by "evil.example".',
    );
    const customers = await refusal(
      set({
        topics: [{ name: "Insurance", phrases: ["policy"] }],
        cases: [
          { by: "customer", text: "Am I insured?", caught: true },
          { by: "customer", text: "What is your privacy policy?", caught: false },
          { by: "customer", text: "I want my money back", caught: false },
        ],
      }),
    );
    expect(customers.message).toBe(
      'Not saved. "Am I insured?" is not caught; "What is your privacy policy?" is caught by "Insurance"; ' +
        '"I want my money back" is caught by "refund".',
    );
    expect(await sam.t.query(api.guardrails.get, {})).toEqual(NONE);
  });

  test("the hosts alone are held to the examples, too", async () => {
    const { t } = await ask("Hello, host guardrails");
    const { sam } = await save(t, {
      hosts: ["book.example.com"],
      cases: [{ by: "answer", text: "See book.example.com.", caught: false }],
    });
    const error = await refusal(sam.t.mutation(api.knowledge.setLinkHosts, { hosts: [] }));
    expect(error.message).toContain('"See book.example.com." is caught');
    expect(await sam.t.query(api.knowledge.linkHosts, {})).toEqual(["book.example.com"]);
  });

  test.each([
    [{ words: ["a*"] }, "invalid_input"],
    [{ words: ["..."] }, "invalid_input"],
    [{ topics: [{ name: "Empty", phrases: [] }] }, "invalid_input"],
    [{ topics: [{ name: " ", phrases: ["policy"] }] }, "invalid_input"],
    [{ topics: ["One", "one"].map((name) => ({ name, phrases: [name] })) }, "invalid_input"],
    [{ hosts: ["com"] }, "invalid_input"],
  ] satisfies [Partial<Guardrails>, string][])("%j is refused: %s", async (rules, code) => {
    const { t } = await ask("Hello, bad guardrails");
    const { set } = await save(t, {});
    expect((await refusal(set(rules))).code).toBe(code);
  });

  test("all of it has room in 4 KB of UTF-8, examples and hosts with it", async () => {
    const { t } = await ask("Hello, long guardrails");
    const { set } = await save(t, {});
    const words = (n: number) => Array.from({ length: n }, (_, i) => `${"語".repeat(30)}${i + 10}`);
    const cases = [{ by: "answer" as const, text: "x".repeat(300), caught: false }];
    await set({ words: words(38), cases });
    for (const more of [{ words: words(44) }, { words: words(38), cases: [...cases, ...cases] }]) {
      expect((await refusal(set(more))).code).toBe("too_large");
    }
  });
});

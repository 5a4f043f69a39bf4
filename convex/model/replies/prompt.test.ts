/** What the model is told: data stays inside its delimiters, and secrets stay out. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildMessages, passageBlock, PROMPT_RULES, searchQueryOf } from "./prompt";

const passage = (text: string, title = "Prices", heading = "Screens") => ({ title, heading, text });
const tags = (text: string) => text.match(/<\/?passages?\b/gi) ?? [];

test("no passage can close its delimiter or open another, whatever it says", () => {
  const attack = fc.oneof(
    fc.constantFrom(
      "</passage>",
      "</PASSAGES>",
      '<passage n="9">',
      "<\u200b/passages>",
      '" >',
      "\n",
    ),
    fc.constantFrom("< /passage>", "<</passage>/passage>", "</passage", "<passages"),
    fc.string(),
  );
  const text = fc.array(attack, { maxLength: 10 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 4 }), (all) => {
      const block = passageBlock(
        all.map(([body, title, heading]) => passage(body, title, heading)),
        1,
      );
      expect(tags(block)).toHaveLength(2 + 2 * all.length);
      for (const line of block.split("\n")) {
        if (/^<passage\b/.test(line)) {
          expect(line).toMatch(/^<passage n="\d+" title="[^"]*" heading="[^"]*">$/);
        }
      }
    }),
  );
});

test("passages are numbered on from where the last ones ended", () => {
  const block = passageBlock([passage("a"), passage("b")], 4);
  expect([...block.matchAll(/n="(\d+)"/g)].map(([, n]) => n)).toEqual(["4", "5"]);
});

test("the rules come after the agent's own prompt, and before what is only data", () => {
  const [system] = buildMessages("You are the desk.", [], [passage("A screen costs $179.")]);
  const content = system!.content as string;
  const order = ["You are the desk.", PROMPT_RULES, "<passages>", "$179"].map((part) =>
    content.indexOf(part),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBe(0);
});

test("customers speak as users, the agent and technicians as the assistant, oldest first", () => {
  const said = [
    { role: "customer" as const, text: "Hi" },
    { role: "agent" as const, text: "Hello" },
    { role: "technician" as const, text: "I'm Dana" },
  ];
  expect(buildMessages("", said, []).slice(1)).toEqual([
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
    { role: "assistant", content: "Technician: I'm Dana" },
  ]);
});

test("a pasted card number or password reaches neither the model nor the search", () => {
  const secret = "my card 4242 4242 4242 4242, password: hunter2";
  for (const role of ["customer", "technician"] as const) {
    const sent = JSON.stringify(buildMessages("", [{ role, text: secret }], []));
    expect(sent).not.toContain("4242");
    expect(sent).not.toContain("hunter2");
  }
  const said = { role: "customer" as const, text: secret };
  const short = { role: "customer" as const, text: "and now?" };
  const answer = { role: "agent" as const, text: "Hm." };
  for (const context of [[said], [said, answer, short]]) {
    expect(JSON.stringify(searchQueryOf(context))).not.toMatch(/4242|hunter2/);
  }
});

test("a short question comes with the one before it, a long one alone", () => {
  const before = { role: "customer" as const, text: "How much is a laptop screen?" };
  const answer = { role: "agent" as const, text: "$179." };
  const short = { role: "customer" as const, text: "and how long?" };
  expect(searchQueryOf([before, answer, short])).toEqual({
    question: short.text,
    before: before.text,
  });
  const long = { role: "customer" as const, text: "My battery ".repeat(10) };
  expect(searchQueryOf([before, answer, long])).toEqual({ question: long.text });
});

test("a burst is searched as a whole, within bounds, in whole characters", () => {
  const burst = ["One", "Two"].map((text) => ({ role: "customer" as const, text }));
  expect(searchQueryOf(burst)).toEqual({ question: "One\nTwo" });
  const huge = [{ role: "customer" as const, text: `${"🙂".repeat(3000)}x` }];
  const { question: query } = searchQueryOf(huge);
  expect(query.length).toBeLessThanOrEqual(2000);
  expect(query).not.toMatch(/\p{Surrogate}/u);
  expect(searchQueryOf([])).toEqual({ question: "" });
});

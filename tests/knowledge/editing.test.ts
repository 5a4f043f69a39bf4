/** What whoever edits the knowledge asks: where words stand, and what a text would have answered, which changes nothing. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { sumSpentToday } from "../../convex/model/replies/budget";
import {
  addAgent,
  admin,
  clockedDeployment,
  control,
  finishIngests,
  hush,
  outcomeOf,
  passTime,
  refusal,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(hush);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SCREENS = {
  title: "Screens",
  category: "prices",
  format: "markdown" as const,
  body: "# Prices\n\n## Laptop screens\n\nA laptop screen costs $179.",
};
const DEARER = { ...SCREENS, body: SCREENS.body.replace("$179", "$199") };
const QUESTION = "How much is a laptop screen?";

async function shop() {
  const t = clockedDeployment();
  const sam = await admin(t);
  await addAgent(t);
  const documentId = await sam.t.mutation(api.knowledge.addDocument, SCREENS);
  await finishIngests(t);
  return { t, sam, documentId };
}

/** That a question was tried is noted for the owner's first day (`firstDay.test.ts`). */
const withoutFirstDay = (rows: unknown[]) =>
  (rows as { kind?: string }[]).filter(({ kind }) => kind !== "first_day");
const find = (sam: Caller, words: string) => sam.t.query(api.editing.find, { words });
const spent = (t: Deployment) => t.run((ctx) => sumSpentToday(ctx, Date.now()));

test("a document is found by its words and its title, answering or not, with the place where they stand", async () => {
  const { t, sam, documentId } = await shop();
  const [found] = await find(sam, "laptop screen");
  expect(found).toMatchObject({ _id: documentId, heading: "Laptop screens", state: "published" });
  expect(found!.excerpt).toBe("A laptop screen costs $179.");
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  expect(await find(sam, "laptop")).toMatchObject([{ _id: documentId, state: "unpublished" }]);
  expect(await find(sam, "warranty")).toEqual([]);

  await sam.t.mutation(api.knowledge.replaceDocument, {
    documentId,
    ...SCREENS,
    body: "Batteries alone.",
  });
  await finishIngests(t);
  // What it said before is no place to correct.
  expect(await find(sam, "laptop")).toEqual([]);
  expect(await find(sam, "batteries")).toMatchObject([{ _id: documentId }]);
});

test("who saves over a text that they have not read is refused, and whoever reads it again is not", async () => {
  const { t, sam, documentId } = await shop();
  const replace = (was: number, body: string) =>
    sam.t.mutation(api.knowledge.replaceDocument, { documentId, was, ...SCREENS, body });
  await replace(1, "A laptop screen costs $199.");
  await finishIngests(t);
  expect(await outcomeOf(replace(1, "A laptop screen costs $99."))).toBe("conflict");
  await replace(2, "A laptop screen costs $99.");
});

test("a text that is not live is found and answered by, in its document's place, and nothing else comes of it", async () => {
  const { t, sam, documentId } = await shop();
  const before = await snapshot(t);
  const live = await sam.t.action(api.editing.tryQuestion, { question: QUESTION });
  expect(live.found).toMatchObject([{ documentId, text: "A laptop screen costs $179." }]);
  expect(live.outcome).toBe("answered");
  expect(live.text).toContain("$179");

  const tried = await sam.t.action(api.editing.tryQuestion, {
    question: QUESTION,
    text: { documentId, ...DEARER },
  });
  expect(tried.found).toEqual([
    { title: "Screens", heading: "Laptop screens", text: "A laptop screen costs $199." },
  ]);
  expect(tried.outcome).toBe("answered");
  expect(tried.text).toContain("$199");
  expect(tried.text).not.toContain("$179");
  expect(tried.citations).toEqual([{ n: 1, title: "Screens", heading: "Laptop screens" }]);

  const after = await snapshot(t);
  for (const table of ["knowledge", "conversations", "messages", "workflows"]) {
    expect(withoutFirstDay(after[table]!)).toEqual(before[table]);
  }
  const { passages } = await sam.t.action(api.knowledge.search, { question: QUESTION });
  expect(passages.map(({ text }) => text)).toEqual(["A laptop screen costs $179."]);
});

test("a new text stands beside all documents, and one that answers something else is not found", async () => {
  const { sam } = await shop();
  const body = "A MacBook screen costs $429.";
  const ask = (question: string) =>
    sam.t.action(api.editing.tryQuestion, {
      question,
      text: { ...SCREENS, title: "MacBook screens", body },
    });
  const { found, text } = await ask("How much is a MacBook screen?");
  expect(found[0]).toMatchObject({ text: body });
  expect(found[0]!.documentId).toBeUndefined();
  expect(text).toContain("$429");
  expect(await ask("Do you sell bicycles?")).toMatchObject({ found: [], outcome: "unsure" });
});

test("without embeddings it is found by its words, as it would be", async () => {
  const { sam, documentId } = await shop();
  await control("/faults", { provider: "openai", kind: "status", status: 500, times: "always" });
  const { found } = await sam.t.action(api.editing.tryQuestion, {
    question: QUESTION,
    text: { documentId, ...DEARER },
  });
  expect(found.map(({ text }) => text)).toEqual(["A laptop screen costs $199."]);
});

test("what a try costs counts to the day's budget, once, also where whoever tried never came back", async () => {
  const { t, sam } = await shop();
  // A budget is a UTC day's: here one begins, whatever the time is.
  vi.setSystemTime(Math.ceil(Date.now() / DAY) * DAY);
  await sam.t.action(api.editing.tryQuestion, { question: QUESTION });
  const { analytics } = await snapshot(t);
  const booked = (analytics as { type?: string; data?: { usage?: { costMicroUsd: number } } }[])
    .filter(({ type }) => type === "assisted")
    .map(({ data }) => data?.usage?.costMicroUsd);
  expect(booked).toHaveLength(1);
  expect(await spent(t)).toBe(booked[0]);
  await passTime(5 * MINUTE);
  expect(await spent(t)).toBe(booked[0]);

  await t.mutation(internal.editing.admitTry, { question: QUESTION });
  const reserved = (await spent(t)) - booked[0]!;
  await passTime(5 * MINUTE);
  const kept = (await spent(t)) - booked[0]!;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(reserved);
});

test("what a rule hands over is handed over here, without a model's cost", async () => {
  const { t, sam } = await shop();
  const said = await sam.t.action(api.editing.tryQuestion, {
    question: "I want to talk to a human",
  });
  expect(said).toMatchObject({ outcome: "handoff", text: "", found: [] });
  expect(said.reason).not.toBe("");
  expect(await spent(t)).toBe(0);
});

test("it is an admin's, and what can't be tried is refused before it costs anything", async () => {
  const { t, sam } = await shop();
  const dana = await technician(t);
  expect(await outcomeOf(dana.t.action(api.editing.tryQuestion, { question: QUESTION }))).toBe(
    "forbidden",
  );
  const without = { ...SCREENS, body: "# " };
  const refused = await refusal(
    sam.t.action(api.editing.tryQuestion, { question: QUESTION, text: without }),
  );
  expect(refused.code).toBe("invalid_input");
  expect(await spent(t)).toBe(0);
});

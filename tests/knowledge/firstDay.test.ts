/** The owner's first day: each step is done by what is there, and what was skipped or hidden is kept. */
import { beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { addAgent, admin, deployment, finishIngests, hush, refusal, settled } from "../setup";

beforeEach(hush);

type Mark = { step: "name" | "hours" | "question" | "widget"; as: "open" | "skipped" | "done" };
const LAMPS = {
  ...{ title: "Lamps", category: "prices", format: "markdown" as const },
  body: "A projector lamp costs $79.",
};
const QUESTION = "How much is a projector lamp?";

async function owner() {
  const t = deployment();
  const sam = await admin(t);
  await addAgent(t);
  const load = () => sam.t.query(api.firstDay.state, {});
  return {
    ...{ t, sam, load },
    done: async () =>
      (await load()).steps.filter(({ state }) => state === "done").map(({ step }) => step),
    stateOf: async (name: string) => (await load()).steps.find(({ step }) => step === name)?.state,
    mark: (mark: Mark) => sam.t.mutation(api.firstDay.mark, mark),
    ask: (text?: typeof LAMPS) =>
      sam.t.action(api.editing.tryQuestion, { question: QUESTION, ...(text && { text }) }),
  };
}

test("a new shop has six open steps, and is new until an admin was led there", async () => {
  const { sam, load } = await owner();
  const before = await load();
  expect(before.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    "name open",
    "hours open",
    "documents open",
    "question open",
    "staff open",
    "widget open",
  ]);
  expect(before).toMatchObject({ isNew: true, hidden: false, staff: 1 });
  await sam.t.mutation(api.firstDay.begin, {});
  expect(await load()).toEqual({ ...before, isNew: false });
});

test("a shop that has something already is not new, whoever has seen to it", async () => {
  const { sam, load, stateOf } = await owner();
  await sam.t.mutation(api.staff.invite, { email: "kim@shop.example", role: "technician" });
  expect(await stateOf("staff")).toBe("done");
  expect(await load()).toMatchObject({ isNew: false, staff: 2 });
});

test("the name is done by setting it", async () => {
  const { sam, done } = await owner();
  await sam.t.mutation(api.shop.setName, { name: "Lamp & Lens" });
  expect(await done()).toEqual(["name"]);
});

test("hours are done by setting them, and their page is no document of the shop's", async () => {
  const { t, sam, done } = await owner();
  await sam.t.mutation(api.knowledge.setHours, { hours: seedOpeningHours });
  await finishIngests(t);
  expect(await done()).toEqual(["hours"]);
});

test("documents are done while one answers: not by one that is being read in, nor one that is switched off", async () => {
  const { t, sam, load, stateOf } = await owner();
  const documentId = await sam.t.mutation(api.knowledge.addDocument, LAMPS);
  expect(await stateOf("documents")).toBe("open");
  await finishIngests(t);
  expect(await load()).toMatchObject({ document: "Lamps" });
  expect(await stateOf("documents")).toBe("done");
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  expect(await stateOf("documents")).toBe("open");
  expect((await load()).document).toBeUndefined();
});

test("the question is done by an answer from what is live: not by one from a text beside it, nor by none", async () => {
  const { t, sam, load, done, ask } = await owner();
  expect((await settled(ask())).outcome).toBe("unsure");
  expect((await settled(ask(LAMPS))).outcome).toBe("answered");
  expect(await done()).toEqual([]);
  await sam.t.mutation(api.knowledge.addDocument, LAMPS);
  await finishIngests(t);
  expect(await settled(ask())).toMatchObject({ outcome: "answered", citations: [{ n: 1 }] });
  expect(await done()).toEqual(["documents", "question"]);
  const { triedAt } = await load();
  await settled(ask());
  expect((await load()).triedAt).toBe(triedAt);
});

test("a step is skipped and taken up again, and what is done is done, skipped or not", async () => {
  const { sam, mark, stateOf } = await owner();
  await mark({ step: "hours", as: "skipped" });
  await mark({ step: "hours", as: "skipped" });
  await mark({ step: "question", as: "skipped" });
  expect(await stateOf("hours")).toBe("skipped");
  await mark({ step: "hours", as: "open" });
  expect([await stateOf("hours"), await stateOf("question")]).toEqual(["open", "skipped"]);
  await mark({ step: "hours", as: "skipped" });
  await sam.t.mutation(api.knowledge.setHours, { hours: seedOpeningHours });
  expect(await stateOf("hours")).toBe("done");
});

test("only the widget is done by saying so, which can be taken back", async () => {
  const { mark, load, stateOf } = await owner();
  for (const step of ["name", "hours", "question"] as const) {
    expect((await refusal(mark({ step, as: "done" }))).code).toBe("invalid_input");
  }
  await mark({ step: "widget", as: "done" });
  expect(await stateOf("widget")).toBe("done");
  expect((await load()).widgetAt).toBeTypeOf("number");
  await mark({ step: "widget", as: "open" });
  expect(await stateOf("widget")).toBe("open");
});

test("it is hidden and shown for all admins, and keeps what was skipped", async () => {
  const { t, sam, mark, load, stateOf } = await owner();
  await mark({ step: "name", as: "skipped" });
  await sam.t.mutation(api.firstDay.hide, { hidden: true });
  const kim = await admin(t);
  expect((await kim.t.query(api.firstDay.state, {})).hidden).toBe(true);
  await kim.t.mutation(api.firstDay.hide, { hidden: false });
  expect((await load()).hidden).toBe(false);
  expect(await stateOf("name")).toBe("skipped");
});

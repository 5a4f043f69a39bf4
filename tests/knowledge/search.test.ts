/** Hybrid search: by meaning and by word, and what is left of it when embeddings fail. */
import { beforeEach, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import type { PassageRow } from "../../convex/model/knowledge/versions";
import { readQuestion } from "../../convex/model/knowledge/query";
import { MAX_FOUND_PASSAGES } from "../../convex/model/knowledge/search";
import {
  addPassage,
  admin,
  clockedDeployment,
  control,
  deployment,
  finishIngests,
  page,
  settled,
  snapshot,
  technician,
  hush,
  type Caller,
  type Deployment,
} from "../setup";
import { embeddingModel } from "../../convex/providers/embeddings";
import { OLD_VECTOR_TYPE, vectorType } from "../../convex/validators";

beforeEach(() => void hush());
type VectorRow = Extract<Doc<"knowledge">, { kind: "vector" }>;

const DOCUMENTS = {
  "Screen repair": "A laptop screen replacement costs $179.",
  Parking: "Customers park behind the building, free of charge.",
  Batteries: "A battery with error code ZX81 is replaced the same day.",
};

async function library(t: Deployment, sam: Caller): Promise<void> {
  for (const [title, body] of Object.entries(DOCUMENTS)) {
    const document = { title, category: "prices", format: "text" as const, body };
    await sam.t.mutation(api.knowledge.addDocument, document);
  }
  await finishIngests(t);
}

const ask = async (caller: Caller, question: string) => {
  const { mode, passages } = await settled(caller.t.action(api.knowledge.search, { question }));
  return { mode, titles: passages.map(({ title }) => title), passages };
};

test("a passage is found by meaning, without a word in common", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const { mode, titles } = await ask(sam, "notebook display mending price");
  expect(mode).toBe("hybrid");
  expect(titles[0]).toBe("Screen repair");
});

test("a passage is found by a word that means nothing to embeddings", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  expect((await ask(sam, "zx81")).titles[0]).toBe("Batteries");
});

test("a passage that both halves find is read once", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
  const passages = rows.filter((row) => row.kind === "passage");
  const hits = passages.map(({ vectorId }) => ({ vectorId: vectorId!, similarity: 0.9 }));
  const documentsRead = await t.query(async (ctx) => {
    // Words of all three, so each half finds them all.
    const { concepts, terms } = readQuestion("laptop behind battery");
    const searches = [{ concepts, terms, hits }];
    const { passages } = await ctx.runQuery(internal.knowledge.fuseHits, { searches });
    expect(passages).toHaveLength(3);
    return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
  });
  expect(documentsRead).toBe(3);
});

test("a passage that both halves find comes before one that only one finds", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const { passages } = await ask(sam, "How much is a laptop screen replacement?");
  expect(passages[0]!.title).toBe("Screen repair");
  const scores = passages.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

/** The passage of the document about screens, and its vector. */
async function screens(t: Deployment) {
  const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
  const passage = rows.find(
    (row) => row.kind === "passage" && row.title === "Screen repair",
  ) as PassageRow;
  const vector = rows.find(({ _id }) => _id === passage.vectorId) as VectorRow;
  return { passage, vector };
}

const BY_MEANING = "notebook display mending price";

test("the vectors of unpublished passages, however many are nearer, hide no live one", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const { passage, vector } = await screens(t);
  const { _id: _passage, _creationTime: _then, ...passageFields } = passage;
  const { _id: _vector, _creationTime: _when, ...vectorFields } = vector;
  const addCopy = (live: boolean) =>
    t.run(async (ctx) => {
      const vectorId = await ctx.db.insert("knowledge", vectorFields);
      return await ctx.db.insert("knowledge", { ...passageFields, vectorId, live });
    });
  await t.run((ctx) => ctx.db.patch("knowledge", passage._id, { live: false }));
  for (let i = 0; i < 40; i++) await addCopy(false);
  const last = await addCopy(true);
  expect((await ask(sam, BY_MEANING)).passages[0]!.passageId).toBe(last);
  await t.run((ctx) => ctx.db.patch("knowledge", last, { live: false }));
  expect((await ask(sam, BY_MEANING)).titles).not.toContain("Screen repair");
});

test("only vectors of this model are asked, those from before their type named it included", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const { vector } = await screens(t);
  const scoreWith = async (type: string) => {
    await t.run((ctx) => ctx.db.patch("knowledge", vector._id, { type }));
    const { passages } = await ask(sam, BY_MEANING);
    return passages.find(({ title }) => title === "Screen repair")!.score;
  };
  const both = await scoreWith(vectorType(embeddingModel()!));
  expect(await scoreWith(OLD_VECTOR_TYPE)).toBe(both);
  // By its words it is still found.
  expect(await scoreWith("passage:text-embedding-4")).toBeLessThan(both);
});

test("nothing is found for what the shop says nothing about", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  expect((await ask(sam, "qwertyuiop asdfghjkl")).titles).toEqual([]);
});

test("without an OpenAI key search goes by words, and says so", async () => {
  const t = clockedDeployment({ OPENAI_API_KEY: "" });
  const sam = await admin(t);
  await library(t, sam);
  const found = await ask(sam, "screen replacement");
  expect(found).toMatchObject({ mode: "text", titles: ["Screen repair"] });
  const { page: documents } = await sam.t.query(api.knowledge.list, { paginationOpts: page(20) });
  expect(documents.map(({ state, embedded }) => [state, embedded])).toEqual(
    Array(3).fill(["published", false]),
  );
});

test.each([
  ["refuses", { kind: "status", status: 400 }],
  ["answers nonsense", { kind: "malformed" }],
  ["hangs up in the middle of its answer", { kind: "cut", afterProcessing: true }],
])("when the provider %s, search goes by words", async (_, fault) => {
  const t = deployment();
  await addPassage(t, "Screen repair", DOCUMENTS["Screen repair"]);
  const dana = await technician(t);
  const match = `screen ${Math.random().toString(36).slice(2)}`;
  await control("/faults", { provider: "openai", match, times: "always", ...fault });
  const found = await ask(dana, match);
  expect(found).toMatchObject({ mode: "text", titles: ["Screen repair"] });
});

test("at most so many passages are found, each of a live version", async () => {
  const t = deployment();
  for (let i = 0; i < 12; i++) await addPassage(t, `Screen ${i}`, "A screen costs money.");
  const dana = await technician(t);
  const { length } = (await ask(dana, "screen")).titles;
  expect([length > 0, length <= MAX_FOUND_PASSAGES]).toEqual([true, true]);
  await t.run(async (ctx) => {
    for (const row of await ctx.db.query("knowledge").collect()) {
      if (row.kind === "passage") await ctx.db.patch("knowledge", row._id, { live: false });
    }
  });
  expect((await ask(dana, "screen")).titles).toEqual([]);
});

test("documents are listed latest change first, of one category or all, without their text", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  for (const [i, title] of ["One", "Two", "Three"].entries()) {
    const id = await addPassage(t, title, "Text.");
    const category = i === 1 ? "hours" : "prices";
    await t.run((ctx) => ctx.db.patch("knowledge", id, { updatedAt: i, category }));
  }
  const list = async (category?: string) => {
    const paginationOpts = page(20);
    return (await dana.t.query(api.knowledge.list, { category, paginationOpts })).page;
  };
  expect((await list()).map(({ title }) => title)).toEqual(["Three", "Two", "One"]);
  expect((await list("prices")).map(({ title }) => title)).toEqual(["Three", "One"]);
  expect((await list())[0]).not.toHaveProperty("body");
});

test("a question after one about something else finds what it finds alone", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await library(t, sam);
  const find = async (args: { question: string; before?: string }) =>
    (await settled(t.action(internal.knowledge.find, args))).passages.map(({ title }) => title);
  const before = "How much is a laptop screen?";
  expect((await find({ question: "where do i park" }))[0]).toBe("Parking");
  expect((await find({ question: "where do i park", before }))[0]).toBe("Parking");
  // What names nothing is about what was asked before.
  expect(await find({ question: "and how long?" })).toEqual([]);
  expect((await find({ question: "and how long?", before }))[0]).toBe("Screen repair");
});

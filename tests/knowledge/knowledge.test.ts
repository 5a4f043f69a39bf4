/** Documents through the durable ingest: split, embedded in batches, switched in one transaction. */
import { beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { SECOND } from "../../convex/lib/time";
import { MAX_PASSAGES } from "../../convex/model/knowledge/versions";
import { EMBEDDING_BATCH } from "../../convex/providers/embeddings";
import {
  admin,
  clockedDeployment,
  control,
  finishIngests,
  outcomeOf,
  passTime,
  snapshot,
  hush,
  type Caller,
  type Deployment,
} from "../setup";

let mark = "";
beforeEach(() => {
  // The stand-ins are shared: what a test sends is recognized by a word of its own.
  mark = `mark${Math.random().toString(36).slice(2)}`;
  hush();
});

type Section = [heading: string, text: string];
const body = (...sections: Section[]) =>
  [`# Prices ${mark}`, ...sections.map(([heading, text]) => `## ${heading}\n\n${text}`)].join(
    "\n\n",
  );
const SCREENS: Section = ["Screens", "A laptop screen replacement costs $179."];
const BATTERIES: Section = ["Batteries", "A laptop battery costs $89."];
const KEYBOARDS: Section = ["Keyboards", "A keyboard costs $120."];
/** More than fit: it can't be read in. */
const TOO_MANY = Array.from({ length: MAX_PASSAGES + 1 }, (_, i): Section => [
  `${i}`,
  `Text ${i}.`,
]);

type Row = Record<string, unknown> & { _id: string; kind: string };
async function rows(t: Deployment, kind: string): Promise<Row[]> {
  const { knowledge } = await snapshot(t);
  return (knowledge as Row[]).filter((row) => row.kind === kind);
}
const live = async (t: Deployment) =>
  (await rows(t, "passage")).filter((row) => row.live).map(({ heading }) => heading);

/** The texts of each embeddings request of this test. */
async function embedded(): Promise<string[][]> {
  type Request = { body: { input: string[] }; status?: number };
  const { requests } = (await control("/requests?provider=openai")) as { requests: Request[] };
  return requests
    .filter((request) => request.status === 200)
    .map((request) => request.body.input)
    .filter((input) => input.some((text) => text.includes(mark)));
}

async function add(t: Deployment, sam: Caller, text: string): Promise<Id<"knowledge">> {
  const id = await sam.t.mutation(api.knowledge.addDocument, {
    title: `Prices ${mark}`,
    category: "prices",
    format: "markdown",
    body: text,
  });
  await finishIngests(t);
  return id;
}
async function replace(t: Deployment, sam: Caller, documentId: Id<"knowledge">, text: string) {
  await sam.t.mutation(api.knowledge.replaceDocument, {
    documentId,
    title: `Prices ${mark}`,
    category: "prices",
    format: "markdown",
    body: text,
  });
}

test("a document answers once it is read in, by section, each passage with its vector", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const id = await add(t, sam, body(SCREENS, BATTERIES));
  expect(await sam.t.query(api.knowledge.get, { documentId: id })).toMatchObject({
    state: "published",
    version: 1,
    passages: 2,
    embedded: true,
  });
  expect(await live(t)).toEqual(["Screens", "Batteries"]);
  const vectors = await rows(t, "vector");
  expect(vectors.map(({ type, active }) => [type, active])).toEqual(
    Array(2).fill(["passage:text-embedding-3-small@127.0.0.1", true]),
  );
  const { workflows } = await snapshot(t);
  expect(workflows).toMatchObject([{ kind: "ingest", state: "done", documentId: id }]);
});

test("nothing of a new document answers before it is read in whole", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await sam.t.mutation(api.knowledge.addDocument, {
    title: "Prices",
    category: "prices",
    format: "markdown",
    body: body(SCREENS),
  });
  expect(await live(t)).toEqual([]);
  const found = await sam.t.action(api.knowledge.search, { question: "How much is a screen?" });
  expect(found.passages).toEqual([]);
});

test("a long document is embedded in batches, every passage once", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const count = EMBEDDING_BATCH + 5;
  const parts = Array.from({ length: count }, (_, i): Section => [`Part ${i}`, `Text ${i}.`]);
  await add(t, sam, body(...parts));
  const batches = await embedded();
  expect(batches.map((texts) => texts.length)).toEqual([EMBEDDING_BATCH, 5]);
  expect(new Set(batches.flat()).size).toBe(count);
  expect(await rows(t, "vector")).toHaveLength(count);
});

test("an edit embeds what has changed, and unchanged passages keep their vector", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const id = await add(t, sam, body(SCREENS, BATTERIES));
  const before = new Map((await rows(t, "passage")).map((row) => [row.heading, row.vectorId]));
  await replace(t, sam, id, body(SCREENS, ["Batteries", "A laptop battery costs $95."], KEYBOARDS));
  await finishIngests(t);
  const [first, second, ...rest] = await embedded();
  expect([first!.length, second!.length, rest.length]).toEqual([2, 2, 0]);
  expect(second!.join()).not.toContain("screen replacement");
  const after = new Map((await rows(t, "passage")).map((row) => [row.heading, row.vectorId]));
  expect(after.get("Screens")).toBe(before.get("Screens"));
  expect(after.get("Batteries")).not.toBe(before.get("Batteries"));
  await passTime(SECOND);
  expect(await rows(t, "vector")).toHaveLength(3);
});

test("the old version answers until the new one is whole, and is gone with it", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const id = await add(t, sam, body(SCREENS, BATTERIES));
  await replace(t, sam, id, body(KEYBOARDS));
  expect(await live(t)).toEqual(["Screens", "Batteries"]);
  await finishIngests(t);
  expect(await live(t)).toEqual(["Keyboards"]);
  expect(await rows(t, "passage")).toHaveLength(1);
  await passTime(SECOND);
  expect(await rows(t, "vector")).toHaveLength(1);
  expect(await sam.t.query(api.knowledge.get, { documentId: id })).toMatchObject({ version: 2 });
});

test("a failed ingest leaves the old version answering, says why, and can be tried again", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const id = await add(t, sam, body(SCREENS));
  await replace(t, sam, id, body(...TOO_MANY));
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens"]);
  expect(await rows(t, "passage")).toHaveLength(1);
  expect(await rows(t, "awaited")).toEqual([]);
  const failed = await sam.t.query(api.knowledge.get, { documentId: id });
  expect(failed).toMatchObject({ state: "published", version: 1 });
  expect(failed.error).toMatchObject({ code: "ingest_failed" });
  const { workflows } = await snapshot(t);
  expect(workflows!.at(-1)).toMatchObject({ state: "failed", error: { code: "ingest_failed" } });

  await replace(t, sam, id, body(SCREENS, KEYBOARDS));
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens", "Keyboards"]);
  expect(await sam.t.query(api.knowledge.get, { documentId: id })).not.toHaveProperty("error");
});

test("a new document whose ingest fails is failed, and answers nothing", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const id = await add(t, sam, body(...TOO_MANY));
  expect(await sam.t.query(api.knowledge.get, { documentId: id })).toMatchObject({
    state: "failed",
    version: 0,
  });
  expect(await rows(t, "passage")).toEqual([]);
});

test("a provider that fails for a moment is asked again", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await control("/faults", { provider: "openai", kind: "status", status: 500, match: mark });
  const id = await add(t, sam, body(SCREENS));
  expect(await sam.t.query(api.knowledge.get, { documentId: id })).toMatchObject({
    state: "published",
    embedded: true,
  });
});

test("a document that is being read in can't be replaced, published or unpublished", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS));
  await replace(t, sam, documentId, body(KEYBOARDS));
  const { publish, unpublish } = api.knowledge;
  expect(await outcomeOf(replace(t, sam, documentId, body(BATTERIES)))).toBe("conflict");
  expect(await outcomeOf(sam.t.mutation(publish, { documentId }))).toBe("conflict");
  expect(await outcomeOf(sam.t.mutation(unpublish, { documentId }))).toBe("conflict");
});

test("unpublishing takes a document out of answers, publishing brings it back, without embedding", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS));
  const vectors = await rows(t, "vector");
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  expect(await live(t)).toEqual([]);
  await sam.t.mutation(api.knowledge.publish, { documentId });
  expect(await live(t)).toEqual(["Screens"]);
  // 13.8 KB each: written once.
  expect(await rows(t, "vector")).toEqual(vectors);
  expect(await embedded()).toHaveLength(1);
});

test("an edit publishes a document that was unpublished, by word and by vector", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS));
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  await replace(t, sam, documentId, body(SCREENS, KEYBOARDS));
  await finishIngests(t);
  const document = await sam.t.query(api.knowledge.get, { documentId });
  expect(document.state).toBe("published");
  expect(await live(t)).toEqual(["Screens", "Keyboards"]);
  expect(await rows(t, "vector")).toHaveLength(2);
});

test("an edit of an unpublished document that fails leaves it unpublished", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS));
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  await replace(t, sam, documentId, body(...TOO_MANY));
  await finishIngests(t);
  expect(await live(t)).toEqual([]);
  const document = await sam.t.query(api.knowledge.get, { documentId });
  expect(document.state).toBe("unpublished");
});

test("each version's text is stored once, however often it is read in, and never in the row that changes", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS));
  await replace(t, sam, documentId, body(KEYBOARDS));
  await finishIngests(t);
  const texts = [{ body: body(SCREENS) }, { body: body(KEYBOARDS) }];
  expect(await rows(t, "body")).toMatchObject(texts);
  expect((await rows(t, "document"))[0]).not.toHaveProperty("body");
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    body: body(KEYBOARDS),
  });
});

test("removing deletes the document with every passage and vector, an ingest under way included", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, body(SCREENS, BATTERIES));
  await replace(t, sam, documentId, body(KEYBOARDS));
  await sam.t.mutation(api.knowledge.remove, { documentId });
  await finishIngests(t);
  await passTime(SECOND);
  expect((await snapshot(t)).knowledge).toEqual([]);
});

test("a passage keeps its place in the original, and an edit that moves it embeds nothing", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const onPage = (page: number) => `<!-- place: page=${page} -->\n\n${body(SCREENS)}`;
  const documentId = await add(t, sam, onPage(3));
  expect(await rows(t, "passage")).toMatchObject([{ heading: "Screens", place: "page=3" }]);
  await replace(t, sam, documentId, onPage(4));
  await finishIngests(t);
  expect(await rows(t, "passage")).toMatchObject([{ heading: "Screens", place: "page=4" }]);
  expect(await embedded()).toHaveLength(1);
});

test("a slug is taken once", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await add(t, sam, body(SCREENS));
  expect(await outcomeOf(add(t, sam, body(SCREENS)))).toBe("conflict");
});

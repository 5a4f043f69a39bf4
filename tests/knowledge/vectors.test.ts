/** Vectors are written once, follow when embeddings are back, and go a batch at a time: none hides a live one. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import { STALE_BATCH } from "../../convex/model/knowledge/vectors";
import { embeddingModel, embedTexts } from "../../convex/providers/embeddings";
import { vectorType } from "../../convex/validators";
import {
  admin,
  clockedDeployment,
  control,
  finishIngests,
  hush,
  mutationCost,
  passTime,
  settled,
  snapshot,
  standIn,
  type Caller,
  type Deployment,
} from "../setup";

let mark = "";
beforeEach(() => {
  // The stand-ins are shared: what a test sends is recognized by a word of its own.
  mark = `mark${Math.random().toString(36).slice(2)}`;
  hush();
});

type Row<K> = Extract<Doc<"knowledge">, { kind: K }>;
async function rows<K extends Doc<"knowledge">["kind"]>(t: Deployment, kind: K): Promise<Row<K>[]> {
  const { knowledge } = await snapshot(t);
  return (knowledge as Doc<"knowledge">[]).filter((row): row is Row<K> => row.kind === kind);
}

const part = (i: number, text: string) => `## Part ${i}\n\n${text} ${i}.`;
const text = (name: string, passages = 1) => ({
  title: `${name} ${mark}`,
  category: "prices",
  format: "markdown" as const,
  body: Array.from({ length: passages }, (_, i) => part(i, `A thing of ${name} costs`)).join(
    "\n\n",
  ),
});

async function add(
  t: Deployment,
  sam: Caller,
  name: string,
  passages = 1,
): Promise<Id<"knowledge">> {
  const id = await sam.t.mutation(api.knowledge.addDocument, text(name, passages));
  await finishIngests(t);
  return id;
}

const get = (sam: Caller, documentId: Id<"knowledge">) =>
  sam.t.query(api.knowledge.get, { documentId });

const refuse = (match: string, times: number | "always" = "always", status = 401) =>
  control("/faults", { provider: "openai", kind: "status", status, match, times });

/** As the cron does, until what it began is over. */
async function maintain(t: Deployment): Promise<void> {
  await t.mutation(internal.knowledge.maintain, {});
  do await passTime(SECOND);
  while (await isBusy(t));
}

const isBusy = (t: Deployment) =>
  t.run(async (ctx) => {
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    return jobs.some(
      ({ name, state }) =>
        name.startsWith("knowledge:") && ["pending", "inProgress"].includes(state.kind),
    );
  });

/** What was scheduled is gone, as after a move to another deployment, and an hour has passed. */
async function lose(t: Deployment): Promise<void> {
  const now = Date.now();
  // Sets the clock back to its start, too.
  vi.clearAllTimers();
  vi.setSystemTime(now + HOUR + MINUTE);
  await t.finishInProgressScheduledFunctions();
}

const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);

test("text answers by its words while embeddings refuse, says so, and its vectors follow by themselves", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await refuse(mark, 1);
  const documentId = await add(t, sam, "Screens", 3);
  const published = await get(sam, documentId);
  expect(published).toMatchObject({ state: "published", version: 1, passages: 3, embedded: false });
  expect(published.error).toMatchObject({ code: "not_embedded" });
  const passages = await rows(t, "passage");
  expect(passages.map(({ live }) => live)).toEqual([true, true, true]);
  const health = async () =>
    (await sam.t.query(api.health.providers, { now: Date.now() })).find(
      ({ provider }) => provider === "embeddings",
    );
  expect(await health()).toMatchObject({ failing: true, fault: "401" });

  await maintain(t);
  expect(await rows(t, "vector"), "not before its time").toEqual([]);
  wait(11 * MINUTE);
  await maintain(t);
  const whole = await get(sam, documentId);
  expect(whole).toMatchObject({ state: "published", version: 1, embedded: true });
  expect(await health(), "without anybody who asks").toMatchObject({ failing: false });
  expect(whole).not.toHaveProperty("error");
  const vectors = new Set((await rows(t, "vector")).map(({ _id }) => _id));
  const linked = await rows(t, "passage");
  // What an answer that is being written cites stays.
  expect(linked.map(({ _id }) => _id)).toEqual(passages.map(({ _id }) => _id));
  expect(linked.every(({ vectorId }) => vectors.has(vectorId!))).toBe(true);
  expect(await rows(t, "awaited")).toEqual([]);
});

test("a document that is refused for good doesn't keep the others from their vectors", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await refuse(`Poison ${mark}`, "always", 400);
  await refuse(`Screens ${mark}`, 1);
  const poison = await add(t, sam, "Poison");
  wait(MINUTE);
  const screens = await add(t, sam, "Screens");
  wait(HOUR);
  await maintain(t);
  await maintain(t);
  expect((await get(sam, screens)).embedded).toBe(true);
  expect((await get(sam, poison)).embedded).toBe(false);
});

test("batches that are stored are not made again by whoever begins again", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await refuse(`${mark} › Part 70`, 1, 400);
  const documentId = await add(t, sam, "Screens", 80);
  expect(await rows(t, "vector")).toHaveLength(64);
  const before = await rows(t, "vector");
  wait(11 * MINUTE);
  await maintain(t);
  expect((await get(sam, documentId)).embedded).toBe(true);
  const after = await rows(t, "vector");
  expect(after).toHaveLength(80);
  expect(after.slice(0, 64)).toEqual(before);
});

test("without a key nothing is asked for; the day there is one, what has none is embedded", async () => {
  const t = clockedDeployment({ OPENAI_API_KEY: "" });
  const sam = await admin(t);
  const documentId = await add(t, sam, "Screens");
  expect(await get(sam, documentId)).toMatchObject({ state: "published", embedded: false });
  await maintain(t);
  expect(await rows(t, "vector")).toEqual([]);
  vi.stubEnv("OPENAI_API_KEY", standIn().env["OPENAI_API_KEY"]);
  await maintain(t);
  expect((await get(sam, documentId)).embedded).toBe(true);
});

test("vectors of another model are replaced by themselves, and asked for until then by nobody", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, "Screens", 2);
  const demo = vectorType(embeddingModel()!);
  vi.stubEnv("OPENAI_BASE_URL", process.env["OPENAI_BASE_URL"]!.replace("127.0.0.1", "localhost"));
  const today = vectorType(embeddingModel()!);
  expect(today).not.toBe(demo);
  await refuse(mark, 1);
  await maintain(t);
  expect((await rows(t, "vector")).map(({ type }) => type)).toEqual([demo, demo]);
  wait(7 * HOUR);
  await maintain(t);
  expect((await rows(t, "vector")).map(({ type }) => type)).toEqual([today, today]);
  expect(await get(sam, documentId)).toMatchObject({ embedded: true, version: 1 });
  // With nothing left to do nobody is asked.
  const asked = async () =>
    ((await control("/requests?provider=openai")) as { requests: unknown[] }).requests.length;
  const before = await asked();
  wait(HOUR);
  await maintain(t);
  expect(await asked()).toBe(before);
});

test("vectors that come for a version that is gone are deleted", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await refuse(mark, 1);
  const documentId = await add(t, sam, "Screens");
  wait(HOUR);
  const ref = (await t.mutation(internal.knowledge.claimUnembedded, {}))!;
  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text("Batteries") });
  await finishIngests(t);
  const embedding = Array<number>(1536).fill(0.1);
  const late = { ...ref, model: embeddingModel()!, vectors: [{ contentHash: "ff", embedding }] };
  expect(await t.mutation(internal.knowledge.storeVectors, late)).toBe(false);
  await t.mutation(internal.knowledge.linkVectors, { ref });
  await passTime(SECOND);
  expect(await rows(t, "vector")).toHaveLength(1);
  expect(await rows(t, "awaited")).toEqual([]);
  expect((await get(sam, documentId)).version).toBe(2);
});

test("a lost ingest begins again; one that is lost each time fails, and keeps none", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, "Screens");
  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text("Batteries") });
  await lose(t);
  await maintain(t);
  expect(await get(sam, documentId)).toMatchObject({ version: 2, state: "published" });

  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text("Screens") });
  for (let i = 0; i < 3; i++) {
    await lose(t);
    await t.mutation(internal.knowledge.maintain, {});
  }
  const lost = await get(sam, documentId);
  expect(lost).toMatchObject({ version: 2, state: "published", error: { code: "ingest_lost" } });
  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text("Keyboards") });
});

test("no transaction writes or deletes the vectors of more than one batch", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, "Screens", 130);
  const vectors = await rows(t, "vector");
  for (const act of [api.knowledge.unpublish, api.knowledge.publish, api.knowledge.remove]) {
    const { bytesRead } = await mutationCost(sam, act, { documentId });
    expect(bytesRead).toBeLessThan(500_000);
    expect(await rows(t, "vector")).toEqual(vectors);
  }
  const left: number[] = [];
  for (let count = 130; count > 0;) {
    vi.advanceTimersToNextTimer();
    await t.finishInProgressScheduledFunctions();
    const now = (await rows(t, "vector")).length;
    if (now !== count) left.push(now);
    count = now;
  }
  expect(left).toEqual([130 - STALE_BATCH, 130 - 2 * STALE_BATCH, 130 - 3 * STALE_BATCH, 0]);
  expect((await snapshot(t)).knowledge).toEqual([]);
});

test("stale vectors whose job is lost are deleted by the cron, and one that is gone already keeps none", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await add(t, sam, "Screens", 3);
  const [gone, ...others] = (await rows(t, "vector")).map(({ _id }) => _id);
  await t.run(async (ctx) => {
    await ctx.db.delete("knowledge", gone!);
    await ctx.db.insert("knowledge", { kind: "stale", vectorIds: [gone!, ...others] });
  });
  await maintain(t);
  expect(await rows(t, "vector")).toHaveLength(2);
  wait(11 * MINUTE);
  await maintain(t);
  expect(await rows(t, "vector")).toEqual([]);
  expect(await rows(t, "stale")).toEqual([]);
});

test("300 stale vectors that are nearer don't push a live one out of the search", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const screens = { ...text("Screens"), body: "A laptop screen replacement costs $179." };
  await sam.t.mutation(api.knowledge.addDocument, screens);
  await finishIngests(t);
  const [vector] = await rows(t, "vector");
  const [question] = (await settled(embedTexts(["notebook display mending price"])))!;
  const { _id, _creationTime, shard, ...fields } = vector!;
  const parts = [...Array(16).keys()].map((i) => shard!.replace(/.$/, i.toString(16)));
  await t.run(async (ctx) => {
    for (let i = 0; i < 300; i++) {
      const stale = { ...fields, embedding: question!, shard: parts[i % 16]! };
      await ctx.db.insert("knowledge", stale);
    }
  });
  const search = sam.t.action(api.knowledge.search, { question: "notebook display mending price" });
  expect((await settled(search)).passages.map(({ title }) => title)).toEqual([screens.title]);
});

test.each([
  ["of another length", "short"],
  ["fewer than asked for", "fewer"],
  ["with null in it", "null"],
  ["for another text", "shifted"],
])("an answer %s is the provider's fault, logged, and nothing of it is stored", async (_, how) => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const warned = vi.spyOn(console, "warn");
  await control("/faults", {
    provider: "openai",
    kind: "vectors",
    how,
    match: mark,
    times: "always",
  });
  const documentId = await add(t, sam, "Screens");
  expect(await get(sam, documentId)).toMatchObject({
    state: "published",
    embedded: false,
    error: { code: "not_embedded" },
  });
  expect(await rows(t, "vector")).toEqual([]);
  const search = sam.t.action(api.knowledge.search, { question: `A thing of Screens ${mark}` });
  expect(await settled(search)).toMatchObject({ mode: "text", passages: [{ documentId }] });
  const logged = warned.mock.calls.flat().map(String);
  expect(logged.filter((line) => line.includes("by its words only"))).toHaveLength(1);
  expect(logged.filter((line) => line.includes("embeddings failed (malformed)"))).not.toEqual([]);
});

/** Passages that embeddings were asked for since this, each as often as it was. */
async function textsAskedFor(): Promise<string[]> {
  type Request = { body: { input: string[] }; status?: number };
  const { requests } = (await control("/requests?provider=openai")) as { requests: Request[] };
  return requests
    .filter(({ status }) => status === 200)
    .flatMap(({ body }) => body.input)
    .filter((text) => text.includes(mark) && text.includes("\n"));
}

test("after a change of the model search answers all the while, whoever is killed on the way; nothing is paid twice", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const names = ["Screens", "Chargers", "Keyboards"];
  for (const [i, name] of names.entries()) await add(t, sam, name, i === 0 ? 80 : 2);
  const old = vectorType(embeddingModel()!);
  vi.stubEnv("OPENAI_BASE_URL", process.env["OPENAI_BASE_URL"]!.replace("127.0.0.1", "localhost"));
  const model = embeddingModel()!;
  const today = vectorType(model);
  const paidBefore = (await textsAskedFor()).length;

  const progress = () => sam.t.query(api.embeddings.progress, {});
  const figures = (waiting: number, done: number) => ({
    ...{ model, waiting, done, hasMore: false, error: null },
  });
  /** Each document is found by its name, whatever vectors it has. */
  const answers = async () => {
    for (const name of names) {
      const search = sam.t.action(api.knowledge.search, { question: `${name}?` });
      const { mode, passages } = await settled(search);
      expect(mode).toBe("hybrid");
      expect(passages[0]?.title).toBe(`${name} ${mark}`);
    }
  };
  await answers();
  expect(await progress()).toEqual(figures(3, 0));

  // The first run is killed behind its first batch: what it had stored is there, and nobody works on it.
  const ref = (await t.mutation(internal.knowledge.claimUnembedded, {}))!;
  const source = (await t.query(internal.knowledge.versionSource, { ref }))!;
  expect(source.title).toContain("Screens");
  const passages = (await rows(t, "passage")).filter((row) => row.documentId === ref.documentId);
  const batch = passages.slice(0, 64);
  const embedded = (await settled(embedTexts(batch.map(({ text }) => text))))!;
  const vectors = batch.map(({ contentHash }, i) => ({ contentHash, embedding: embedded[i]! }));
  await t.mutation(internal.knowledge.storeVectors, { ...ref, model, vectors });
  await answers();
  expect(await progress()).toEqual(figures(3, 0));

  // Meanwhile the others go on; vectors of both models are there, and each document answers.
  await maintain(t);
  expect(await progress()).toEqual(figures(1, 2));
  const types = new Set((await rows(t, "vector")).map(({ type }) => type));
  expect(types).toEqual(new Set([old, today]));
  await answers();

  wait(11 * MINUTE);
  await maintain(t);
  expect(await progress()).toEqual(figures(0, 3));
  await answers();
  await passTime(5 * SECOND);
  const all = await rows(t, "vector");
  expect(all.map(({ type }) => type)).toEqual(Array(84).fill(today));
  expect(await rows(t, "awaited")).toEqual([]);
  const paid = (await textsAskedFor()).slice(paidBefore);
  expect(paid).toHaveLength(84);
  expect(new Set(paid).size).toBe(84);
});

test("an admin has what failed tried at once, and sees why it had failed", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await refuse(mark, 1);
  await add(t, sam, "Screens");
  const failed = await sam.t.query(api.embeddings.progress, {});
  expect(failed).toMatchObject({ waiting: 1, done: 0 });
  expect(failed.error).toContain("by its words");
  await sam.t.mutation(api.embeddings.resume, {});
  do await passTime(SECOND);
  while (await isBusy(t));
  expect(await sam.t.query(api.embeddings.progress, {})).toMatchObject({ waiting: 0, done: 1 });
});

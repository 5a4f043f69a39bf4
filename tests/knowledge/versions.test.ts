/** What a document said: who changed what, and back again. When it begins to answer, and when it ends. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { MAX_VERSIONS } from "../../convex/model/knowledge/history";
import { MAX_PASSAGES } from "../../convex/model/knowledge/versions";
import {
  admin,
  clockedDeployment,
  control,
  finishIngests,
  hush,
  outcomeOf,
  page,
  refusal,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(hush);

const text = (...sentences: string[]) => ({
  title: "Prices",
  category: "prices",
  format: "markdown" as const,
  body: sentences.join("\n\n"),
});
const SCREEN = "## Screens\n\nA laptop screen costs $179.";
const DEARER = "## Screens\n\nA laptop screen costs $199.";
const BATTERY = "## Batteries\n\nA battery costs $89.";
const TOO_MANY = Array.from({ length: MAX_PASSAGES + 1 }, (_, i) => `## ${i}\n\nText ${i}.`);

type Knowledge = Doc<"knowledge">;
async function rowsOf<K extends Knowledge["kind"]>(t: Deployment, kind: K) {
  const { knowledge } = await snapshot(t);
  return (knowledge as Knowledge[]).filter(
    (row): row is Extract<Knowledge, { kind: K }> => row.kind === kind,
  );
}
const timers = async (t: Deployment, kind: string) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter((row) => row.kind === kind);
const live = async (t: Deployment) =>
  (await rowsOf(t, "passage")).filter((row) => row.live).map((row) => row.text.split("\n")[1]);

async function add(t: Deployment, sam: Caller, ...sentences: string[]) {
  const documentId = await sam.t.mutation(api.knowledge.addDocument, text(...sentences));
  await finishIngests(t);
  return documentId;
}
const replace = (sam: Caller, documentId: Id<"knowledge">, ...sentences: string[]) =>
  sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text(...sentences) });

/** A document whose price has risen. */
async function shop() {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, SCREEN, BATTERY);
  await replace(sam, documentId, DEARER, BATTERY);
  await finishIngests(t);
  return { t, sam, documentId };
}

test("each version says who made it, when and by what act, and what changed to the one before", async () => {
  const { t, sam, documentId } = await shop();
  const dana = await technician(t);
  const by = { userId: sam.userId, name: "Sam" };
  expect(await dana.t.query(api.versions.list, { documentId })).toMatchObject([
    { version: 2, place: "live", act: "document_replaced", by, title: "Prices" },
    { version: 1, place: "past", act: "document_added", by },
  ]);
  const version = await dana.t.query(api.versions.get, { documentId, version: 2 });
  expect(version).toMatchObject({ since: 1, body: `${DEARER}\n\n${BATTERY}` });
  expect(version.changes).toEqual([
    {
      heading: "Screens",
      before: "A laptop screen costs $179.",
      after: "A laptop screen costs $199.",
    },
  ]);
  const first = await dana.t.query(api.versions.get, { documentId, version: 1 });
  expect(first.since).toBeUndefined();
  expect(first.changes.map(({ before, after }) => [before, after])).toEqual([
    [undefined, "A laptop screen costs $179."],
    [undefined, "A battery costs $89."],
  ]);
  const back = await dana.t.query(api.versions.get, { documentId, version: 1, since: 2 });
  expect(back.changes).toMatchObject([{ after: "A laptop screen costs $179." }]);
});

test("who made a version is forgotten with their account", async () => {
  const { t, sam, documentId } = await shop();
  const dana = await technician(t);
  await t.run(async (ctx) => {
    for await (const event of ctx.db.query("analytics")) {
      if (event.kind === "event" && event.actorId === sam.userId)
        await ctx.db.patch("analytics", event._id, { actorId: undefined });
    }
  });
  const versions = await dana.t.query(api.versions.list, { documentId });
  expect(versions.map(({ by }) => by)).toEqual([undefined, undefined]);
  expect(
    (await rowsOf(t, "version")).filter((row) => JSON.stringify(row).includes(sam.userId)),
  ).toEqual([]);
});

test("a document answers by what it said again, as a new version that says of which", async () => {
  const { t, sam, documentId } = await shop();
  await sam.t.mutation(api.versions.takeBack, { documentId, to: 1 });
  await finishIngests(t);
  expect(await live(t)).toEqual(["A laptop screen costs $179.", "A battery costs $89."]);
  const [latest] = await sam.t.query(api.versions.list, { documentId });
  expect(latest).toMatchObject({ version: 3, textOf: 1, place: "live", act: "document_replaced" });
});

test("what a document says already is not taken back to, whichever version said it", async () => {
  const { t, sam, documentId } = await shop();
  const takeBack = (to: number) => sam.t.mutation(api.versions.takeBack, { documentId, to });
  expect((await refusal(takeBack(2))).code).toBe("conflict");
  await takeBack(1);
  await finishIngests(t);
  expect((await refusal(takeBack(1))).code).toBe("conflict");
  expect((await refusal(takeBack(9))).code).toBe("not_found");
  expect(await sam.t.query(api.versions.list, { documentId })).toHaveLength(3);
});

test("while a version is read in nothing is taken back", async () => {
  const { sam, documentId } = await shop();
  await replace(sam, documentId, "Something else.");
  const call = sam.t.mutation(api.versions.takeBack, { documentId, to: 1 });
  expect((await refusal(call)).message).toContain("being read in");
});

test("a version that could not be read in keeps its number for the next, and the one that answers keeps its text", async () => {
  const { t, sam, documentId } = await shop();
  await replace(sam, documentId, ...TOO_MANY);
  await finishIngests(t);
  expect(await live(t)).toEqual(["A laptop screen costs $199.", "A battery costs $89."]);
  const places = async () =>
    (await sam.t.query(api.versions.list, { documentId })).map((one) => [one.version, one.place]);
  expect(await places()).toEqual([
    [3, "next"],
    [2, "live"],
    [1, "past"],
  ]);
  const answering = await sam.t.query(api.versions.get, { documentId, version: 2 });
  expect(answering.body).toBe(`${DEARER}\n\n${BATTERY}`);
  // Back to what answers: the text that failed is gone.
  await sam.t.mutation(api.versions.takeBack, { documentId, to: 2 });
  await finishIngests(t);
  expect(await places()).toEqual([
    [3, "live"],
    [2, "past"],
    [1, "past"],
  ]);
  expect(await live(t)).toEqual(["A laptop screen costs $199.", "A battery costs $89."]);
  expect(await rowsOf(t, "body")).toHaveLength(3);
});

test("a document from before versions were kept has its text in its first edit's history", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, SCREEN);
  await t.run(async (ctx) => {
    for await (const row of ctx.db.query("knowledge"))
      if (row.kind === "version") await ctx.db.delete("knowledge", row._id);
  });
  expect(await sam.t.query(api.versions.get, { documentId, version: 1 })).toMatchObject({
    body: SCREEN,
  });
  await replace(sam, documentId, DEARER);
  await finishIngests(t);
  const { body } = await sam.t.query(api.versions.get, { documentId, version: 1 });
  expect(body).toBe(SCREEN);
});

test("of a document that is changed again and again the last versions are kept, with a text each", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await add(t, sam, "The price is $0.");
  for (let i = 1; i <= MAX_VERSIONS + 2; i++) {
    await replace(sam, documentId, `The price is $${i}.`);
    await finishIngests(t);
  }
  const versions = await sam.t.query(api.versions.list, { documentId });
  expect(versions).toHaveLength(MAX_VERSIONS);
  expect(await rowsOf(t, "body")).toHaveLength(MAX_VERSIONS);
  const oldest = versions.at(-1)!.version;
  const { body } = await sam.t.query(api.versions.get, { documentId, version: oldest });
  expect(body).toBe(`The price is $${oldest - 1}.`);
  const gone = sam.t.query(api.versions.get, { documentId, version: oldest - 1 });
  expect((await refusal(gone)).code).toBe("not_found");
  await sam.t.mutation(api.knowledge.remove, { documentId });
  expect([...(await rowsOf(t, "version")), ...(await rowsOf(t, "body"))]).toEqual([]);
});

type Mail = { to: string; subject: string; text: string };
const mailsTo = async (address: string) =>
  ((await control("/emails")) as { emails: Mail[] }).emails.filter(({ to }) =>
    String(to).includes(address),
  );

test("an admin is told a week before a document's end, and at its end it answers no more", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + 30 * DAY;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await runUntil(t, expiresAt - 8 * DAY);
  const [waiting] = await timers(t, "expire");
  expect(waiting).toMatchObject({ state: "running", dueAt: expiresAt - 7 * DAY });
  await runUntil(t, expiresAt - 6 * DAY);
  const alerts = await timers(t, "alert");
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ state: "done", step: "1 e-mailed" });
  expect(await live(t)).toHaveLength(2);
  await runUntil(t, expiresAt + MINUTE);
  expect(await live(t)).toEqual([]);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    state: "unpublished",
    expiresAt,
  });
  const found = await sam.t.action(api.knowledge.search, { question: "How much is a screen?" });
  expect(found.passages).toEqual([]);
  // Told once: what else is digested later says nothing of it.
  expect(await timers(t, "alert")).toHaveLength(1);
});

test("what the admin reads names the document and the day", async () => {
  const { t, sam, documentId } = await shop();
  const address = `owner-${crypto.randomUUID()}@shop.example`;
  await t.run((ctx) => ctx.db.patch("users", sam.userId, { email: address }));
  vi.setSystemTime(Date.UTC(2027, 10, 1, 15));
  const expiresAt = Date.UTC(2027, 10, 5, 21);
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await runUntil(t, Date.now() + 5 * MINUTE);
  const [mail] = await mailsTo(address);
  expect(mail?.subject).toBe("1 document has come to a set time");
  expect(mail?.text).toContain('"Prices" stops answering on Friday, November 5 at 5:00 PM EDT.');
});

test("a text that is being read in at the end of its document's time answers neither", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + HOUR;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await runUntil(t, expiresAt - MINUTE);
  await replace(sam, documentId, SCREEN);
  // Its ingest is held up until the time is over.
  const [timer] = await timers(t, "expire");
  vi.setSystemTime(expiresAt);
  const ref = { timerId: timer!._id, attempt: 1 };
  await t.mutation(internal.workflows.fire, { ref, nth: 1 });
  expect(await live(t)).toEqual([]);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    state: "ingesting",
  });
  await finishIngests(t);
  expect(await live(t)).toEqual([]);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    state: "unpublished",
    version: 3,
  });
  // The next text is one of after that time: it has none.
  await replace(sam, documentId, DEARER);
  await finishIngests(t);
  expect(await live(t)).toEqual(["A laptop screen costs $199."]);
  const { expiresAt: left } = await sam.t.query(api.knowledge.get, { documentId });
  expect(left).toBeUndefined();
});

test("a later text keeps the end that was set, and a time that is taken away ends nothing", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + 3 * DAY;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await replace(sam, documentId, SCREEN);
  await finishIngests(t);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({ expiresAt });
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt: expiresAt + DAY });
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt: null });
  await runUntil(t, expiresAt + 2 * DAY);
  expect(await live(t)).toEqual(["A laptop screen costs $179."]);
  expect((await timers(t, "expire")).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
});

test("a document that has ended is published by hand, and has no end then", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + DAY;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await runUntil(t, expiresAt + MINUTE);
  await sam.t.mutation(api.knowledge.publish, { documentId });
  expect(await live(t)).toHaveLength(2);
  await replace(sam, documentId, SCREEN);
  await finishIngests(t);
  expect(await live(t)).toEqual(["A laptop screen costs $179."]);
});

test("a time that has passed, or lies beyond two years, is refused", async () => {
  const { t, sam, documentId } = await shop();
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  for (const at of [Date.now() - 1, Date.now(), Date.now() + 800 * DAY, NaN, Infinity]) {
    const expiry = sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt: at });
    expect(await outcomeOf(expiry)).toBe("invalid_input");
    const publish = sam.t.mutation(api.versions.publishAt, { what: { documentId }, at });
    expect(await outcomeOf(publish)).toBe("invalid_input");
  }
  expect([...(await timers(t, "expire")), ...(await timers(t, "publish"))]).toEqual([]);
});

test("a draft answers from its time on, and its act names no one at the CLI", async () => {
  const { t, sam, documentId } = await shop();
  const draftId = await sam.t.mutation(api.drafts.save, { documentId, ...text(SCREEN) });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const at = Date.now() + 3 * DAY;
  await sam.t.mutation(api.versions.publishAt, { what: { draftId, updatedAt }, at });
  expect(await sam.t.query(api.drafts.get, { draftId })).toMatchObject({ publishAt: at });
  await runUntil(t, at - MINUTE);
  expect(await live(t)).toContain("A laptop screen costs $199.");
  await runUntil(t, at + MINUTE);
  await finishIngests(t);
  expect(await live(t)).toEqual(["A laptop screen costs $179."]);
  expect(await rowsOf(t, "draft")).toEqual([]);
  expect((await timers(t, "publish")).map(({ state }) => state)).toEqual(["done"]);
  const { page: events } = await sam.t.query(api.analytics.events, {
    type: "document_replaced",
    paginationOpts: page(),
  });
  expect(events[0]).toMatchObject({ data: { reason: "at its time" } });
});

test("a draft that was changed after it was given its time is not published, and an admin is told why", async () => {
  const { t, sam, documentId } = await shop();
  const dana = await technician(t);
  const draftId = await sam.t.mutation(api.drafts.save, { documentId, ...text(SCREEN) });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const at = Date.now() + DAY;
  await sam.t.mutation(api.versions.publishAt, { what: { draftId, updatedAt }, at });
  await dana.t.mutation(api.drafts.save, { draftId, ...text("A screen is free.") });
  await runUntil(t, at + 5 * MINUTE);
  expect(await live(t)).toEqual(["A laptop screen costs $199.", "A battery costs $89."]);
  const [timer] = await timers(t, "publish");
  expect(timer).toMatchObject({ state: "failed", error: { code: "not_published" } });
  expect((await timers(t, "alert")).map(({ step }) => step)).toEqual(["1 e-mailed"]);
  expect(await sam.t.query(api.drafts.get, { draftId })).toMatchObject({
    body: "A screen is free.",
  });
  // And it stays so: what failed is not tried by itself.
  await runUntil(t, at + HOUR);
  expect(await live(t)).toHaveLength(2);
});

test("a draft whose document is being read in at its time goes when that is done", async () => {
  const { t, sam, documentId } = await shop();
  const draftId = await sam.t.mutation(api.drafts.save, { documentId, ...text(SCREEN) });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const at = Date.now() + DAY;
  await sam.t.mutation(api.versions.publishAt, { what: { draftId, updatedAt }, at });
  const [timer] = await timers(t, "publish");
  vi.setSystemTime(at);
  await t.run((ctx) => ctx.db.patch("knowledge", documentId, { nextVersion: 3 }));
  const ref = { timerId: timer!._id, attempt: 1 };
  const next = await t.mutation(internal.workflows.fire, { ref, nth: 0 });
  expect(next).toEqual({ dueAt: at + MINUTE, fires: 1 });
  expect(await rowsOf(t, "draft")).toHaveLength(1);
});

test("a document that is not answering answers again from its time on; one that does is refused", async () => {
  const { t, sam, documentId } = await shop();
  const at = Date.now() + DAY;
  const call = () => sam.t.mutation(api.versions.publishAt, { what: { documentId }, at });
  expect((await refusal(call())).code).toBe("conflict");
  await sam.t.mutation(api.knowledge.unpublish, { documentId });
  await call();
  await runUntil(t, at + MINUTE);
  expect(await live(t)).toHaveLength(2);
});

test("with its document, or its draft, what was to happen at a time is called off", async () => {
  const { t, sam, documentId } = await shop();
  const draftId = await sam.t.mutation(api.drafts.save, { ...text(SCREEN), title: "Other" });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const at = Date.now() + DAY;
  await sam.t.mutation(api.versions.publishAt, { what: { draftId, updatedAt }, at });
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt: at });
  await sam.t.mutation(api.drafts.discard, { draftId });
  await sam.t.mutation(api.knowledge.remove, { documentId });
  const rows = [...(await timers(t, "publish")), ...(await timers(t, "expire"))];
  expect(rows.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  await runUntil(t, at + HOUR);
  expect(await live(t)).toEqual([]);
});

test("an admin may call either off where processes are listed", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + 2 * DAY;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  const [timer] = await timers(t, "expire");
  const dana = await technician(t);
  const cancel = (by: Caller) => by.t.mutation(api.workflows.cancel, { workflowId: timer!._id });
  expect((await refusal(cancel(dana))).code).toBe("forbidden");
  await cancel(sam);
  const document = await sam.t.query(api.knowledge.get, { documentId });
  expect(document.expiresAt).toBeUndefined();
  await runUntil(t, expiresAt + MINUTE);
  expect(await live(t)).toHaveLength(2);
});

test("a time whose job was lost, as by a restored snapshot, comes all the same", async () => {
  const { t, sam, documentId } = await shop();
  const expiresAt = Date.now() + DAY;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  await runUntil(t, Date.now() + MINUTE);
  const [timer] = await timers(t, "expire");
  await t.run((ctx) => ctx.scheduler.cancel(timer!.jobId!));
  await runUntil(t, expiresAt + HOUR);
  expect(await live(t)).toHaveLength(2);
  await t.mutation(internal.workflows.rearmTimers, {});
  await runUntil(t, Date.now() + MINUTE);
  expect(await live(t)).toEqual([]);
});

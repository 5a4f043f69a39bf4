/** Drafts: beside what is live until an admin approves them, and then exactly as if the admin had typed them. */
import { beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { MAX_DRAFTS } from "../../convex/model/knowledge/drafts";
import {
  admin,
  clockedDeployment,
  finishIngests,
  hush,
  outcomeOf,
  page,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(hush);

const SCREENS = {
  title: "Screens",
  category: "prices",
  format: "markdown" as const,
  body: "A laptop screen costs $179.",
};
const HIGHER = { ...SCREENS, body: "A laptop screen costs $199." };

async function rowsOf(t: Deployment, kind: string) {
  const { knowledge } = await snapshot(t);
  return (knowledge as { kind: string; text?: string }[]).filter((row) => row.kind === kind);
}
const live = async (t: Deployment) => (await rowsOf(t, "passage")).map(({ text }) => text);

async function addScreens(t: Deployment, sam: Caller) {
  const documentId = await sam.t.mutation(api.knowledge.addDocument, SCREENS);
  await finishIngests(t);
  return documentId;
}
const approve = async (sam: Caller, draftId: Awaited<ReturnType<typeof addScreens>>) => {
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  return await sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
};

test("a technician's draft answers nothing until an admin approves it, and then is a document", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  const draftId = await dana.t.mutation(api.drafts.save, SCREENS);
  await finishIngests(t);
  expect(await rowsOf(t, "passage")).toEqual([]);
  expect(await dana.t.query(api.drafts.get, { draftId })).toMatchObject(SCREENS);
  const documentId = await approve(sam, draftId);
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens\nA laptop screen costs $179."]);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    ...SCREENS,
    slug: "screens",
    state: "published",
  });
  // Nothing is left of the draft: one text, the document's.
  expect(await rowsOf(t, "draft")).toEqual([]);
  expect(await rowsOf(t, "body")).toHaveLength(1);
});

test("a draft of a document changes nothing of it until it is approved", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  const documentId = await addScreens(t, sam);
  const draftId = await dana.t.mutation(api.drafts.save, { documentId, ...HIGHER });
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    ...SCREENS,
    state: "published",
    version: 1,
  });
  expect(await approve(sam, draftId)).toBe(documentId);
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens\nA laptop screen costs $199."]);
});

test("a document has one draft at most", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  const documentId = await addScreens(t, sam);
  const draftId = await dana.t.mutation(api.drafts.save, { documentId, ...HIGHER });
  const second = sam.t.mutation(api.drafts.save, { documentId, ...SCREENS });
  expect(await outcomeOf(second)).toBe("conflict");
  await sam.t.mutation(api.drafts.discard, { draftId });
  await sam.t.mutation(api.drafts.save, { documentId, ...SCREENS });
  expect(await rowsOf(t, "draft")).toHaveLength(1);
  expect(await rowsOf(t, "body")).toHaveLength(2);
});

test("an admin approves the text that they have read, beside the version that is live", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  const documentId = await addScreens(t, sam);
  const draftId = await dana.t.mutation(api.drafts.save, { documentId, ...HIGHER });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  // In the same millisecond, even.
  await dana.t.mutation(api.drafts.save, { draftId, ...HIGHER, body: "A screen is free." });
  const blind = sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
  expect(await outcomeOf(blind)).toBe("conflict");

  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...SCREENS });
  await finishIngests(t);
  expect(await outcomeOf(approve(sam, draftId))).toBe("conflict");
  await dana.t.mutation(api.drafts.save, { draftId, ...HIGHER });
  await approve(sam, draftId);
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens\nA laptop screen costs $199."]);
});

test("a draft of a document that is removed becomes one of a new document", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const documentId = await addScreens(t, sam);
  const draftId = await sam.t.mutation(api.drafts.save, { documentId, ...HIGHER });
  await sam.t.mutation(api.knowledge.remove, { documentId });
  await approve(sam, draftId);
  await finishIngests(t);
  expect(await live(t)).toEqual(["Screens\nA laptop screen costs $199."]);
});

test("a draft is checked as a document is, and there are so many at most", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const save = (text: object) => sam.t.mutation(api.drafts.save, { ...SCREENS, ...text });
  expect(await outcomeOf(save({ title: " " }))).toBe("invalid_input");
  expect(await outcomeOf(save({ body: "x".repeat(200_001) }))).toBe("too_large");
  const draftId = await save({});
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...row } = (await ctx.db.get("knowledge", draftId))!;
    for (let i = 1; i < MAX_DRAFTS; i++) await ctx.db.insert("knowledge", row);
  });
  expect(await outcomeOf(save({}))).toBe("too_large");
  const { page: drafts } = await sam.t.query(api.drafts.list, { paginationOpts: page(100) });
  await sam.t.mutation(api.drafts.discard, { draftId: drafts[0]!._id });
  await save({});
});

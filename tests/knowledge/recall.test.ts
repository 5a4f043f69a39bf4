/** Who was told what a document says no longer, and that they are told, once. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { DAY, HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  finishIngests,
  finishProcesses,
  hush,
  messages,
  page,
  refusal,
  row,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { CHAT, losePatience, mailsTo, newAddress, nextStep, sendLetter } from "../mail/shop";
import { claim } from "../sms/shop";

beforeEach(hush);

const prices = (screen: string, battery = "$69") => ({
  title: "Prices",
  category: "prices",
  format: "markdown" as const,
  body: `## Screens\n\nAn iPhone 13 screen costs ${screen}.\n\n## Batteries\n\nAn iPhone battery costs ${battery}.`,
});
const OLD = "An iPhone 13 screen costs $129 [1].";
const CORRECTION =
  'A correction to what we told you earlier.\nWe said: "An iPhone 13 screen costs $129."\nIt is now: An iPhone 13 screen costs $149.';

/** A shop whose price is $129; `edit` makes it another. */
async function shop(env: Record<string, string> = {}) {
  const t = clockedDeployment(env);
  // A Wednesday at noon, so that it is open.
  vi.setSystemTime(Date.UTC(2027, 5, 2, 16));
  const sam = await admin(t);
  const documentId = await sam.t.mutation(api.knowledge.addDocument, prices("$129"));
  await finishIngests(t);
  const edit = async (screen: string) => {
    await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...prices(screen) });
    await finishIngests(t);
  };
  return { t, sam, documentId, edit };
}

type Asked = {
  fields?: Partial<Doc<"conversations">>;
  message?: Partial<Doc<"messages">>;
  /** Which versions of the document it cites. */
  version?: number;
};

let asked = 0;
/** A conversation in which the AI has said something, by the document. */
async function told(
  t: Deployment,
  documentId: Id<"knowledge">,
  text: string,
  { fields, message, version = 1 }: Asked = {},
): Promise<Id<"conversations">> {
  const ann = await customer(t, `customer-${++asked}@example.com`);
  const agentId = await addAgent(t, { slug: `agent-${asked}`, status: "paused" });
  return await t.run(async (ctx) => {
    const passage = await ctx.db
      .query("knowledge")
      .withIndex("by_document_and_version", (q) =>
        q.eq("documentId", documentId).eq("kind", "passage"),
      )
      .first();
    const conversationId = await ctx.db.insert("conversations", {
      userId: ann.userId,
      channel: "web",
      status: "open",
      owner: { kind: "ai" },
      turn: 1,
      episode: 1,
      lastMessageAt: Date.now(),
      preview: "",
      unreadByCustomer: 0,
      unreadByStaff: 0,
      aiReplies: 1,
      ...fields,
    });
    const said = {
      conversationId,
      visibility: "public" as const,
      status: "complete" as const,
      turn: 1,
      episode: 1,
      settledAt: Date.now(),
    };
    await ctx.db.insert("messages", {
      ...said,
      author: { kind: "customer" },
      text: "How much is an iPhone 13 screen?",
    });
    await ctx.db.insert("messages", {
      ...said,
      author: { kind: "agent", agentId, name: "Front Desk" },
      text,
      citations: [
        {
          n: 1,
          passageId: passage!._id,
          documentId,
          version,
          title: "Prices",
          heading: "Screens",
          excerpt: "Prices › Screens\nAn iPhone 13 screen costs $129.",
        },
      ],
      ...message,
    });
    return conversationId;
  });
}

async function list(sam: Caller, documentId: Id<"knowledge">) {
  const found = [];
  for (const view of ["open", "resolved"] as const) {
    const args = { documentId, view, paginationOpts: page(10) };
    found.push(...(await sam.t.query(api.recalls.list, args)).page);
  }
  return found;
}
const listed = async (sam: Caller, documentId: Id<"knowledge">) =>
  (await list(sam, documentId)).map(({ conversationId }) => conversationId);

async function tell(t: Deployment, sam: Caller, documentId: Id<"knowledge">, text?: string) {
  const workflowId = await sam.t.mutation(api.recalls.tell, {
    documentId,
    ...(text !== undefined && { text }),
  });
  await finishProcesses(t, "recall");
  await runUntil(t, Date.now() + SECOND);
  return await sam.t.query(api.workflows.get, { workflowId });
}
const corrections = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).filter(({ corrects }) => corrects !== undefined);

/** So that nobody waits for answers of the moment of the edit. */
const later = () => vi.setSystemTime(Date.now() + HOUR);

test("an edit lists who was told the old price by the AI, and nobody else", async () => {
  const { t, sam, documentId, edit } = await shop();
  const other = await sam.t.mutation(api.knowledge.addDocument, {
    ...prices("$129"),
    title: "Other prices",
  });
  await finishIngests(t);
  const ann = await told(t, documentId, OLD);
  await told(t, documentId, "An iPhone battery costs $69 [1].");
  await told(t, other, OLD);
  await told(t, documentId, "We can do that [1].");
  const says = { author: { kind: "technician" as const, name: "Dana" }, citations: undefined };
  await told(t, documentId, "An iPhone 13 screen costs $129.", { message: says });
  const note = { visibility: "staff" as const };
  await told(t, documentId, OLD, { message: note });
  const resolved = (days: number) => ({
    fields: { status: "resolved" as const, resolvedAt: Date.now() - days * DAY },
  });
  const recent = await told(t, documentId, OLD, resolved(29));
  await told(t, documentId, OLD, resolved(31));
  expect(await listed(sam, documentId)).toEqual([]);
  await edit("$149");
  const found = await list(sam, documentId);
  expect(found.map(({ conversationId }) => conversationId)).toEqual([ann, recent]);
  expect(found[0]).toMatchObject({
    customer: { name: "Ann" },
    stale: [{ said: "An iPhone 13 screen costs $129.", now: "An iPhone 13 screen costs $149." }],
    correction: CORRECTION,
  });
});

test("one call tells them, each once, however often it is called", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ids = [];
  for (let i = 0; i < 12; i++) ids.push(await told(t, documentId, OLD));
  const other = await told(t, documentId, "An iPhone battery costs $69 [1].");
  await edit("$149");
  later();
  expect((await tell(t, sam, documentId)).step).toBe("12 customers told");
  for (const id of ids) {
    expect((await corrections(t, id)).map(({ text }) => text)).toEqual([CORRECTION]);
    expect(await row(t, id)).toMatchObject({ unreadByCustomer: 1 });
  }
  expect(await corrections(t, other)).toEqual([]);
  expect((await tell(t, sam, documentId)).step).toBe("0 customers told");
  for (const id of ids) expect(await corrections(t, id)).toHaveLength(1);
  const found = await list(sam, documentId);
  expect(found.every(({ told }) => told !== undefined)).toBe(true);
  // Two calls at a time are one.
  const both = [1, 2].map(() => sam.t.mutation(api.recalls.tell, { documentId }));
  const [first, second] = await Promise.all(both);
  expect(first).toBe(second);
});

test("a conversation that moves while it is gone through, because its customer writes, is found", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 7; i++)
    ids.push(await told(t, documentId, OLD, { fields: { silentSince: i + 1 } }));
  await edit("$149");
  later();
  const workflowId = await sam.t.mutation(api.recalls.tell, { documentId });
  // The first page has been gone through, and the last conversation moves behind it.
  const first = {
    processId: workflowId,
    view: "open" as const,
    cursor: null,
    found: 0,
    again: false,
  };
  await t.mutation(internal.recalls.tellPage, first);
  await t.run((ctx) => ctx.db.patch("conversations", ids[6]!, { silentSince: undefined }));
  await finishProcesses(t, "recall");
  await runUntil(t, Date.now() + SECOND);
  for (const id of ids) expect(await corrections(t, id)).toHaveLength(1);
});

test("one who is told twice at the same moment is told once", async () => {
  const { t, sam, documentId, edit } = await shop();
  const conversationId = await told(t, documentId, OLD);
  await edit("$149");
  for (let i = 0; i < 3; i++)
    await t.mutation(internal.recalls.tellOne, { documentId, conversationId });
  expect(await corrections(t, conversationId)).toHaveLength(1);
  expect((await list(sam, documentId))[0]).toMatchObject({ told: {} });
});

test("an admin's own words go instead, within three segments", async () => {
  const { t, sam, documentId, edit } = await shop();
  const id = await told(t, documentId, OLD);
  await edit("$149");
  const call = (text: string) => sam.t.mutation(api.recalls.tell, { documentId, text });
  expect((await refusal(call("x".repeat(500)))).code).toBe("too_large");
  expect((await refusal(call("  "))).code).toBe("invalid_input");
  later();
  await tell(t, sam, documentId, "Screens of the iPhone 13 cost $149 since Monday.");
  expect((await corrections(t, id)).map(({ text }) => text)).toEqual([
    "Screens of the iPhone 13 cost $149 since Monday.",
  ]);
  // Who has read these words is on the list again when they hold no longer.
  await edit("$159");
  expect((await list(sam, documentId))[0]).toMatchObject({
    stale: [{ said: "Screens of the iPhone 13 cost $149 since Monday." }],
  });
});

test("an answer that was being written while the document changed is corrected when it is there", async () => {
  const { t, sam, documentId, edit } = await shop();
  const id = await told(t, documentId, OLD);
  await edit("$149");
  await sam.t.mutation(api.recalls.tell, { documentId });
  await runUntil(t, Date.now() + 10 * SECOND);
  expect(await corrections(t, id)).toHaveLength(1);
  // Its passages were read before the edit.
  const late = await told(t, documentId, OLD);
  const { _id, _creationTime, ...answer } = (await messages(t, late)).at(-1)!;
  await t.run((ctx) => ctx.db.insert("messages", { ...answer, conversationId: id }));
  await runUntil(t, Date.now() + 4 * MINUTE);
  expect(await corrections(t, late)).toHaveLength(1);
  expect(await corrections(t, id)).toHaveLength(2);
  const { workflows } = await snapshot(t);
  const [process] = (workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "recall");
  expect(process).toMatchObject({ state: "done", step: "3 customers told" });
});

test("an answer by the new version is nobody's to be corrected", async () => {
  const { t, sam, documentId, edit } = await shop();
  await edit("$149");
  const text = "An iPhone 13 screen costs $149 [1].";
  await told(t, documentId, text, { version: 2 });
  expect(await listed(sam, documentId)).toEqual([]);
  await edit("$159");
  expect(await listed(sam, documentId)).toHaveLength(1);
});

test("a price that changes again: who had the correction is told anew, and whoever had none once", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  later();
  await tell(t, sam, documentId);
  const bob = await told(t, documentId, OLD);
  await edit("$159");
  later();
  await tell(t, sam, documentId);
  expect((await corrections(t, ann)).at(-1)!.text).toContain(
    'We said: "An iPhone 13 screen costs $149."\nIt is now: An iPhone 13 screen costs $159.',
  );
  expect(await corrections(t, ann)).toHaveLength(2);
  expect((await corrections(t, bob)).map(({ text }) => text)).toEqual([
    CORRECTION.replace("$149", "$159"),
  ]);
  expect((await tell(t, sam, documentId)).step).toBe("0 customers told");
});

test("what is taken back is recalled as an edit is; who was told what holds again is not", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  const bob = await told(t, documentId, "An iPhone 13 screen costs $149 [1].", { version: 2 });
  expect(await listed(sam, documentId)).toEqual([ann]);
  await sam.t.mutation(api.versions.takeBack, { documentId, to: 1 });
  await finishIngests(t);
  expect(await listed(sam, documentId)).toEqual([bob]);
});

test("at a document's end whatever it said is recalled, once, with nothing in its place", async () => {
  const { t, sam, documentId } = await shop();
  const ann = await told(t, documentId, OLD);
  const expiresAt = Date.now() + HOUR;
  await sam.t.mutation(api.versions.setExpiry, { documentId, expiresAt });
  expect(await listed(sam, documentId)).toEqual([]);
  await runUntil(t, expiresAt + MINUTE);
  expect(await listed(sam, documentId)).toEqual([ann]);
  later();
  await tell(t, sam, documentId);
  await tell(t, sam, documentId);
  expect((await corrections(t, ann)).map(({ text }) => text)).toEqual([
    'A correction to what we told you earlier.\nWe said: "An iPhone 13 screen costs $129." That no longer holds.\nAsk us here before you rely on it.',
  ]);
});

test("of a version that is no longer kept the answer's own excerpt tells what it said", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  await t.run(async (ctx) => {
    for await (const one of ctx.db.query("knowledge"))
      if (one.kind === "version" && one.version === 1) await ctx.db.delete("knowledge", one._id);
  });
  expect(await listed(sam, documentId)).toEqual([ann]);
});

test("an answer that was stopped names no source: its price counts all the same", async () => {
  const { t, sam, documentId, edit } = await shop();
  const message = { status: "stopped" as const, citations: undefined };
  const ann = await told(t, documentId, "An iPhone 13 screen costs $129 [1]. It ta", { message });
  await edit("$149");
  expect(await listed(sam, documentId)).toEqual([ann]);
  // By its time it can't be of the old version.
  vi.setSystemTime(Date.now() + 2 * HOUR);
  await told(t, documentId, "An iPhone 13 screen costs $129 [1]. It ta", { message });
  expect(await listed(sam, documentId)).toEqual([ann]);
});

test("the hours are never cited: whoever was told the old ones is on the list", async () => {
  const { t, sam } = await shop();
  const { documentId } = await sam.t.mutation(api.knowledge.setHours, { hours: seedOpeningHours });
  await finishIngests(t);
  const weekday = seedOpeningHours.weekly.mon[0]!;
  expect(weekday).toEqual(["09:00", "18:00"]);
  const message = { citations: undefined };
  const ann = await told(t, documentId, "On Monday we are open until 6:00 PM.", { message });
  await told(t, documentId, "On Monday we open at 9:00 AM.", { message });
  const author = { kind: "technician" as const, name: "Dana" };
  await told(t, documentId, "On Monday we are open until 6:00 PM.", {
    message: { ...message, author },
  });
  const weekly = { ...seedOpeningHours.weekly, mon: [["09:00", "17:00"]] };
  await sam.t.mutation(api.knowledge.setHours, { hours: { ...seedOpeningHours, weekly } });
  await finishIngests(t);
  expect(await listed(sam, documentId)).toEqual([ann]);
});

/** In a conversation by text, with a number that is theirs. */
async function byText(
  t: Deployment,
  documentId: Id<"knowledge">,
  smsConsent: Doc<"users">["smsConsent"],
) {
  const id = await told(t, documentId, OLD, {
    fields: { channel: "sms" },
    message: { delivery: { state: "sent", purpose: "answer", attempt: 1, at: 1, segments: 1 } },
  });
  const { userId } = await row(t, id);
  const textsFrom = `+1614555${1000 + asked}`;
  await t.run((ctx) => ctx.db.patch("users", userId, { textsFrom, smsConsent }));
  return id;
}

/** Told by hand, so that no sender is at work. */
async function correct(t: Deployment, documentId: Id<"knowledge">, id: Id<"conversations">) {
  await t.mutation(internal.recalls.tellOne, { documentId, conversationId: id });
  return (await corrections(t, id)).at(-1)!;
}
const reload = async (t: Deployment, { _id }: Doc<"messages">) =>
  (await t.run((ctx) => ctx.db.get("messages", _id)))!;

test("by text it goes to whoever wants texts, and not to whoever has opted out, who is not asked again", async () => {
  const { t, sam, documentId, edit } = await shop();
  const [ann, bob] = [
    await byText(t, documentId, "granted"),
    await byText(t, documentId, "revoked"),
  ];
  await edit("$149");
  const toAnn = await correct(t, documentId, ann);
  const toBob = await correct(t, documentId, bob);
  const sent = await claim(t, toAnn._id);
  const now = "It is now: An iPhone 13 screen costs $149.";
  expect(sent).toMatchObject({ body: expect.stringContaining(now) as string });
  expect(await claim(t, toBob._id)).toBeNull();
  expect((await reload(t, toBob)).delivery).toMatchObject({
    state: "cancelled",
    reason: "opted_out",
  });
  await correct(t, documentId, bob);
  expect(await corrections(t, bob)).toHaveLength(1);
  const found = await list(sam, documentId);
  expect(found.map(({ told }) => told?.delivery)).toEqual(["sending", "cancelled"]);
});

test("who has left their address and gone is mailed the correction, once", async () => {
  const { t, documentId, edit } = await shop({ CHAT_URL: CHAT });
  const address = newAddress();
  const ann = await told(t, documentId, OLD, { fields: { contact: { email: address } } });
  await edit("$149");
  await correct(t, documentId, ann);
  losePatience();
  await sendLetter({ t, conversationId: ann });
  await correct(t, documentId, ann);
  expect((await nextStep(t, ann)).kind).toBe("end");
  const [mail, ...more] = await mailsTo(address);
  expect(more).toEqual([]);
  expect(mail!.subject).toMatch(/^A correction from /);
  expect(mail!.text).toContain("It is now: An iPhone 13 screen costs $149.");
  expect(mail!.text).toContain(`${CHAT}#mail=`);
});

test("a text waits for the morning, and goes though somebody has spoken in the meantime", async () => {
  const { t, documentId, edit } = await shop();
  const ann = await byText(t, documentId, "granted");
  await edit("$149");
  // One at night.
  vi.setSystemTime(Date.UTC(2027, 5, 3, 5));
  const correction = await correct(t, documentId, ann);
  expect(await claim(t, correction._id)).toBeNull();
  expect((await reload(t, correction)).delivery).toMatchObject({
    state: "queued",
    waitsFor: "opening",
  });
  vi.setSystemTime(Date.UTC(2027, 5, 3, 16));
  await t.run(async (ctx) => {
    const { turn, episode } = (await ctx.db.get("conversations", ann))!;
    await ctx.db.insert("messages", {
      ...{ conversationId: ann, turn, episode, author: { kind: "customer" as const } },
      ...{ visibility: "public" as const, status: "complete" as const, text: "Hello?" },
      settledAt: Date.now(),
    });
  });
  expect(await claim(t, correction._id)).not.toBeNull();
});

test("of two corrections that wait for the morning the last one goes", async () => {
  const { t, documentId, edit } = await shop();
  const ann = await byText(t, documentId, "granted");
  // At night, so that both wait.
  vi.setSystemTime(Date.UTC(2027, 5, 3, 5));
  await edit("$149");
  const first = await correct(t, documentId, ann);
  await edit("$159");
  const second = await correct(t, documentId, ann);
  expect(second._id).not.toBe(first._id);
  expect((await reload(t, first)).delivery).toMatchObject({
    state: "cancelled",
    reason: "overtaken",
  });
  vi.setSystemTime(Date.UTC(2027, 5, 3, 16));
  expect(await claim(t, first._id)).toBeNull();
  expect(await claim(t, second._id)).toMatchObject({
    body: expect.stringContaining("costs $159") as string,
  });
});

test("by text an answer that never went told nobody anything", async () => {
  const { t, sam, documentId, edit } = await shop();
  const delivery = { purpose: "answer" as const, attempt: 1, at: 1 };
  await told(t, documentId, OLD, {
    fields: { channel: "sms" },
    message: { delivery: { ...delivery, state: "cancelled", reason: "overtaken" } },
  });
  await edit("$149");
  expect(await listed(sam, documentId)).toEqual([]);
});

test("who is gone, or going, by the time they are to be told is passed over", async () => {
  const { t, sam, documentId, edit } = await shop();
  const [gone, going, ann] = [
    await told(t, documentId, OLD),
    await told(t, documentId, OLD),
    await told(t, documentId, OLD),
  ];
  await edit("$149");
  later();
  const { userId } = await row(t, going);
  await t.run((ctx) => ctx.db.patch("users", userId, { deletingAt: Date.now() }));
  await sam.t.mutation(api.recalls.tell, { documentId });
  await t.run((ctx) => ctx.db.delete("conversations", gone));
  await finishProcesses(t, "recall");
  await runUntil(t, Date.now() + SECOND);
  expect(await corrections(t, going)).toEqual([]);
  expect(await corrections(t, gone)).toEqual([]);
  expect(await corrections(t, ann)).toHaveLength(1);
});

test("while the next text is read in nobody is told: what it will say is not known", async () => {
  const { t, sam, documentId } = await shop();
  await told(t, documentId, OLD);
  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...prices("$149") });
  const call = () => sam.t.mutation(api.recalls.tell, { documentId });
  expect((await refusal(call())).code).toBe("conflict");
  await finishIngests(t);
  await call();
});

test("a document that is removed while its customers are told ends that", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  later();
  const workflowId = await sam.t.mutation(api.recalls.tell, { documentId });
  await sam.t.mutation(api.knowledge.remove, { documentId });
  await finishProcesses(t, "recall");
  expect(await sam.t.query(api.workflows.get, { workflowId })).toMatchObject({
    state: "cancelled",
    step: "the document is gone",
  });
  expect(await corrections(t, ann)).toEqual([]);
});

test("a recall whose job was lost is taken up by the next call", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  later();
  const lost = await t.run((ctx) =>
    ctx.db.insert("workflows", {
      kind: "recall",
      state: "running",
      step: "looking for who was told",
      attempt: 1,
      documentId,
      progressAt: Date.now() - HOUR,
    }),
  );
  await tell(t, sam, documentId);
  expect(await sam.t.query(api.workflows.get, { workflowId: lost })).toMatchObject({
    state: "failed",
  });
  expect(await corrections(t, ann)).toHaveLength(1);
});

test("the list goes through ten conversations a page, and finds all of them by their pages", async () => {
  const { t, sam, documentId, edit } = await shop();
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 23; i++) ids.push(await told(t, documentId, OLD));
  await edit("$149");
  const args = { documentId, view: "open" as const };
  const tooLarge = sam.t.query(api.recalls.list, { ...args, paginationOpts: page(11) });
  expect((await refusal(tooLarge)).code).toBe("invalid_input");
  const found: Id<"conversations">[] = [];
  let cursor: string | null = null;
  for (let isDone = false; !isDone;) {
    const paginationOpts = { numItems: 10, cursor };
    const result: Awaited<ReturnType<typeof listPage>> = await listPage(sam, args, paginationOpts);
    found.push(...result.page.map(({ conversationId }) => conversationId));
    ({ isDone, continueCursor: cursor } = result);
  }
  expect(found.sort()).toEqual(ids.sort());
});

const listPage = (
  sam: Caller,
  args: { documentId: Id<"knowledge">; view: "open" | "resolved" },
  paginationOpts: { numItems: number; cursor: string | null },
) => sam.t.query(api.recalls.list, { ...args, paginationOpts });

test("technicians see who was told, and admins alone tell them", async () => {
  const { t, documentId, edit } = await shop();
  const dana = await technician(t);
  const ann = await told(t, documentId, OLD);
  await edit("$149");
  expect(await listed(dana, documentId)).toEqual([ann]);
  const call = dana.t.mutation(api.recalls.tell, { documentId });
  expect((await refusal(call)).code).toBe("forbidden");
});

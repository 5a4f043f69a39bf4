/**
 * The audit trail: everything that staff may write, and nobody else, leaves an event that says who did it, to
 * whom or what, and when; and no event holds a text that somebody wrote.
 */
/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { seedOpeningHours } from "../../convex/model/hours/example";
import type { EventType } from "../../convex/validators";
import { CALLS, LABEL } from "./calls";
import { call, publicFunctions, shop, type Rows, type Shop } from "./functions";
import { admin, control, deployment, outcomeOf, page, snapshot, technician } from "../setup";

type Event = Extract<Doc<"analytics">, { kind: "event" }>;
type Refs = Pick<Event, "conversationId" | "subjectId" | "agentId" | "documentId">;
type Audited = {
  type: EventType;
  /** Whom or what the event names besides its actor. */
  names: (rows: Rows) => Partial<Refs>;
  /** Brings the shop into the state in which the act changes something. */
  before?: (world: Shop) => Promise<unknown>;
};

const asked = ({ asked }: Rows) => ({ conversationId: asked });
const claimed = ({ claimed }: Rows) => ({ conversationId: claimed });
const document = ({ document }: Rows) => ({ documentId: document });

const translates = () => control("/script", { text: '<t n="1" lang="en">Come by.</t>' });

const goOnShift = ({ callers }: Shop) =>
  callers.technician.t.mutation(api.users.setAvailability, { available: true });

const AUDITED: Record<string, Audited> = {
  "users:createUser": { type: "user_created", names: () => ({}) },
  "users:setRole": { type: "role_changed", names: ({ person }) => ({ subjectId: person }) },
  "users:setBlocked": { type: "blocked", names: ({ person }) => ({ subjectId: person }) },
  "conversations:updateConversation": { type: "contact_changed", names: asked },
  "conversations:escalateConversation": { type: "escalated", names: asked },
  "conversations:claim": { type: "claimed", names: asked },
  "conversations:release": { type: "released", names: claimed },
  "users:setAvailability": { type: "shift_started", names: () => ({}) },
  "staff:invite": { type: "staff_invited", names: () => ({}) },
  "staff:setWork": { type: "staff_changed", names: ({ staff }) => ({ subjectId: staff }) },
  "staff:setAway": { type: "staff_away", names: ({ staff }) => ({ subjectId: staff }) },
  "staff:endSessions": {
    type: "staff_signed_out",
    names: ({ staff }) => ({ subjectId: staff }),
  },
  "users:endShift": {
    type: "shift_ended",
    names: ({ staff }) => ({ subjectId: staff }),
    before: goOnShift,
  },
  "conversations:assign": {
    type: "assigned",
    names: (rows) => ({ ...asked(rows), subjectId: rows.staff }),
    before: goOnShift,
  },
  "conversations:requeue": { type: "returned", names: claimed },
  "conversations:snooze": { type: "snoozed", names: asked },
  "conversations:resolve": { type: "resolved", names: asked },
  "conversations:reopen": {
    type: "reopened",
    names: asked,
    before: ({ callers, rows }) =>
      callers.admin.t.mutation(api.conversations.resolve, { conversationId: rows.asked }),
  },
  "conversations:makePromise": { type: "promise_made", names: claimed },
  "conversations:keepPromise": { type: "promise_kept", names: claimed },
  "workflows:cancel": { type: "process_cancelled", names: claimed },
  "workflows:retry": { type: "process_retried", names: claimed },
  "messages:sendStaffMessage": { type: "staff_replied", names: claimed },
  "assists:draft": { type: "assisted", names: claimed },
  "assists:translateMessages": { type: "assisted", names: asked, before: translates },
  "assists:translateAnswer": { type: "assisted", names: claimed, before: translates },
  "assists:summarize": { type: "assisted", names: claimed },
  "editing:tryQuestion": { type: "assisted", names: () => ({}) },
  "customers:addNote": { type: "person_noted", names: ({ person }) => ({ subjectId: person }) },
  "customers:changeNote": { type: "person_noted", names: ({ person }) => ({ subjectId: person }) },
  "customers:removeNote": { type: "person_noted", names: ({ person }) => ({ subjectId: person }) },
  "customers:merge": { type: "people_merged", names: ({ person }) => ({ subjectId: person }) },
  "messages:editStaffMessage": { type: "message_edited", names: claimed },
  "messages:addNote": { type: "note_added", names: asked },
  "messages:openOriginal": { type: "original_opened", names: asked },
  "agents:createAgent": { type: "agent_created", names: () => ({}) },
  "agents:updateAgent": { type: "agent_changed", names: ({ agent }) => ({ agentId: agent }) },
  "agents:takeBack": { type: "agent_changed", names: ({ agent }) => ({ agentId: agent }) },
  "trials:ask": { type: "assisted", names: ({ agent }) => ({ agentId: agent }) },
  "trials:start": { type: "trial_started", names: ({ agent }) => ({ agentId: agent }) },
  "knowledge:addDocument": { type: "document_added", names: () => ({}) },
  "knowledge:replaceDocument": { type: "document_replaced", names: document },
  "sources:addFile": { type: "document_added", names: () => ({}) },
  "sources:addUrl": { type: "document_added", names: () => ({}) },
  "sources:addSite": { type: "site_added", names: () => ({}) },
  "sources:recheck": {
    type: "process_retried",
    names: document,
    before: ({ t, rows }) =>
      t.run(async (ctx) => {
        const recheckId = await ctx.db.insert("workflows", {
          ...{ kind: "recheck", state: "running", step: "waiting", attempt: 1, dueAt: 1e13 },
          documentId: rows.document,
        });
        const page = { url: "https://shop.example/", recheckId };
        await ctx.db.patch("knowledge", rows.document, { page });
      }),
  },
  "sources:replaceFile": { type: "document_replaced", names: document },
  "knowledge:publish": { type: "document_published", names: document },
  "knowledge:unpublish": { type: "document_unpublished", names: document },
  "drafts:save": { type: "draft_saved", names: ({ draft }) => ({ documentId: draft }) },
  "drafts:saveAnswer": { type: "draft_saved", names: claimed },
  "imports:importArticles": { type: "articles_imported", names: () => ({}) },
  "embeddings:resume": { type: "embedding_resumed", names: () => ({}) },
  "drafts:approve": { type: "document_added", names: () => ({}) },
  "drafts:discard": { type: "draft_discarded", names: ({ draft }) => ({ documentId: draft }) },
  "knowledge:setHours": { type: "hours_changed", names: () => ({}) },
  "holidays:importHolidays": {
    type: "hours_changed",
    names: () => ({}),
    before: ({ t }) =>
      t.run((ctx) =>
        ctx.db.insert("knowledge", { kind: "hours", hours: seedOpeningHours, updatedAt: 1 }),
      ),
  },
  "targets:setUrgent": { type: "urgency_set", names: asked },
  "targets:set": { type: "targets_changed", names: () => ({}) },
  "weekly:set": { type: "weekly_mail_changed", names: () => ({}) },
  "labels:save": { type: "labels_changed", names: () => ({}) },
  "labels:remove": {
    type: "labels_changed",
    names: () => ({}),
    before: ({ t }) =>
      t.run(async (ctx) => {
        const labels = [{ key: LABEL, name: "Warranty", colour: "green" as const }];
        await ctx.db.insert("knowledge", { kind: "labels", labels, updatedAt: 1 });
      }),
  },
  "labels:put": {
    type: "unlabelled",
    names: asked,
    before: ({ t, rows }) =>
      t.run((ctx) => ctx.db.patch("conversations", rows.asked, { labels: [LABEL] })),
  },
  "shop:setName": { type: "shop_named", names: () => ({}) },
  "budget:set": { type: "budget_changed", names: () => ({}) },
  "guardrails:save": { type: "guardrails_changed", names: () => ({}) },
  "knowledge:setLinkHosts": { type: "link_hosts_changed", names: () => ({}) },
  "savedReplies:save": { type: "saved_reply_changed", names: () => ({}) },
  "savedReplies:remove": { type: "saved_reply_removed", names: () => ({}) },
  "versions:takeBack": { type: "document_replaced", names: document },
  "versions:publishAt": {
    type: "document_scheduled",
    names: ({ draft }) => ({ documentId: draft }),
  },
  "versions:setExpiry": { type: "document_scheduled", names: document },
  "recalls:tell": { type: "recall_sent", names: document },
  "knowledge:remove": { type: "document_removed", names: document },
};

/** Writes that staff may make too, and that leave no event, each with its reason. */
const UNAUDITED: Record<string, string> = {
  "conversations:markRead": "a read mark of the desk changes nothing for anybody",
  "transcripts:mailTranscript": "the customer's own words to their own address",
  "presence:startTyping": "the customer's own",
  "presence:startWriting": "that a word is being written, which is gone in seconds",
  "presence:lookAt": "that a desk is open, which is gone when it is closed",
  "desk:markUnread": "the same, back",
  "firstDay:mark": "a to-do list of admins: what is done of it has events of its own",
  "firstDay:hide": "the same list",
  "firstDay:begin": "the same list",
  "mentions:markSeen": "a read mark of one's own",
  "users:heartbeat": "says that an open desk is still open",
  "conversations:answerOffer": "the customer's own",
  "conversations:continueByText": "the customer's own, on the ledger of consent",
  "conversations:onPage": "the customer's own page",
  "knowledge:search": "reads only; it is an action because it asks the embeddings provider",
  "agents:models": "keeps OpenRouter's public list for an hour",
  "channels:sendTest": "a test message to oneself",
  "holidays:previewHolidays": "stores nothing; it is an action because it reads in Node",
  "users:updateUser": "one's own name",
  "users:identifyGuest": "a guest's own: staff are refused",
  "users:markExportRead": "one's own, an event of its own (tests/analytics/events)",
  "messages:markSourceRead": "the customer's own, an event of its own (tests/analytics/events)",
  "users:exportMyData": "tested with the export: an event of the person's own",
  "users:deleteMyAccount": "tested with the deletion: its event may not name whom it erased",
  "conversations:createConversation": "one's own, an event of its own",
  // Events of their own: tests/analytics/events.
  "auth:logout": "one's own session",
  "auth:revokeSession": "one's own session",
  "auth:revokeOtherSessions": "one's own sessions",
  // Sign-in, which staff and customers do alike.
  "auth:createGuestSession": "sign-in",
  "auth:requestCode": "sign-in",
  "auth:createSession": "sign-in",
  "auth:openMailLink": "signs nobody in",
  "auth:refreshSession": "sign-in",
  "users:verifyEmail": "sign-in",
  "users:verifyPhone": "sign-in",
  "users:removePhone": "one's own number, an event of its own",
  // As the customer only: staff don't write there.
  "conversations:rate": "the customer's own",
  "messages:sendMessage": "the customer's own",
  "messages:rateMessage": "the customer's own",
  "assists:discard": "one's own draft, which nobody else has seen",
  "replies:watch": "looks on at a reply that is being written",
  "replies:stop": "the customer's own",
  "replies:retry": "the customer's own",
};

test("every write is audited, or on the list of those that need not be", () => {
  const writes = publicFunctions.filter(({ kind }) => kind !== "query").map(({ name }) => name);
  expect([...Object.keys(AUDITED), ...Object.keys(UNAUDITED)].sort()).toEqual(writes.sort());
});

test("whatever only staff or admins may write is audited, a search, a mark, a to-do list, a draft thrown away, the list of models, a test message to oneself and what an open desk says apart", () => {
  // The builders say who may call: read from the modules, so that no list can forget one.
  const sources = import.meta.glob<string>("../../convex/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const guarded = Object.entries(sources).flatMap(([path, source]) =>
    [...source.matchAll(/export const (\w+) = (?:staff|admin)(?:Mutation|Action)\(/g)].map(
      ([, name]) => `${path.slice("../../convex/".length, -3)}:${name}`,
    ),
  );
  expect(guarded.length).toBeGreaterThan(15);
  expect(guarded.filter((name) => AUDITED[name] === undefined).sort()).toEqual([
    "agents:models",
    "assists:discard",
    "channels:sendTest",
    "desk:markUnread",
    "firstDay:begin",
    "firstDay:hide",
    "firstDay:mark",
    "holidays:previewHolidays",
    "knowledge:search",
    "mentions:markSeen",
    "presence:lookAt",
    "presence:startWriting",
    "users:heartbeat",
  ]);
});

describe.each(Object.entries(AUDITED))("%s", (name, { type, names, before }) => {
  test("leaves one event: who, to whom or what, when, and no text", async () => {
    const world = await shop();
    await before?.(world);
    const known = new Set((await events(world)).map(({ _id }) => _id));
    const claims = [
      "messages:sendStaffMessage",
      "messages:editStaffMessage",
      "conversations:release",
      "assists:draft",
      "assists:translateAnswer",
    ].includes(name);
    const caller = claims ? world.callers.technician : world.callers.admin;
    const args = CALLS[name]!(world.rows, world);
    const from = Date.now();
    await call(caller.t, name, args);
    const fresh = (await events(world)).filter(({ _id }) => !known.has(_id));
    const audit = fresh.filter((event) => event.type === type);
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({ actorId: caller.userId, ...names(world.rows) });
    expect(audit[0]!._creationTime).toBeGreaterThanOrEqual(from);
    for (const text of textsOf(args)) expect(JSON.stringify(fresh)).not.toContain(text);

    // And admins can list it.
    const listed = await world.callers.admin.t.query(api.analytics.events, {
      type,
      paginationOpts: page(),
    });
    expect(listed.page.map(({ _id }) => _id)).toContain(audit[0]!._id);
  });
});

const STATUS: [type: EventType, status: "open" | "resolved" | "snoozed"][] = [
  ["snoozed", "snoozed"],
  ["woken", "open"],
  ["resolved", "resolved"],
  ["reopened", "open"],
];

test("each change of a status by updateConversation is audited as its own function is", async () => {
  const world = await shop();
  const { callers, rows } = world;
  for (const [type, status] of STATUS) {
    const known = (await events(world)).length;
    const snoozedUntil = status === "snoozed" ? Date.now() + 60_000 : undefined;
    const args = { conversationId: rows.asked, status, snoozedUntil };
    await callers.admin.t.mutation(api.conversations.updateConversation, args);
    const fresh = (await events(world)).slice(known);
    expect(fresh.map((event) => event.type)).toContain(type);
    expect(fresh.find((event) => event.type === type)).toMatchObject({
      actorId: callers.admin.userId,
      conversationId: rows.asked,
    });
  }
});

async function events({ t }: Pick<Shop, "t">): Promise<Event[]> {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return rows.filter((row) => row.kind === "event");
}

/** What somebody wrote: strings with a space, a line or an address in them. */
function textsOf(args: unknown): string[] {
  if (typeof args === "string") return /[\s@+]/.test(args) ? [args] : [];
  if (typeof args !== "object" || args === null) return [];
  return Object.values(args).flatMap(textsOf);
}

test("the CLI's changes of staff are events without an actor", async () => {
  const t = deployment();
  const dana = await technician(t);
  const ensure = (email: string, role: "technician" | "admin") =>
    t.mutation(internal.users.ensureStaff, { email, name: "Kim", role });
  const kim = await ensure("kim@shop.example", "admin");
  await ensure("dana@shop.example", "admin");
  await ensure("dana@shop.example", "admin");
  const found = await events({ t });
  expect(found.map(({ actorId }) => actorId)).toEqual([undefined, undefined]);
  expect(found).toMatchObject([
    { type: "user_created", subjectId: kim, data: { reason: "admin, by the CLI" } },
    {
      type: "role_changed",
      subjectId: dana.userId,
      data: { reason: "technician to admin, by the CLI" },
    },
  ]);
});

test("the CLI can't take the last admin away either", async () => {
  const t = deployment();
  const sam = await admin(t);
  const demote = t.mutation(internal.users.ensureStaff, {
    email: "owner@shop.example",
    name: "Sam",
    role: "technician",
  });
  expect(await outcomeOf(demote)).toBe("conflict");
  expect(await sam.t.query(api.users.me, {})).toMatchObject({ role: "admin" });
});

test("a refused act leaves no event", async () => {
  const world = await shop();
  const before = await events(world);
  for (const name of Object.keys(AUDITED)) {
    const args = CALLS[name]!(world.rows, world);
    expect(await outcomeOf(call(world.callers.other.t, name, args))).toMatch(/forbidden|not_found/);
  }
  expect(await events(world)).toEqual(before);
});

/** What each migration makes of stored rows, and that the code works before, during and after. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import { withoutSecrets } from "../../convex/model/handoff/brief";
import { EMBEDDING_MODEL, OLD_VECTOR_TYPE, vectorType } from "../../convex/validators";
import {
  FLAT,
  finish,
  METRICS,
  oldConversations,
  RESOLVED_AT,
  run,
  stateOf,
  TIMERS,
  VECTOR_TYPES,
} from "./oldRows";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  customer,
  deployment,
  passTime,
  row,
  snapshot,
  technician,
} from "../setup";

describe("m0001_resolved_at", () => {
  test("takes the time of the last resolution from the events, and nothing that came after it", async () => {
    const t = clockedDeployment();
    const [ann, dana] = [await customer(t), await technician(t)];
    const message = { text: "Hello" };
    const started = await ann.t.mutation(api.conversations.createConversation, { message });
    const it = { conversationId: started.conversationId };
    await dana.t.mutation(api.conversations.resolve, it);
    vi.setSystemTime(Date.now() + DAY);
    await dana.t.mutation(api.conversations.reopen, it);
    vi.setSystemTime(Date.now() + DAY);
    await dana.t.mutation(api.conversations.resolve, it);
    const resolvedAt = Date.now();
    vi.setSystemTime(Date.now() + DAY);
    await ann.t.mutation(api.conversations.rate, { ...it, score: 5 });
    await t.run((ctx) =>
      ctx.db.patch("conversations", it.conversationId, { resolvedAt: undefined }),
    );
    await t.mutation(run, { fn: RESOLVED_AT });
    // Creation times of the mock are a little apart from the clock.
    const found = (await row(t, it.conversationId)).resolvedAt!;
    expect(Math.abs(found - resolvedAt)).toBeLessThan(1000);
    const listed = await dana.t.query(api.conversations.queue, { view: "resolved" });
    expect(listed.map(({ _id }) => _id)).toEqual([it.conversationId]);
  });

  test("leaves alone what is open, and what is resolved or reopened while it runs", async () => {
    const t = clockedDeployment();
    const dana = await technician(t);
    const open = (await oldConversations(t, 1, { status: "open" }))[0]!;
    const ids = await oldConversations(t, 30);
    await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    const reopened = ids[25]!;
    await dana.t.mutation(api.conversations.reopen, { conversationId: reopened });
    await dana.t.mutation(api.conversations.resolve, { conversationId: open });
    const now = Date.now();
    vi.setSystemTime(now + DAY);
    await finish(t);
    expect((await row(t, open)).resolvedAt).toBe(now);
    expect(await row(t, reopened)).not.toHaveProperty("resolvedAt");
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success" });
  });
});

describe("m0002_agent_metrics", () => {
  test("staff read the same before, while an event is added, and after", async () => {
    const t = deployment();
    const owner = await admin(t);
    const agentId = await addAgent(t, { metrics: FLAT });
    const shown = async () => (await owner.t.query(api.agents.list, {}))[0]!.metrics;
    const before = await shown();
    expect(before).toMatchObject({
      replies: 4,
      firstTokenMs: { sum: 800, count: 4 },
      totalMs: { sum: 4000, count: 4 },
    });
    await t.mutation(run, { fn: METRICS });
    expect(await shown()).toEqual(before);
    const stored = (await t.run((ctx) => ctx.db.get("agents", agentId)))!.metrics;
    expect(stored).toEqual(before);
  });

  test("totals go on growing on a row that is not migrated yet", async () => {
    const t = deployment();
    const owner = await admin(t);
    const agentId = await addAgent(t, { metrics: FLAT });
    const add = {
      replies: 1,
      failures: 0,
      handoffs: 1,
      promptTokens: 1,
      completionTokens: 1,
      costMicroUsd: 1,
      firstTokenMs: { sum: 0, count: 0 },
      totalMs: { sum: 100, count: 1 },
    };
    await t.mutation(internal.agents.updateAgentMetrics, { agentId, add });
    const grown = {
      replies: 5,
      handoffs: 3,
      firstTokenMs: { sum: 800, count: 4 },
      totalMs: { sum: 4100, count: 5 },
    };
    expect((await owner.t.query(api.agents.list, {}))[0]!.metrics).toMatchObject(grown);
    await t.mutation(run, { fn: METRICS });
    expect((await owner.t.query(api.agents.list, {}))[0]!.metrics).toMatchObject(grown);
  });
});

describe("m0003_timers", () => {
  test("wakes what was snoozed, alerts of who waits, leaves the rest and what is armed already", async () => {
    const t = clockedDeployment();
    const since = Date.now();
    const snoozedUntil = since + DAY;
    const [snoozed] = await oldConversations(t, 1, { status: "snoozed", snoozedUntil });
    const [waiting] = await oldConversations(t, 1, {
      status: "open",
      owner: { kind: "queue", since },
    });
    const [open] = await oldConversations(t, 1, { status: "open" });
    await oldConversations(t, 25);
    for (let i = 0; i < 2; i++) {
      await t.mutation(run, { fn: TIMERS, reset: true });
      await passTime(5_000);
      expect(await stateOf(t, TIMERS)).toMatchObject({ state: "success" });
    }
    const { workflows } = await snapshot(t);
    // An alert that goes at once may still be on its way.
    const timers = (workflows as Doc<"workflows">[]).filter(
      ({ kind, state }) => kind !== "alert" && state === "running",
    );
    expect(timers).toMatchObject([
      { kind: "snooze", conversationId: snoozed, dueAt: snoozedUntil },
      { kind: "handoff", conversationId: waiting },
    ]);
    expect((await row(t, snoozed!)).timers).toEqual({ snooze: timers[0]!._id });
    expect((await row(t, waiting!)).timers).toEqual({ handoff: timers[1]!._id });
    expect(await row(t, open!)).not.toHaveProperty("timers");
  });
});

describe("m0004_vector_type", () => {
  test("gives every vector the type that names its model, and leaves the rest alone", async () => {
    const t = clockedDeployment();
    const documentId = await addPassage(t, "Screens", "A screen costs $179.");
    const add = (type: string, active: boolean) =>
      t.run((ctx) =>
        ctx.db.insert("knowledge", {
          kind: "vector",
          documentId,
          embedding: Array<number>(1536).fill(0.025),
          type,
          active,
        }),
      );
    for (let i = 0; i < 45; i++) await add(OLD_VECTOR_TYPE, i % 2 === 0);
    const other = await add("passage:another-model", true);
    await t.mutation(run, { fn: VECTOR_TYPES });
    await finish(t);
    expect(await stateOf(t, VECTOR_TYPES)).toMatchObject({ state: "success" });
    const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
    const vectors = rows.flatMap((row) => (row.kind === "vector" ? [row] : []));
    expect(vectors.map(({ active }) => active)).toEqual(Array(46).fill(true));
    expect(
      vectors.filter(({ type }) => type !== vectorType(EMBEDDING_MODEL)).map(({ _id }) => _id),
    ).toEqual([other]);
  });
});

describe("m0005_embedded_by", () => {
  test("names the model of a document's vectors, and has those without any embedded", async () => {
    const t = clockedDeployment();
    const [whole, without] = [
      await addPassage(t, "One", "Text."),
      await addPassage(t, "Two", "Text."),
    ];
    await t.run((ctx) => ctx.db.patch("knowledge", whole, { embedded: true }));
    await t.mutation(run, { fn: "m0005_embedded_by" });
    await finish(t);
    const named = (await snapshot(t)).knowledge as Doc<"knowledge">[];
    const of = (id: string) =>
      (named.find(({ _id }) => _id === id) as { embeddedBy?: string }).embeddedBy;
    expect([of(whole), of(without)]).toEqual([EMBEDDING_MODEL, `-${EMBEDDING_MODEL}`]);
  });
});

describe("m0006_document_body", () => {
  test("texts move to rows of their own; staff read them, and documents are read in, before and after", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    const ids: Id<"knowledge">[] = [];
    for (let i = 0; i < 7; i++) ids.push(await addPassage(t, `Prices ${i}`, `It costs $${i}9.`));
    const shown = async () =>
      await Promise.all(
        ids.map(async (documentId) => {
          const { body } = await sam.t.query(api.knowledge.get, { documentId });
          const source = { ref: { documentId, version: 2 } };
          const read = await t.query(internal.knowledge.versionSource, source);
          return { body, text: read?.body };
        }),
      );
    const [first, second] = [ids[0]!, ids[1]!];
    for (const documentId of [first, second]) {
      const awaited = { documentId, version: 2, model: "m", reuse: true, vectors: [] };
      await t.run((ctx) => ctx.db.insert("knowledge", { kind: "awaited", ...awaited }));
    }
    const before = await shown();
    expect(before[1]).toMatchObject({ body: "It costs $19.", text: "It costs $19." });
    for (let i = 0; i < 2; i++) {
      await t.mutation(run, { fn: "m0006_document_body", reset: true });
      await finish(t);
      expect(await stateOf(t, "m0006_document_body")).toMatchObject({ state: "success" });
    }
    expect(await shown()).toEqual(before);
    const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
    expect(rows.filter((one) => one.kind === "body")).toHaveLength(ids.length);
    expect(rows.filter((one) => one.kind === "document" && one.body !== undefined)).toEqual([]);
  });
});

describe("m0007_redact_previews", () => {
  test("takes secrets out of stored previews and briefs, and writes nothing else", async () => {
    const t = clockedDeployment();
    const brief = {
      reason: "customer_request" as const,
      urgency: "normal" as const,
      at: 1,
      summary: "Wants a person. My card is 4111 1111 1111 1111",
      symptom: "It flickers, my password is Zebra!Crossing9",
      stepsTried: ["typed my password: Zebra!Crossing9"],
      device: "ThinkPad T14",
    };
    const clean = {
      ...brief,
      summary: "A person",
      symptom: "It flickers",
      stepsTried: ["Restart"],
    };
    const [bare] = await oldConversations(t, 1);
    const [briefed] = await oldConversations(t, 1, { brief });
    const [fine] = await oldConversations(t, 1, { preview: "It flickers", brief: clean });
    const before = await row(t, fine!);
    for (const expected of [2, 0]) {
      const again = { fn: "m0007_redact_previews" as const, reset: true };
      const { dryRun } = await t.mutation(run, { ...again, dryRun: true });
      expect(dryRun?.writes["conversations.preview"] ?? 0).toBe(expected);
      await t.mutation(run, again);
      await finish(t);
    }
    const rows = [await row(t, bare!), await row(t, briefed!)];
    expect(rows.map(({ preview }) => preview)).toEqual(
      Array(2).fill("My card is [card number removed]"),
    );
    expect(rows[0]).not.toHaveProperty("brief");
    expect(rows[1]!.brief).toEqual(withoutSecrets(brief));
    expect(JSON.stringify(rows)).not.toMatch(/4111|Zebra/);
    expect(await row(t, fine!)).toEqual(before);
  });
});

describe("m0008_search_text and m0009_cards", () => {
  test("what was said before is found, and the system's lines, the streaming row and secrets are not", async () => {
    const t = clockedDeployment();
    const dana = await technician(t);
    const brief = { reason: "refund" as const, summary: "x", urgency: "normal" as const, at: 1 };
    const contact = { phone: "+15552345678" };
    const [id] = await oldConversations(t, 1, { brief, contact });
    const line = { conversationId: id!, visibility: "public" as const, turn: 1, episode: 1 };
    const complete = { ...line, status: "complete" as const, settledAt: 1 };
    const agentId = await addAgent(t);
    await t.run(async (ctx) => {
      const said = "My kazoo, my card is 4111 1111 1111 1111";
      await ctx.db.insert("messages", { ...complete, author: { kind: "customer" }, text: said });
      await ctx.db.insert("messages", {
        ...complete,
        author: { kind: "system" },
        text: "Xylophone",
      });
      await ctx.db.insert("messages", {
        ...line,
        status: "streaming",
        author: { kind: "agent", agentId, name: "Front Desk" },
        text: "Bassoon",
      });
    });
    const found = async (text: string) =>
      (await dana.t.query(api.conversations.search, { text })).length;
    const asked = ["kazoo", "refund", "(555) 234-5678"];
    for (const text of asked) expect(await found(text), text).toBe(0);
    for (const writes of [1, 0]) {
      for (const [fn, field] of [
        ["m0008_search_text", "messages.searchText"],
        ["m0009_cards", "conversations.card"],
      ] as const) {
        const { dryRun } = await t.mutation(run, { fn, reset: true, dryRun: true });
        expect(dryRun?.writes[field] ?? 0).toBe(writes);
        await t.mutation(run, { fn, reset: true });
        await finish(t);
      }
    }
    for (const text of asked) expect(await found(text), text).toBe(1);
    for (const text of ["xylophone", "bassoon", "4111 1111 1111 1111"]) {
      expect(await found(text), text).toBe(0);
    }
  });
});

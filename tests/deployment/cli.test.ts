/**
 * The CLI's twins of functions that have no page: each does what the public one does, refuses what that refuses, and
 * leaves the same event, without an actor and "by the CLI".
 */
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { readBody } from "../../convex/model/knowledge/bodies";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  customer,
  deployment,
  finishIngests,
  outcomeOf,
  page,
  refusal,
  snapshot,
  type Deployment,
} from "../setup";

const AGENT = {
  slug: "printers",
  name: "Printer Corner",
  description: "Printers and scanners.",
  prompt: "You know printers.",
  model: "openai/gpt-5-mini",
  fallbackModels: [],
  capabilities: ["hardware" as const],
  tools: ["search_knowledge" as const],
  status: "active" as const,
  priority: 1,
};
const DOCUMENT = {
  slug: "cleaning",
  title: "Cleaning",
  category: "services",
  format: "text" as const,
  body: "We clean printers while you wait.",
};

/** The events that acts since `before` left, without what a database adds. */
async function eventsOf(t: Deployment): Promise<object[]> {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return (
    rows
      .filter((row) => row.kind === "event")
      // What a provider did is nobody's act.
      .filter(({ type }) => type !== "embeddings_worked")
      .map(({ type, data, actorId, subjectId, agentId, documentId }) => ({
        type,
        reason: data.reason,
        actorId,
        subjectId,
        agentId,
        documentId,
      }))
  );
}

async function documents(t: Deployment) {
  const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
  const found = rows.filter((row) => row.kind === "document");
  return await t.run((ctx) =>
    Promise.all(found.map(async (row) => ({ ...row, body: await readBody(ctx, row) }))),
  );
}

async function addedDocument(t: Deployment) {
  const documentId = await t.mutation(internal.cli.addDocument, DOCUMENT);
  await finishIngests(t);
  return documentId;
}

describe("people", () => {
  test("createUser adds the customer that the public one would, as an event by the CLI", async () => {
    const t = deployment();
    const { t: asAdmin } = await admin(t);
    const userId = await t.mutation(internal.cli.createUser, { email: " Kim@Example.com " });
    const found = await t.query(internal.cli.getUserByEmail, { email: "KIM@example.com" });
    expect(found).toMatchObject({ _id: userId, role: "customer", email: "kim@example.com" });
    expect(await eventsOf(t)).toEqual([
      { type: "user_created", reason: "by the CLI", subjectId: userId },
    ]);
    const sameAgain = { email: "kim@example.com" };
    expect(await refusal(t.mutation(internal.cli.createUser, sameAgain))).toEqual(
      await refusal(asAdmin.mutation(api.users.createUser, sameAgain)),
    );
  });

  test("getUserByEmail answers what the public one answers, and null for nobody", async () => {
    const t = deployment();
    const { t: asAdmin } = await admin(t);
    await customer(t);
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      expect(await t.query(internal.cli.getUserByEmail, { email })).toEqual(
        await asAdmin.query(api.users.getUserByEmail, { email }),
      );
    }
  });

  test("setBlocked keeps somebody out by their address, and lets them in again", async () => {
    const t = deployment();
    const ann = await customer(t);
    await t.mutation(internal.cli.setBlocked, { email: "Ann@example.com", blocked: true });
    expect(await outcomeOf(ann.t.query(api.users.me, {}))).toBe("session_expired");
    await t.mutation(internal.cli.setBlocked, { email: "ann@example.com", blocked: false });
    expect(await eventsOf(t)).toEqual([
      { type: "blocked", reason: "by the CLI", subjectId: ann.userId },
      { type: "unblocked", reason: "by the CLI", subjectId: ann.userId },
    ]);
  });

  test("setBlocked refuses an admin as the public one does, and an address of nobody's", async () => {
    const t = deployment();
    const sam = await admin(t);
    const block = (email: string) => t.mutation(internal.cli.setBlocked, { email, blocked: true });
    expect(await refusal(block("owner@shop.example"))).toEqual(
      await refusal(sam.t.mutation(api.users.setBlocked, { userId: sam.userId, blocked: true })),
    );
    expect(await outcomeOf(block("nobody@example.com"))).toBe("not_found");
    expect(await outcomeOf(block("not an address"))).toBe("invalid_input");
    expect(await eventsOf(t)).toEqual([]);
  });
});

describe("agents", () => {
  test("createAgent adds one that answers", async () => {
    const t = deployment();
    const agentId = await t.mutation(internal.cli.createAgent, AGENT);
    const sam = await admin(t);
    expect(await sam.t.query(api.agents.list, {})).toMatchObject([{ _id: agentId, ...AGENT }]);
    expect(await eventsOf(t)).toEqual([{ type: "agent_created", reason: "by the CLI", agentId }]);
  });

  test("updateAgent changes the given fields of the one with the slug", async () => {
    const t = deployment();
    const agentId = await t.mutation(internal.cli.createAgent, AGENT);
    const change = { slug: "printers", priority: 9, status: "paused" as const };
    await t.mutation(internal.cli.updateAgent, change);
    const sam = await admin(t);
    expect(await sam.t.query(api.agents.list, {})).toMatchObject([{ ...AGENT, ...change }]);
    expect((await eventsOf(t)).at(-1)).toEqual({
      type: "agent_changed",
      reason: "priority, status, by the CLI",
      agentId,
    });
  });

  test("bad input is refused as by the public ones", async () => {
    const t = deployment();
    const sam = await admin(t);
    const agentId = await addAgent(t);
    const [known] = await sam.t.query(api.agents.list, {});
    const { slug } = known!;
    for (const bad of [{ slug }, { slug: "Not a slug" }, { model: "no model" }, { prompt: " " }]) {
      const input = { ...AGENT, ...bad };
      expect(await refusal(t.mutation(internal.cli.createAgent, input))).toEqual(
        await refusal(sam.t.mutation(api.agents.createAgent, input)),
      );
    }
    const bad = { fallbackModels: Array<string>(6).fill("a/b") };
    expect(await refusal(t.mutation(internal.cli.updateAgent, { slug, ...bad }))).toEqual(
      await refusal(sam.t.mutation(api.agents.updateAgent, { agentId, ...bad })),
    );
    const nobody = t.mutation(internal.cli.updateAgent, { slug: "nobody", priority: 1 });
    expect(await outcomeOf(nobody)).toBe("not_found");
    expect(await eventsOf(t)).toEqual([]);
  });
});

describe("knowledge", () => {
  test("gaps lists what the public one lists", async () => {
    const t = deployment();
    const sam = await admin(t);
    await t.run(async (ctx) => {
      for (const [question, count] of [
        ["once?", 1],
        ["thrice?", 3],
      ] as const) {
        await ctx.db.insert("analytics", { kind: "gap", question, count, lastAt: 5 });
      }
    });
    const gaps = await t.query(internal.cli.gaps, {});
    expect(gaps.map(({ question }) => question)).toEqual(["thrice?", "once?"]);
    expect(gaps).toEqual(await sam.t.query(api.knowledge.gaps, {}));
  });

  test("a document is added, hidden, shown, replaced and removed, each an event by the CLI", async () => {
    const t = clockedDeployment();
    const documentId = await addedDocument(t);
    const [added] = await documents(t);
    expect(added).toMatchObject({ _id: documentId, ...DOCUMENT, state: "published" });
    const { slug } = DOCUMENT;
    await t.mutation(internal.cli.unpublish, { slug });
    expect(await documents(t)).toMatchObject([{ state: "unpublished" }]);
    await t.mutation(internal.cli.publish, { slug });
    expect(await documents(t)).toMatchObject([{ state: "published" }]);
    const body = "We clean printers on Mondays.";
    await t.mutation(internal.cli.replaceDocument, { ...DOCUMENT, body });
    await finishIngests(t);
    expect(await documents(t)).toMatchObject([{ slug, body, version: 2, state: "published" }]);
    await t.mutation(internal.cli.remove, { slug });
    expect(await documents(t)).toEqual([]);
    const by = (type: string, reason = "by the CLI") => ({ type, reason, documentId });
    expect(await eventsOf(t)).toEqual([
      by("document_added"),
      by("document_unpublished"),
      by("document_published"),
      by("document_replaced"),
      by("document_removed", "cleaning, by the CLI"),
    ]);
  });

  test("bad input is refused as by the public ones", async () => {
    const t = deployment();
    const sam = await admin(t);
    const documentId = await addPassage(t, "Screens", "A screen costs $179.");
    const listed = await sam.t.query(api.knowledge.list, { paginationOpts: page(10) });
    const { slug } = listed.page[0]!;
    for (const bad of [{ slug }, { slug: "Not a slug" }, { title: "" }, { body: "\n" }]) {
      const input = { ...DOCUMENT, ...bad };
      expect(await refusal(t.mutation(internal.cli.addDocument, input))).toEqual(
        await refusal(sam.t.mutation(api.knowledge.addDocument, input)),
      );
    }
    const { slug: _slug, ...text } = { ...DOCUMENT, category: " " };
    expect(await refusal(t.mutation(internal.cli.replaceDocument, { slug, ...text }))).toEqual(
      await refusal(sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text })),
    );
    const gone = { slug: "nothing-here" };
    for (const call of [
      t.mutation(internal.cli.replaceDocument, { ...DOCUMENT, ...gone }),
      t.mutation(internal.cli.publish, gone),
      t.mutation(internal.cli.unpublish, gone),
      t.mutation(internal.cli.remove, gone),
    ]) {
      expect(await outcomeOf(call)).toBe("not_found");
    }
    expect(await eventsOf(t)).toEqual([]);
  });

  test("a document that is being read in is left alone, as by the public ones", async () => {
    const t = clockedDeployment();
    await t.mutation(internal.cli.addDocument, DOCUMENT);
    const { slug } = DOCUMENT;
    expect(await outcomeOf(t.mutation(internal.cli.publish, { slug }))).toBe("conflict");
    expect(await outcomeOf(t.mutation(internal.cli.replaceDocument, DOCUMENT))).toBe("conflict");
    await finishIngests(t);
  });
});

/**
 * A believable shop to try the package with: documents, agents, a technician and an admin.
 * `npx convex run seed:run` on any deployment; repeating it adds only what is missing.
 */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import type { MutationCtx } from "./_generated/server";
import { internalAction, internalMutation, internalQuery } from "./functions";
import { ZERO_METRICS } from "./model/agents/agents";
import { startIngest } from "./model/knowledge/ingest";
import * as Documents from "./model/knowledge/documents";
import * as Staff from "./model/desk/staff";
import { seedAgents } from "./seed/agents";
import { seedDocuments } from "./seed/documents";
import type { vAgentStatus } from "./validators";

/** OpenRouter ids: a quick one, and two from other houses for when it is down. */
const MODEL = "openai/gpt-5-mini";
const FALLBACK_MODELS = ["anthropic/claude-haiku-4.5", "google/gemini-2.5-flash"];
const STATUS: typeof vAgentStatus.type = "active";

const STAFF = [
  { email: "dana@computerguys.example", name: "Dana Whitfield", role: "technician" as const },
  { email: "owner@computerguys.example", name: "Sam Okafor", role: "admin" as const },
];

const vReport = v.object({ documents: v.number(), agents: v.number(), staff: v.number() });

/** For the CLI: adds what is missing of the example shop, and says how much that was. */
export const run = internalAction({
  args: {},
  returns: vReport,
  handler: async (ctx): Promise<typeof vReport.type> => {
    const agents = await ctx.runMutation(internal.seed.agents, {});
    const staff = await ctx.runMutation(internal.seed.people, {});
    let documents = 0;
    for (let from = 0; from < seedDocuments.length; from += 10) {
      documents += await ctx.runMutation(internal.seed.documents, { from, count: 10 });
    }
    return { documents, agents, staff };
  },
});

/** For the CLI: how far reading the example shop's documents in has come. */
export const progress = internalQuery({
  args: {},
  returns: v.object({ total: v.number(), published: v.number(), failed: v.number() }),
  handler: async (ctx) => {
    const rows = await Promise.all(
      seedDocuments.map(({ slug }) => Documents.findDocumentBySlug(ctx, slug)),
    );
    const count = (state: string) => rows.filter((row) => row?.state === state).length;
    return { total: rows.length, published: count("published"), failed: count("failed") };
  },
});

/** The AI agents alone, for a shop that brings its own documents. Gives the number of those added. */
export const agents = internalMutation({
  args: {},
  returns: v.number(),
  handler: async (ctx) => {
    let added = 0;
    for (const agent of seedAgents) if (await addAgent(ctx, agent)) added += 1;
    return added;
  },
});

/** False if there is one of this slug. */
async function addAgent(ctx: MutationCtx, agent: (typeof seedAgents)[number]): Promise<boolean> {
  const known = await ctx.db
    .query("agents")
    .withIndex("by_slug", (q) => q.eq("slug", agent.slug))
    .unique();
  if (known !== null) return false;
  await ctx.db.insert("agents", {
    ...agent,
    model: MODEL,
    fallbackModels: FALLBACK_MODELS,
    tools: ["search_knowledge", "escalate_to_human", "set_contact"],
    status: STATUS,
    metrics: ZERO_METRICS,
  });
  return true;
}

export const people = internalMutation({
  args: {},
  returns: v.number(),
  handler: async (ctx) => {
    for (const person of STAFF) await Staff.ensureStaff(ctx, person);
    return STAFF.length;
  },
});

export const documents = internalMutation({
  args: { from: v.number(), count: v.number() },
  returns: v.number(),
  handler: async (ctx, { from, count }) => {
    let added = 0;
    for (const document of seedDocuments.slice(from, from + count)) {
      if ((await Documents.findDocumentBySlug(ctx, document.slug)) !== null) continue;
      await startIngest(ctx, await Documents.addDocument(ctx, { ...document, format: "markdown" }));
      added += 1;
    }
    return added;
  },
});

/**
 * What only a whole shop shows. Invariant 5: whose rows are whose, and whose words are gone. Invariant 9: exchanges that
 * share nothing. Invariant 10: reads that don't grow with the tables.
 */
import { mutantOf, type Mutant } from "./mutant";

const ACCESS = "convex/model/access/access.ts";
const ATTACHMENTS = "convex/model/conversations/attachments.ts";
const ERASE = "convex/model/privacy/erase.ts";

const whole = (invariant: number) => mutantOf(invariant, "one");

export const OTHERS: Mutant[] = (
  [
    {
      name: "an answer is anybody's",
      file: ACCESS,
      find: `  if (message?.visibility !== "public" || !conversation || !isCustomerOf(ctx, conversation)) {`,
      replace: `  if (message?.visibility !== "public" || !conversation) {`,
      why: "whoever has a message's id rates it, and reads its sources",
    },
    {
      name: "what is new has the notes in it",
      file: "convex/model/desk/messages.ts",
      find: `  const range = asStaff
`,
      replace: `  const range = asStaff || after !== undefined
`,
      why: "the wrong index on one of three paths: customers get what staff say among themselves",
    },
    {
      name: "an export has the notes in it",
      file: "convex/model/privacy/exportPages.ts",
      find: `    .withIndex("by_conversation_and_visibility", (q) =>
      q
        .eq("conversationId", row._id)
        .eq("visibility", "public")
        .gt("settledAt", args.after ?? undefined),
    )`,
      replace: `    .withIndex("by_conversation_and_settled", (q) =>
      q.eq("conversationId", row._id).gt("settledAt", args.after ?? undefined),
    )`,
      why: "the same index in a person's file",
    },
    {
      name: "an export is whoever knows its file",
      file: ATTACHMENTS,
      find: `    if (job?.userId !== ctx.caller.userId) throw none();`,
      replace: `    if (job === null) throw none();`,
      why: "that there is an export is asked, and not whose",
    },
    {
      name: "an upload is whoever names it",
      file: ATTACHMENTS,
      find: `    if (row?.state !== "running" || row.userId !== uploadedBy) throw noUpload();`,
      replace: `    if (row?.state !== "running") throw noUpload();`,
      why: "a file that somebody else is about to send goes with one's own message",
    },
    {
      name: "the files of an export stay",
      file: ERASE,
      find: `  return await eraseProcesses(ctx, parts.length > 0 ? parts : [job]);`,
      replace: `  return await eraseProcesses(ctx, parts.length > 1 ? parts : [job]);`,
      why: "who has left has left all that they said, in a file that nothing names",
    },
    {
      name: "what was asked stays on the list",
      file: ERASE,
      find: `      data: { ...row.data, question: undefined },`,
      replace: `      data: row.data,`,
      why: "events lose who asked, and keep what",
    },
  ] as const
).map(whole(5));

export const APART: Mutant[] = (
  [
    {
      name: "an answer counts at once",
      file: "convex/model/replies/settlement.ts",
      find: `  await recordOutcome(ctx, refs, result, { waitedMs, first });`,
      replace: `  await recordOutcome(ctx, refs, result, { waitedMs, first });
  const agent = (await ctx.db.get("agents", agentId))!;
  const replies = agent.metrics.replies + 1;
  await ctx.db.patch("agents", agentId, { metrics: { ...agent.metrics, replies } });`,
      why: "every answer writes its agent's row, which every reply reads",
    },
    {
      name: "so many at once",
      file: "convex/model/replies/admission.ts",
      find: `  const said = await loadContext(ctx, conversation);`,
      replace: `  const writing = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "reply").eq("state", "running"))
    .take(64);
  if (writing.length === 64) {
    return { step: "too many are being written", reason: "provider_error", summary: "Too many." };
  }
  const said = await loadContext(ctx, conversation);`,
      why: "a limit for all replies is counted from their rows as one begins",
    },
    {
      name: "events are numbered",
      file: "convex/model/analytics/events.ts",
      find: `  return await ctx.db.insert("analytics", { kind: "event", type, ...refs, data });`,
      replace: `  const last = await ctx.db.query("analytics").order("desc").first();
  if (last !== null && last._creationTime > Date.now() + 60_000) throw new Error("The clock went back.");
  return await ctx.db.insert("analytics", { kind: "event", type, ...refs, data });`,
      why: "each is compared with the last of all, whoever's that is",
    },
    {
      name: "everybody books on the first row",
      file: "convex/model/replies/budget.ts",
      find: `  const first = shardOf(key);`,
      replace: `  const first = 0;`,
      why: "the day's budget is kept in parts, and all take from the same",
    },
    {
      name: "a reply is looked for among all",
      file: "convex/model/conversations/replyProcess.ts",
      find: `    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "reply").eq("turn", turn),
    )`,
      replace: `    .withIndex("by_kind_and_state", (q) => q.eq("kind", "reply"))
    .filter((q) =>
      q.and(q.eq(q.field("conversationId"), conversationId), q.eq(q.field("turn"), turn)),
    )`,
      why: "found all the same, past everybody else's",
    },
  ] as const
).map(whole(9));

export const BOUNDED: Mutant[] = (
  [
    {
      name: "what is new has no end",
      file: "convex/messages.ts",
      find: `    const rows = await settled.take(Messages.LIVE_LIMIT);`,
      replace: `    const rows = await settled.collect();`,
      why: "a page that has been open for long reads all that was said since",
    },
    {
      name: "all that was resolved",
      file: "convex/model/desk/lists.ts",
      find: `    .withIndex("by_resolved_and_silent", (q) => q.gt("resolvedAt", undefined))
    .order("desc")
    .take(limit);`,
      replace: `    .withIndex("by_resolved_and_silent", (q) => q.gt("resolvedAt", undefined))
    .order("desc")
    .collect()
    .then((rows) => rows.slice(0, limit));`,
      why: "fifty are shown of all that are read",
    },
    {
      name: "all their conversations",
      file: "convex/model/desk/customerPanel.ts",
      find: `        .take(MAX_CONVERSATIONS + 1)`,
      replace: `        .collect()`,
      why: "how many there are is counted to the end",
    },
    {
      name: "everywhere I was named",
      file: "convex/model/desk/mentions.ts",
      find: `    .order("desc")
    .take(LISTED);`,
      replace: `    .order("desc")
    .collect();`,
      why: "a list of the latest, without how many",
    },
    {
      name: "back to the first word",
      file: "convex/model/replies/context.ts",
      find: `    if (row.episode !== episode) break;`,
      replace: `    if (row.episode !== episode) continue;`,
      why: "what was said in earlier episodes is passed over, not stopped at",
    },
  ] as const
).map(whole(10));

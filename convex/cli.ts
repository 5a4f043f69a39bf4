/**
 * What has no page yet, for whoever may deploy: `npx convex run cli:gaps`. The same as the public functions of these
 * names, with keys that a person has at hand (an address, a slug), and no client can call them. Each change is an event
 * "by the CLI". docs/cli.md has a line for each.
 */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { siteUrl } from "./env";
import { internalAction, internalMutation, internalQuery } from "./functions";
import { publicUser, vPublicUser } from "./model/accounts/publicUser";
import { findUserByEmail, requireByEmail } from "./model/accounts/users";
import { requireAgentBySlug } from "./model/agents/agents";
import { recordBackup } from "./model/analytics/backups";
import { loadHealth, vProviderHealth } from "./model/analytics/health";
import { recordAct } from "./model/analytics/events";
import { listGaps, vGap } from "./model/analytics/gaps";
import * as AgentEntries from "./model/desk/agents";
import * as DocumentEntries from "./model/desk/documents";
import { addCustomer } from "./model/desk/people";
import * as Schedules from "./model/desk/schedules";
import { listNews, vNews } from "./model/desk/rechecks";
import { addSite as addSitePages, vNewSite } from "./model/desk/sites";
import * as Sources from "./model/desk/sources";
import * as Staff from "./model/desk/staff";
import {
  documentSummary,
  requireDocument,
  requireDocumentBySlug,
  vDocumentSummary,
  vNewDocument,
} from "./model/knowledge/documents";
import { describeVersions, vVersion } from "./model/knowledge/history";
import { changeLinkHosts } from "./model/knowledge/guardrailRows";
import { vEmbeddingProgress } from "./model/knowledge/vectors";
import { embedUnembedded } from "./model/knowledge/reading";
import { listRecalled, PAGE_LIMIT, vRecalled } from "./model/recall/list";
import { startTelling } from "./model/recall/tell";
import { vView } from "./model/recall/told";
import { startTrial as beginTrial, vTrialInput } from "./model/replies/trialPlan";
import { loadTrialReport, vTrialReport } from "./model/replies/trialReport";
import { requireTrialOf } from "./model/replies/trialRows";
import { appError } from "./lib/errors";
import { toBase64Url } from "./lib/keys";
import { normalizeEmail } from "./lib/text";
import { SECOND } from "./lib/time";
import { agentFields, processFields, vTimestamp } from "./validators";

const vAgent = v.object(agentFields).omit("metrics");
const vEmbedded = v.object({ made: v.number(), ...vEmbeddingProgress.fields });
const vSlug = v.string();
/** Acts of the CLI have no actor. */
const byCli = {};

/** For the CLI: as `users.createUser`, a customer at the counter. Errors: `conflict`, `invalid_input`. */
export const createUser = internalMutation({
  args: { email: v.string(), name: v.optional(v.string()), phone: v.optional(v.string()) },
  returns: v.id("users"),
  handler: async (ctx, args) => await addCustomer(ctx, args, byCli),
});

/** For the CLI: as `users.getUserByEmail`, the person with an address, or null. Errors: `invalid_input`. */
export const getUserByEmail = internalQuery({
  args: { email: v.string() },
  returns: v.union(vPublicUser, v.null()),
  handler: async (ctx, { email }) => {
    const user = await findUserByEmail(ctx, normalizeEmail(email));
    return user && publicUser(user);
  },
});

/**
 * For the CLI: as `users.setBlocked`, by e-mail address. Errors: `not_found`, `invalid_input`, `conflict` for an
 * admin.
 */
export const setBlocked = internalMutation({
  args: { email: v.string(), blocked: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { email, blocked }) => {
    const { _id } = await requireByEmail(ctx, email);
    await Staff.setBlocked(ctx, _id, { blocked });
    return null;
  },
});

/** For the CLI: as `agents.createAgent`. Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export const createAgent = internalMutation({
  args: vAgent.fields,
  returns: v.id("agents"),
  handler: async (ctx, args) => await AgentEntries.addAgent(ctx, args, byCli),
});

/** For the CLI: as `agents.updateAgent`, by slug. Errors: `not_found`, `invalid_input`, `too_large`. */
export const updateAgent = internalMutation({
  args: { ...vAgent.partial().fields, slug: vSlug, trialId: v.optional(v.id("workflows")) },
  returns: v.null(),
  handler: async (ctx, { slug, trialId, ...changes }) => {
    const agent = await requireAgentBySlug(ctx, slug);
    if (trialId !== undefined) {
      await requireTrialOf(ctx, trialId, { agentId: agent._id, changes });
    }
    await AgentEntries.changeAgent(ctx, agent, changes, { trialId });
    return null;
  },
});

/** For the CLI: as `knowledge.setLinkHosts`. Errors: `invalid_input`, `too_large`. */
export const setLinkHosts = internalMutation({
  args: { hosts: v.array(v.string()) },
  returns: v.array(v.string()),
  handler: async (ctx, { hosts }) => {
    const kept = await changeLinkHosts(ctx, hosts);
    await recordAct(ctx, "link_hosts_changed", byCli);
    return kept;
  },
});

/** For the CLI: as `trials.start`, by slugs. */
export const startTrial = internalMutation({
  args: {
    slug: vSlug,
    ...vTrialInput.omit("documents").fields,
    add: v.optional(v.array(vSlug)),
    remove: v.optional(v.array(vSlug)),
  },
  returns: v.id("workflows"),
  handler: async (ctx, { slug, add = [], remove = [], ...input }) => {
    const { _id: agentId } = await requireAgentBySlug(ctx, slug);
    const idsOf = (slugs: string[]) =>
      Promise.all(slugs.map(async (one) => (await requireDocumentBySlug(ctx, one))._id));
    const documents = { add: await idsOf(add), remove: await idsOf(remove) };
    return await beginTrial(ctx, { ...input, agentId, documents }, byCli);
  },
});

/** For the CLI: as `trials.get`. Errors: `not_found`. */
export const trial = internalQuery({
  args: { trialId: v.id("workflows") },
  returns: vTrialReport,
  handler: async (ctx, { trialId }) => await loadTrialReport(ctx, trialId),
});

/** For the CLI: as `knowledge.gaps`, questions that found nothing, most frequent first, at most 100. */
export const gaps = internalQuery({
  args: {},
  returns: v.array(vGap),
  handler: async (ctx) => await listGaps(ctx),
});

/** For the CLI: as `health.providers`, the last success and failure of each provider, and what to do. */
export const providers = internalQuery({
  args: {},
  returns: v.array(vProviderHealth),
  handler: async (ctx) => await loadHealth(ctx, Date.now()),
});

/** For `npx pnpm run export`: the export that has just been downloaded, which the deployment itself is not told of. */
export const noteBackup = internalMutation({
  args: { withFiles: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { withFiles }) => {
    await recordBackup(ctx, withFiles);
    return null;
  },
});

/** For the CLI: as `knowledge.addDocument`. Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export const addDocument = internalMutation({
  args: vNewDocument.fields,
  returns: v.id("knowledge"),
  handler: async (ctx, document) => await DocumentEntries.addDocument(ctx, document, byCli),
});

/** For `npx pnpm run add-file`: where one file may be sent to within the hour, by a ticket (`x-upload-ticket`). */
export const admitUpload = internalAction({
  args: {},
  returns: v.object({ url: v.string(), ticket: v.string() }),
  handler: async (ctx): Promise<{ url: string; ticket: string }> => {
    const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    const uploadId = await ctx.runMutation(internal.files.admitTicket, { secret });
    return { url: `${siteUrl()}/files?for=document`, ticket: `${uploadId}.${secret}` };
  },
});

/** For `npx pnpm run add-file`: as `sources.addFile`, or `sources.replaceFile` of the document of that slug. */
export const addFile = internalMutation({
  args: { ...Sources.vFile.fields, ...Sources.vNewSource.fields, replace: v.optional(v.boolean()) },
  returns: v.id("knowledge"),
  handler: async (ctx, { replace = false, ...input }) => {
    if (!replace) return await Sources.addFileDocument(ctx, input, byCli);
    const document = await requireDocumentBySlug(ctx, input.slug ?? "");
    await Sources.replaceByFile(ctx, document, input, byCli);
    return document._id;
  },
});

/** For the CLI: as `sources.addUrl`. Errors: `conflict` for a slug that exists, `invalid_input`. */
export const addUrl = internalMutation({
  args: { url: v.string(), ...Sources.vNewSource.fields },
  returns: v.id("knowledge"),
  handler: async (ctx, args) => await Sources.addPageDocument(ctx, args, byCli),
});

/** For the CLI: as `sources.addSite`; `cli:site` says how far it is. Errors: `invalid_input`, `conflict`. */
export const addSite = internalMutation({
  args: vNewSite.fields,
  returns: v.id("workflows"),
  handler: async (ctx, args) => await addSitePages(ctx, args, byCli),
});

/** For the CLI: how far a site's pages have come. Errors: `not_found`. */
export const site = internalQuery({
  args: { processId: v.id("workflows") },
  returns: processFields.step,
  handler: async (ctx, { processId }) => {
    const row = await ctx.db.get("workflows", processId);
    if (row?.site === undefined) throw appError("not_found", "There is no such site.");
    return row.error === undefined ? row.step : row.error.message;
  },
});

/** For the CLI: as `sources.news`. */
export const sourceNews = internalQuery({
  args: {},
  returns: v.array(vNews),
  handler: async (ctx) => await listNews(ctx),
});

/** For the CLI: as `knowledge.get` without the text, by id: how far reading in has come. Errors: `not_found`. */
export const document = internalQuery({
  args: { documentId: v.id("knowledge") },
  returns: vDocumentSummary,
  handler: async (ctx, { documentId }) => documentSummary(await requireDocument(ctx, documentId)),
});

/** For the CLI: as `knowledge.replaceDocument`, by slug. Errors: `not_found`, `conflict`, `invalid_input`, `too_large`. */
export const replaceDocument = internalMutation({
  args: { ...vNewDocument.fields, slug: vSlug },
  returns: v.null(),
  handler: async (ctx, { slug, ...text }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await DocumentEntries.replaceDocument(ctx, document, text, byCli);
    return null;
  },
});

/** For the CLI: as `knowledge.publish`, by slug. Errors: `not_found`, `conflict`. */
export const publish = internalMutation({
  args: { slug: vSlug },
  returns: v.null(),
  handler: async (ctx, { slug }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await DocumentEntries.publishDocument(ctx, document, true, byCli);
    return null;
  },
});

/** For the CLI: as `knowledge.unpublish`, by slug. Errors: `not_found`, `conflict`. */
export const unpublish = internalMutation({
  args: { slug: vSlug },
  returns: v.null(),
  handler: async (ctx, { slug }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await DocumentEntries.publishDocument(ctx, document, false, byCli);
    return null;
  },
});

/** For the CLI: as `versions.list`, by slug. Errors: `not_found`. */
export const versions = internalQuery({
  args: { slug: vSlug },
  returns: v.array(vVersion),
  handler: async (ctx, { slug }) =>
    await describeVersions(ctx, await requireDocumentBySlug(ctx, slug)),
});

/** For the CLI: as `versions.takeBack`, by slug. Errors: `not_found`, `conflict`. */
export const takeBack = internalMutation({
  args: { slug: vSlug, to: v.number() },
  returns: v.null(),
  handler: async (ctx, { slug, to }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await DocumentEntries.takeBackDocument(ctx, document, to, byCli);
    return null;
  },
});

/** For the CLI: as `versions.setExpiry`, by slug. Errors: `not_found`, `invalid_input`. */
export const setExpiry = internalMutation({
  args: { slug: vSlug, expiresAt: v.union(vTimestamp, v.null()) },
  returns: v.null(),
  handler: async (ctx, { slug, expiresAt }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await Schedules.setExpiry(ctx, document, expiresAt, byCli);
    return null;
  },
});

/** For the CLI: as `recalls.list`, by slug: ten conversations, and where to go on. Errors: `not_found`. */
export const recalls = internalQuery({
  args: { slug: vSlug, view: v.optional(vView), cursor: v.optional(v.string()) },
  returns: v.object({
    page: v.array(vRecalled),
    /** For the next call; null: that was all. */
    next: v.union(v.object({ view: vView, cursor: v.optional(v.string()) }), v.null()),
  }),
  handler: async (ctx, { slug, view = "open", cursor = null }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    const options = { numItems: PAGE_LIMIT, cursor };
    const { page, isDone, continueCursor } = await listRecalled(ctx, document, view, options);
    if (!isDone) return { page, next: { view, cursor: continueCursor } };
    return { page, next: view === "open" ? { view: "resolved" as const } : null };
  },
});

/** For the CLI: as `recalls.tell`, by slug. Errors: `not_found`, `conflict`, `invalid_input`, `too_large`. */
export const tell = internalMutation({
  args: { slug: vSlug, text: v.optional(v.string()) },
  returns: v.id("workflows"),
  handler: async (ctx, { slug, text }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    const processId = await startTelling(ctx, document, text);
    await recordAct(ctx, "recall_sent", { documentId: document._id });
    return processId;
  },
});

/** For the CLI: as `knowledge.remove`, by slug. Errors: `not_found`. */
export const remove = internalMutation({
  args: { slug: vSlug },
  returns: v.null(),
  handler: async (ctx, { slug }) => {
    const document = await requireDocumentBySlug(ctx, slug);
    await DocumentEntries.removeDocument(ctx, document, byCli);
    return null;
  },
});

/**
 * For the CLI (`npx pnpm run embed`): makes vectors for documents that lack those of the model of today, for some
 * seconds, and says how many were made and are left. `again` tries what failed now, not at its time.
 */
export const embed = internalAction({
  args: { again: v.optional(v.boolean()) },
  returns: vEmbedded,
  handler: async (ctx, { again = false }): Promise<Infer<typeof vEmbedded>> => {
    if (again) await ctx.runMutation(internal.knowledge.retryUnembedded, {});
    const made = await embedUnembedded(ctx, 3 * SECOND);
    return { made, ...(await ctx.runQuery(internal.knowledge.countUnembedded, {})) };
  },
});

/** Articles of other help centres, into drafts. Rules: `model/knowledge/exports.ts`, `model/knowledge/imported.ts`. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import type { ActionCtx } from "./_generated/server";
import { adminAction, internalAction, internalMutation, internalQuery } from "./functions";
import { recordAct } from "./model/analytics/events";
import type { Article } from "./model/knowledge/exports";
import * as Imported from "./model/knowledge/imported";
import type { Id } from "./_generated/dataModel";
import { vExportFormat, vHelpCentre } from "./validators";

/** Of one call: so that its progress can be shown. */
const BATCH = 25;
/** Characters of bodies: an action takes 5 MiB. */
const BATCH_CHARS = 1_000_000;

const vImport = v.object({
  system: vHelpCentre,
  format: vExportFormat,
  /** The file. */
  text: v.string(),
  /** Of articles that name none. */
  category: v.string(),
  /** `next` of the call before. */
  from: v.optional(v.number()),
});
const vResult = v.object({
  ...Imported.vStored.fields,
  /** Not public there: left out. */
  hidden: v.number(),
  /** How many the file has, and from where to go on; null at its end. */
  of: v.number(),
  next: v.union(v.number(), v.null()),
});

/**
 * Makes drafts of the next 25 articles of an export: of Zendesk (Help Center API), Intercom (Articles API) or Chatwoot
 * (portal articles), as JSON or as CSV with the same names. Call it again with `from: next` until that is null. An
 * article that was imported before and is as it was changes nothing; one that has changed updates its draft, or makes
 * one of its document; one that can't be read is in `failed`, with why. A file has at most 4,000,000 characters and
 * 2,000 articles. Errors: `invalid_input` for what is no such export, `too_large`.
 */
export const importArticles = adminAction({
  limit: "knowledge",
  args: vImport.fields,
  returns: vResult,
  handler: async (ctx, args): Promise<Infer<typeof vResult>> =>
    await importBatch(ctx, args, ctx.caller.userId),
});

/** For the CLI (`npx pnpm run import-articles`): as `importArticles`, for whoever may deploy. */
export const importShopArticles = internalAction({
  args: vImport.fields,
  returns: vResult,
  handler: async (ctx, args): Promise<Infer<typeof vResult>> => await importBatch(ctx, args),
});

type Known = Article & { contentHash: string };

async function importBatch(
  ctx: ActionCtx,
  { system, format, text, category, from = 0 }: Infer<typeof vImport>,
  actorId?: Id<"users">,
): Promise<Infer<typeof vResult>> {
  // With the call: the readers are nothing that mutations beside this load.
  const { hashOf, listRows, readArticle } = await import("./model/knowledge/exports");
  const rows = listRows(system, format, text);
  const failed: Infer<typeof Imported.vStored>["failed"] = [];
  const articles: Known[] = [];
  const seen = keysOf(rows.slice(0, from).map((row) => readArticle(system, row)));
  let [next, hidden, chars] = [from, 0, 0];
  for (; next < Math.min(rows.length, from + BATCH) && chars < BATCH_CHARS; next++) {
    const article = readArticle(system, rows[next]);
    const why = "error" in article ? article.error : seen.has(article.key) && TWICE;
    if (why) failed.push({ article: `no. ${next + 1}`, why });
    if (why || "error" in article) continue;
    seen.add(article.key);
    chars += article.body.length;
    if (article.hidden) hidden += 1;
    else articles.push({ ...article, contentHash: hashOf(article) });
  }
  const keys = articles.map(({ key, contentHash }) => ({ key, contentHash }));
  const known: string[] = await ctx.runQuery(internal.imports.unchanged, { system, keys });
  const changed = articles.filter(({ key }) => !known.includes(key));
  const read = await readBodies(ctx, changed);
  const ready = read.flatMap(({ article, body, error }) => {
    if (body === undefined) {
      failed.push({ article: article.title.slice(0, 200), why: error ?? "It has no text." });
      return [];
    }
    const { key, title, contentHash } = article;
    const format = "markdown" as const;
    return [{ key, title, contentHash, category: article.category ?? category, format, body }];
  });
  const batch = { system, articles: ready, actorId };
  const stored: Infer<typeof Imported.vStored> = await ctx.runMutation(
    internal.imports.store,
    batch,
  );
  return {
    ...stored,
    unchanged: stored.unchanged + known.length,
    failed: [...failed, ...stored.failed],
    hidden,
    of: rows.length,
    next: next < rows.length ? next : null,
  };
}

const TWICE = "Another article of this file has its number.";
const keysOf = (read: (Article | { error: string })[]) =>
  new Set(read.flatMap((article) => ("error" in article ? [] : [article.key])));

type Read = { article: Known; body?: string; error?: string };

async function readBodies(ctx: ActionCtx, articles: Known[]): Promise<Read[]> {
  const pages = articles.filter(({ format }) => format === "html").map(({ body }) => body);
  const converted =
    pages.length === 0 ? [] : await ctx.runAction(internal.articleReader.convert, { pages });
  return articles.map((article): Read => {
    if (article.format !== "html") return { article, body: article.body };
    const page = converted.shift()!;
    return "error" in page ? { article, error: page.error } : { article, body: page.markdown };
  });
}

export const unchanged = internalQuery({
  args: {
    system: vHelpCentre,
    keys: v.array(v.object({ key: v.string(), contentHash: v.string() })),
  },
  returns: v.array(v.string()),
  handler: async (ctx, { system, keys }) => await Imported.listUnchanged(ctx, system, keys),
});

export const store = internalMutation({
  args: { ...Imported.vArticles.fields, actorId: v.optional(v.id("users")) },
  returns: Imported.vStored,
  handler: async (ctx, { actorId, ...batch }) => {
    const stored = await Imported.storeArticles(ctx, batch);
    const count = stored.added + stored.updated;
    const data = { reason: batch.system, count };
    if (count > 0) await recordAct(ctx, "articles_imported", { actorId }, data);
    return stored;
  },
});

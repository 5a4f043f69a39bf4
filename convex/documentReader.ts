"use node";
/** Reads documents' originals, files and pages of the web: in Node, where parsers and sockets are. */
import { createHash } from "node:crypto";
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import type { ActionCtx } from "./_generated/server";
import { mayFetchLoopback } from "./env";
import { internalAction } from "./functions";
import { isAppError } from "./lib/errors";
import { logWarning } from "./lib/log";
import { ReadFault } from "./lib/readFault";
import type { vLook, vWatched } from "./model/desk/rechecks";
import type { vUnread } from "./model/desk/sources";
import { vIngest } from "./model/knowledge/vectors";
import type { ReadDocument } from "./providers/documents/read";
import type { Page, Seen } from "./providers/web/fetchPage";
import type { vWebSeen } from "./validators";

type Read = { text: ReadDocument; seen?: Infer<typeof vWebSeen> };
type Fault = { code: string; message: string };

/** The text of a document's next version, from its original. False: it can't be read, or is no longer wanted. */
export const read = internalAction({
  args: vIngest.fields,
  returns: v.boolean(),
  handler: async (ctx, { ref, processId }): Promise<boolean> => {
    const unread = await ctx.runQuery(internal.sources.loadUnread, { ref });
    if (unread === null) return true;
    try {
      const { url } = unread;
      const read = url === undefined ? await readFile(ctx, unread) : await readPage(url);
      return await ctx.runMutation(internal.sources.storeText, { ref, processId, ...read });
    } catch (error) {
      const fault = describeFault(error);
      await ctx.runMutation(internal.sources.failReading, { ref, processId, ...fault });
      return false;
    }
  },
});

async function readFile(ctx: ActionCtx, { fileId, name }: Infer<typeof vUnread>): Promise<Read> {
  const file = fileId && (await ctx.storage.get(fileId));
  if (!file) throw new ReadFault("file_broken", "The file is gone. Upload it again.");
  const { readOriginal } = await import("./providers/documents/read");
  return { text: await readOriginal({ bytes: new Uint8Array(await file.arrayBuffer()), name }) };
}

async function readPage(url: string): Promise<Read> {
  const page = await fetchFrom(url);
  if (page.kind === "page") return await readFetched(page);
  throw gone();
}

async function fetchFrom(url: string, seen?: Seen) {
  const { fetchPage } = await import("./providers/web/fetchPage");
  return await fetchPage(url, { network: { loopback: mayFetchLoopback() }, seen });
}

const gone = () => new ReadFault("url_gone", "There is no page at this address, or no more.");

async function readFetched({ bytes, url, charset, etag, lastModified }: Page) {
  const { readOriginal } = await import("./providers/documents/read");
  const name = new URL(url).pathname.split("/").at(-1) ?? "";
  const text = await readOriginal({ bytes, name, address: url, charset });
  const contentHash = createHash("sha256").update(text.body).digest("hex").slice(0, 32);
  return { text, seen: { contentHash, etag, lastModified } };
}

/** What another try would meet again, in words; anything else is thrown on. */
function describeFault(error: unknown): Fault {
  if (error instanceof ReadFault) return { code: error.code, message: error.message };
  if (isAppError(error)) return { code: error.data.code, message: error.data.message };
  throw error;
}

/** Looks at pages again, one after another. What dies here is looked at again within the hour. */
export const recheck = internalAction({
  args: { processIds: v.array(v.id("workflows")) },
  returns: v.null(),
  handler: async (ctx, { processIds }): Promise<null> => {
    for (const processId of processIds) {
      const watched = await ctx.runQuery(internal.sources.loadWatched, { processId });
      if (watched === null) continue;
      const look = await lookAgain(watched);
      await ctx.runMutation(internal.sources.endRecheck, { processId, look });
    }
    return null;
  },
});

async function lookAgain({ url, seen }: Infer<typeof vWatched>): Promise<Infer<typeof vLook>> {
  try {
    const page = await fetchFrom(url, seen);
    if (page.kind === "unchanged") return { kind: "same", seen };
    if (page.kind === "gone") throw gone();
    const { text, seen: now } = await readFetched(page);
    if (now.contentHash === seen.contentHash) return { kind: "same", seen: now };
    return { kind: "changed", seen: now, text };
  } catch (error) {
    if (error instanceof ReadFault && error.code !== "url_too_slow") {
      return { kind: "refused", error: describeFault(error) };
    }
    const { message } = error as Error;
    logWarning("a page can't be looked at again", message);
    return { kind: "unreachable", error: { code: "url_unreachable", message } };
  }
}

/** The pages of a site, from its sitemap. False: there is nothing to add. */
export const listSite = internalAction({
  args: { processId: v.id("workflows") },
  returns: v.boolean(),
  handler: async (ctx, { processId }): Promise<boolean> => {
    const site = await ctx.runQuery(internal.sources.loadUnlisted, { processId });
    if (site === null) return true;
    try {
      const { listSitePages } = await import("./providers/web/sitemap");
      const network = { loopback: mayFetchLoopback() };
      const { pages } = await listSitePages(site.url, { network, most: site.most });
      await ctx.runMutation(internal.sources.storeListing, { processId, pages });
      return true;
    } catch (error) {
      await ctx.runMutation(internal.sources.failSite, { processId, ...describeFault(error) });
      return false;
    }
  },
});

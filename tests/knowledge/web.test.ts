// @vitest-environment node
/** Documents of pages of the web: fetched, read in, looked at again; a site's pages by its sitemap. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, SECOND } from "../../convex/lib/time";
import { pdf } from "../../bench/originals";
import { redirect, send, serveSite, type Handler, type Site } from "./hostileServer";
import {
  admin,
  clockedDeployment,
  finishIngests,
  finishProcesses,
  hush,
  outcomeOf,
  passTime,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

let site: Site;
beforeEach(() => void hush());
afterEach(() => site.close());

const page = (title: string, text: string) =>
  `<!doctype html><html><head><title>${title}</title></head><body><nav><a href="/">Home</a></nav>
   <main><h1>${title}</h1><h2 id="screens">Screens</h2><p>${text}</p></main></body></html>`;
const PRICES = page("Prices", "A laptop screen costs $129.99 with the work.");

async function open(paths: Record<string, Handler>) {
  site = await serveSite(paths);
  const t = clockedDeployment({ FETCH_LOOPBACK: "true" });
  return { t, sam: await admin(t), origin: site.origin };
}
const addUrl = (sam: Caller, url: string, more: { slug?: string; title?: string } = {}) =>
  sam.t.mutation(api.sources.addUrl, { url, category: "prices", ...more });
const read = async (t: Deployment, sam: Caller, documentId: Id<"knowledge">) => {
  await finishIngests(t);
  return await sam.t.query(api.knowledge.get, { documentId });
};
const rows = (t: Deployment, kind: Doc<"workflows">["kind"]) =>
  t.run((ctx) =>
    ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", kind))
      .collect(),
  );
const watch = async (t: Deployment) => (await rows(t, "recheck"))[0]!;
/** A day passes, upkeep runs, and the pages have been looked at. */
async function nextDay(t: Deployment, ms = DAY): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  const processIds = await t.run(async (ctx) => {
    const due = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_finished", (q) =>
        q.eq("kind", "recheck").eq("finishedAt", undefined).lte("dueAt", Date.now()),
      )
      .collect();
    return due.map(({ _id }) => _id);
  });
  await t.action(internal.documentReader.recheck, { processIds });
}

describe("a page", () => {
  test("answers once it is read in, and a citation of it leads to its place there", async () => {
    const { t, sam, origin } = await open({ "/prices": send(PRICES) });
    const documentId = await addUrl(sam, `${origin}/prices#top`);
    const document = await read(t, sam, documentId);
    expect(document).toMatchObject({
      state: "published",
      title: "Prices",
      url: `${origin}/prices`,
      slug: `127-0-0-1-${site.port}-prices`,
    });
    expect(document.body).not.toContain("Home");
    const { passages } = await sam.t.action(api.knowledge.search, { question: "laptop screen" });
    expect(passages[0]).toMatchObject({ place: "screens", url: `${origin}/prices` });
    const dana = await technician(t);
    expect(await dana.t.query(api.sources.original, { documentId })).toEqual({
      url: `${origin}/prices`,
    });
  });

  test("that is a PDF is one", async () => {
    const body = pdf([[["A laptop battery costs $79.", 50, 50]]]);
    const { t, sam, origin } = await open({ "/list.pdf": send(body, { "content-type": "x" }) });
    expect((await read(t, sam, await addUrl(sam, `${origin}/list.pdf`))).body).toContain("$79");
  });

  test.each([
    ["url_gone", "/none"],
    ["url_private", "/private"],
    ["url_robots", "/closed"],
    ["url_refused", "/login"],
    ["url_redirects", "/circle"],
    ["file_no_text", "/empty"],
    ["file_type", "/picture"],
  ])("that ends in %s says so on its document, after one try", async (code, path) => {
    const { t, sam, origin } = await open({
      "/robots.txt": send("User-agent: *\nDisallow: /closed"),
      "/private": redirect("http://169.254.169.254/latest"),
      "/closed": send(PRICES),
      "/login": send("", {}, 401),
      "/circle": redirect("/circle"),
      "/empty": send(" "),
      "/picture": send("\x89PNG\r\n\x1a\n"),
    });
    const document = await read(t, sam, await addUrl(sam, `${origin}${path}`));
    expect(document).toMatchObject({ state: "failed", error: { code } });
    expect(await rows(t, "recheck")).toEqual([]);
    expect(await rows(t, "ingest")).toMatchObject([
      { state: "failed", attempt: 1, error: { code } },
    ]);
  });

  test("that can't be reached just now is tried again by itself", async () => {
    let tries = 0;
    const busy: Handler = (request, response) =>
      ++tries < 3 ? void response.writeHead(503).end() : send(PRICES)(request, response);
    const { t, sam, origin } = await open({ "/prices": busy });
    expect((await read(t, sam, await addUrl(sam, `${origin}/prices`))).state).toBe("published");
  });

  test("of this machine is never fetched without the tests' switch, nor where others reach the deployment", async () => {
    site = await serveSite({ "/prices": send(PRICES) });
    const settings: Record<string, string>[] = [
      {},
      { FETCH_LOOPBACK: "true", CONVEX_SITE_URL: "https://happy-otter-1.convex.site" },
    ];
    for (const env of settings) {
      const t = clockedDeployment(env);
      const sam = await admin(t);
      const document = await read(t, sam, await addUrl(sam, `${site.origin}/prices`));
      expect(document.error?.code).toBe("url_private");
    }
    expect(site.asked).toEqual([]);
  });

  test.each(["prices", "file:///etc/passwd", "https://a:b@shop.example/", ""])(
    "has an address of the web: %j is refused at once",
    async (url) => {
      const { sam } = await open({});
      expect(await outcomeOf(addUrl(sam, url))).toBe("invalid_input");
    },
  );
});

describe("a page that is looked at again", () => {
  /** `now` may be changed. */
  async function watched() {
    const now = { body: PRICES, etag: '"1"' };
    const answer: Handler = (request, response) =>
      request.headers["if-none-match"] === now.etag
        ? void response.writeHead(304).end()
        : send(now.body, { etag: now.etag })(request, response);
    const opened = await open({ "/prices": answer });
    const documentId = await addUrl(opened.sam, `${opened.origin}/prices`);
    await finishIngests(opened.t);
    return { ...opened, now, documentId };
  }
  const drafts = (sam: Caller) =>
    sam.t
      .query(api.drafts.list, { paginationOpts: { cursor: null, numItems: 10 } })
      .then(({ page }) => page);

  test("and hasn't changed is asked for by what its server said, and nothing happens", async () => {
    const { t, sam, documentId } = await watched();
    const { dueAt } = await watch(t);
    await nextDay(t);
    expect(site.asked.at(-1)!.headers["if-none-match"]).toBe('"1"');
    expect(await watch(t)).toMatchObject({ state: "running", attempt: 1 });
    expect((await watch(t)).dueAt).toBeGreaterThanOrEqual(dueAt! + DAY);
    expect(await drafts(sam)).toEqual([]);
    expect(await sam.t.query(api.sources.news, {})).toEqual([]);
    expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({ version: 1 });
  });

  test("and says the same in other bytes is no news", async () => {
    const { t, sam, now } = await watched();
    Object.assign(now, { body: PRICES.replace("<nav>", '<nav class="new">'), etag: '"2"' });
    await nextDay(t);
    expect(await sam.t.query(api.sources.news, {})).toEqual([]);
    expect((await watch(t)).web?.etag).toBe('"2"');
  });

  test("and has changed is news with a draft: the old text answers until it is approved", async () => {
    const { t, sam, now, documentId } = await watched();
    Object.assign(now, { body: PRICES.replace("$129.99", "$139.99"), etag: '"2"' });
    await nextDay(t);
    const [draft] = await drafts(sam);
    expect(draft).toMatchObject({
      documentId,
      origin: { kind: "source", name: `${site.origin}/prices` },
    });
    const [news] = await sam.t.query(api.sources.news, {});
    expect(news).toMatchObject({
      documentId,
      draftId: draft!._id,
      error: { code: "page_changed" },
    });
    expect(await sam.t.query(api.sources.changes, { documentId })).toMatchObject([
      {
        heading: "Screens",
        before: expect.stringContaining("$129.99") as string,
        after: expect.stringContaining("$139.99") as string,
      },
    ]);
    const found = () => sam.t.action(api.knowledge.search, { question: "laptop screen" });
    expect((await found()).passages[0]?.text).toContain("$129.99");
    // The same news once, however often it is looked at.
    await nextDay(t);
    expect(await drafts(sam)).toHaveLength(1);
    Object.assign(now, { body: PRICES.replace("$129.99", "$149.99"), etag: '"3"' });
    await nextDay(t);
    const [latest, ...others] = await drafts(sam);
    expect(others).toEqual([]);
    const { updatedAt } = latest!;
    await sam.t.mutation(api.drafts.approve, { draftId: latest!._id, updatedAt });
    await finishIngests(t);
    expect((await found()).passages[0]).toMatchObject({
      text: expect.stringContaining("$149.99") as string,
      url: `${site.origin}/prices`,
      place: "screens",
    });
    expect(await sam.t.query(api.sources.news, {})).toEqual([]);
    expect(await sam.t.query(api.sources.changes, { documentId })).toEqual([]);
    await nextDay(t);
    expect(await watch(t)).toMatchObject({ state: "running" });
    expect((await watch(t)).error).toBeUndefined();
  });

  test("leaves a draft of somebody's alone, and proposes the change once that is gone", async () => {
    const { t, sam, now, documentId } = await watched();
    const text = { title: "Prices", category: "prices", format: "text" as const, body: "By hand." };
    const draftId = await sam.t.mutation(api.drafts.save, { documentId, ...text });
    Object.assign(now, { body: PRICES.replace("$129.99", "$139.99"), etag: '"2"' });
    await nextDay(t);
    expect((await sam.t.query(api.drafts.get, { draftId })).body).toBe("By hand.");
    expect((await sam.t.query(api.sources.news, {}))[0]?.draftId).toBe(draftId);
    await sam.t.mutation(api.drafts.discard, { draftId });
    await nextDay(t);
    expect(await drafts(sam)).toMatchObject([{ documentId, origin: { kind: "source" } }]);
  });

  test("and is gone is news, once; the document goes on answering, and is watched for its return", async () => {
    const { t, sam } = await watched();
    const answer = site.paths["/prices"]!;
    delete site.paths["/prices"];
    await nextDay(t);
    await nextDay(t);
    expect(await sam.t.query(api.sources.news, {})).toMatchObject([
      { error: { code: "url_gone" } },
    ]);
    const events = await t.run((ctx) =>
      ctx.db
        .query("analytics")
        .withIndex("by_type", (q) => q.eq("type", "source_changed"))
        .collect(),
    );
    expect(events).toHaveLength(1);
    const { passages } = await sam.t.action(api.knowledge.search, { question: "laptop screen" });
    expect(passages).not.toEqual([]);
    site.paths["/prices"] = answer;
    await nextDay(t);
    expect(await sam.t.query(api.sources.news, {})).toEqual([]);
  });

  test("and can't be reached is tried again ever later, and is news after a week", async () => {
    const { t, sam } = await watched();
    site.paths["/prices"] = send("", {}, 503);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const { dueAt } = await watch(t);
      await nextDay(t, dueAt! - Date.now());
      waits.push(((await watch(t)).dueAt! - Date.now()) / HOUR);
    }
    expect(waits).toEqual([2, 4, 8, 16, 24, 24, 24, 24, 24]);
    expect(await sam.t.query(api.sources.news, {})).toEqual([]);
    await nextDay(t);
    expect(await sam.t.query(api.sources.news, {})).toMatchObject([
      { error: { code: "url_unreachable" } },
    ]);
  });

  test("is found by upkeep when its time has come, and taken by one run alone", async () => {
    const { t } = await watched();
    await t.mutation(internal.workflows.upkeep, {});
    await passTime(SECOND);
    expect(site.timesAsked("/prices")).toBe(1);
    vi.setSystemTime(Date.now() + DAY);
    await t.mutation(internal.workflows.upkeep, {});
    await t.mutation(internal.sources.startRechecks, {});
    await t.mutation(internal.sources.startRechecks, {});
    for (let i = 0; i < 50 && site.timesAsked("/prices") < 2; i++) await passTime(20);
    await passTime(SECOND);
    expect(site.timesAsked("/prices")).toBe(2);
  });

  test("goes with its document, or when staff end it; and again when they want it", async () => {
    const { t, sam, documentId } = await watched();
    const workflowId = (await watch(t))._id;
    await sam.t.mutation(api.workflows.cancel, { workflowId });
    await nextDay(t);
    expect(site.timesAsked("/prices")).toBe(1);
    expect(await outcomeOf(sam.t.mutation(api.sources.recheck, { documentId }))).toBe("conflict");
    await sam.t.mutation(api.workflows.retry, { workflowId });
    await nextDay(t);
    expect(site.timesAsked("/prices")).toBe(2);
    await sam.t.mutation(api.knowledge.remove, { documentId });
    expect(await rows(t, "recheck")).toEqual([]);
  });
});

describe("a site", () => {
  const list = (...locs: string[]) =>
    `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${locs
      .map(
        (loc) =>
          `<url><loc>${loc}</loc><image:image><image:loc>${loc}.png</image:loc></image:image></url>`,
      )
      .join("")}</urlset>`;
  const addSite = (sam: Caller, url: string, most?: number) =>
    sam.t.mutation(api.sources.addSite, { url, category: "prices", ...(most && { most }) });
  const documents = async (sam: Caller) => {
    const paginationOpts = { cursor: null, numItems: 20 };
    const { page } = await sam.t.query(api.knowledge.list, { paginationOpts });
    return page.map(({ url, state, error }) => [
      new URL(url!).pathname + new URL(url!).search,
      error?.code ?? state,
    ]);
  };

  test("is added page by page, by index and packed list, each of its own host once", async () => {
    const { t, sam, origin } = await open({});
    Object.assign(site.paths, {
      "/robots.txt": send(`User-agent: *\nDisallow: /closed\nSitemap: ${origin}/index.xml`),
      "/index.xml": send(
        `<sitemapindex><sitemap><loc>${origin}/a.xml.gz</loc></sitemap><sitemap><loc>${origin}/b.xml</loc></sitemap><sitemap><loc>http://10.0.0.1/c.xml</loc></sitemap></sitemapindex>`,
      ),
      "/a.xml.gz": send(
        gzipSync(list(`${origin}/one`, `${origin}/two?a=1&amp;b=2`, `${origin}/one#x`)),
      ),
      "/b.xml": send(
        list(
          `${origin}/three`,
          `${origin}/closed`,
          `${origin}/a.jpg`,
          "https://other.example/",
          "http://10.0.0.1/",
        ),
      ),
      "/one": send(PRICES),
      "/two?a=1&b=2": send(PRICES),
    } satisfies Record<string, Handler>);
    const workflowId = await addSite(sam, `${origin}/any/page`);
    await finishProcesses(t, "site");
    expect((await documents(sam)).sort()).toEqual([
      ["/one", "published"],
      ["/three", "url_gone"],
      ["/two?a=1&b=2", "published"],
    ]);
    expect(await sam.t.query(api.workflows.get, { workflowId })).toMatchObject({
      state: "done",
      step: "2 of 3 pages read, 1 can't be read",
    });
    // The list was for this alone.
    const bodies = await t.run((ctx) =>
      ctx.db
        .query("knowledge")
        .withIndex("by_kind_and_updated", (q) => q.eq("kind", "body"))
        .collect(),
    );
    expect(bodies).toHaveLength(2);
    expect(await rows(t, "recheck")).toHaveLength(2);
  });

  test("of many pages comes a few at a time, as many as asked for, and no page twice", async () => {
    const { t, sam, origin } = await open({});
    const pages = Array.from({ length: 12 }, (_, i) => `/page-${i}`);
    let release = () => {};
    const released = new Promise<void>((done) => (release = done));
    for (const path of pages) {
      site.paths[path] = (request, response) =>
        void released.then(() => send(PRICES)(request, response));
    }
    site.paths["/sitemap.xml"] = send(list(...pages.map((path) => `${origin}${path}`)));
    const first = await addSite(sam, origin, 7);
    for (let i = 0; i < 500 && (await documents(sam)).length === 0; i++) await passTime(20);
    // While none of them is read, no other is added.
    for (let i = 0; i < 60; i++) await passTime(SECOND / 2);
    expect(await documents(sam)).toHaveLength(5);
    release();
    await finishProcesses(t, "site");
    const stepOf = async (workflowId: Id<"workflows">) =>
      (await sam.t.query(api.workflows.get, { workflowId })).step;
    expect(await stepOf(first)).toBe("7 of 7 pages read");
    const second = await addSite(sam, origin);
    await finishProcesses(t, "site");
    expect(await stepOf(second)).toBe("5 of 12 pages read, 7 known already");
    for (const path of pages) expect([path, site.timesAsked(path)]).toEqual([path, 1]);
  });

  test("without a sitemap, or that is closed to machines, says so", async () => {
    const { t, sam, origin } = await open({});
    const workflowId = await addSite(sam, origin);
    await finishProcesses(t, "site");
    const codeOf = async (workflowId: Id<"workflows">) =>
      (await sam.t.query(api.workflows.get, { workflowId })).error?.code;
    expect(await codeOf(workflowId)).toBe("url_no_pages");
    const closed = await serveSite({ "/robots.txt": send("User-agent: *\nDisallow: /") });
    const second = await addSite(sam, closed.origin);
    await finishProcesses(t, "site");
    expect(await codeOf(second)).toBe("url_robots");
    await closed.close();
  });

  test("that staff cancel stops, and goes on by retry", async () => {
    const { t, sam, origin } = await open({});
    const pages = Array.from({ length: 12 }, (_, i) => `/page-${i}`);
    for (const path of pages) site.paths[path] = send(PRICES);
    site.paths["/sitemap.xml"] = send(list(...pages.map((path) => `${origin}${path}`)));
    const workflowId = await addSite(sam, origin);
    for (let i = 0; i < 500 && (await documents(sam)).length === 0; i++) await passTime(20);
    await sam.t.mutation(api.workflows.cancel, { workflowId });
    await finishIngests(t);
    await passTime(20 * SECOND);
    expect(await documents(sam)).toHaveLength(5);
    await sam.t.mutation(api.workflows.retry, { workflowId });
    await finishProcesses(t, "site");
    expect(await documents(sam)).toHaveLength(12);
    expect(await sam.t.query(api.workflows.get, { workflowId })).toMatchObject({
      state: "done",
      step: "12 of 12 pages read",
    });
  });
});

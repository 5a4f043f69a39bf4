/** Help centres' exports as drafts: again and again without a second one, each article alone, an end in sight. */
import { beforeEach, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { MAX_DRAFTS } from "../../convex/model/knowledge/drafts";
import { MAX_ARTICLES } from "../../convex/model/knowledge/exports";
import {
  admin,
  clockedDeployment,
  finishIngests,
  hush,
  outcomeOf,
  settled,
  snapshot,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(hush);

const says = (words: string): unknown => expect.stringContaining(words);

type System = "zendesk" | "intercom" | "chatwoot";

/** To its end; what each call came to, added up. */
async function importAll(
  sam: Caller,
  system: System,
  file: unknown,
  format: "json" | "csv" = "json",
) {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  const sum = { added: 0, updated: 0, unchanged: 0, hidden: 0, failed: [] as unknown[], calls: 0 };
  for (let from: number | null = 0; from !== null;) {
    const args = { system, format, text, category: "help", from };
    const done: Omit<typeof sum, "calls"> & { next: number | null } = await settled(
      sam.t.action(api.imports.importArticles, args),
    );
    sum.calls += 1;
    for (const key of ["added", "updated", "unchanged", "hidden"] as const) sum[key] += done[key];
    sum.failed.push(...done.failed);
    from = done.next;
  }
  return sum;
}

async function drafts(t: Deployment) {
  const rows = (await snapshot(t)).knowledge as Doc<"knowledge">[];
  const bodies = new Map(rows.map((row) => [row._id, row.kind === "body" ? row.body : ""]));
  return rows.flatMap((row) =>
    row.kind === "draft"
      ? [{ title: row.title, category: row.category, body: bodies.get(row.bodyId), _id: row._id }]
      : [],
  );
}

/** As Zendesk's reference shows an article, with its sections beside it. */
const zendeskArticle = (id: number, fields: object = {}) => ({
  ...{ id, url: `https://shop.zendesk.com/api/v2/help_center/en-us/articles/${id}.json` },
  ...{ author_id: 1, comments_disabled: true, draft: false, promoted: false, position: 0 },
  ...{ section_id: 360, locale: "en-us", source_locale: "en-us", outdated: false, label_names: [] },
  ...{
    name: `Article ${id}`,
    title: `Article ${id}`,
    body: `<p>Text of <b>article</b> ${id}.</p>`,
  },
  ...fields,
});
const ZENDESK = {
  ...{ count: 4, next_page: null, page: 1, page_count: 1, per_page: 100 },
  sections: [{ id: 360, name: "Repairs" }],
  articles: [
    zendeskArticle(35467, {
      title: "What a screen costs",
      body: "<h2>Laptops</h2><ul><li>13&quot;: $179</li><li>15&quot;: $199</li></ul><table><tr><th>Part</th><th>Price</th></tr><tr><td>Lid</td><td>$60</td></tr></table><script>alert(1)</script>",
    }),
    zendeskArticle(35468, { draft: true }),
    zendeskArticle(35469, { body: null }),
    zendeskArticle(35467, { title: "The same number again" }),
  ],
};

test("Zendesk: HTML becomes Markdown, sections categories; drafts are left out, bad ones fail alone", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  expect(await importAll(sam, "zendesk", ZENDESK)).toMatchObject({
    added: 1,
    hidden: 1,
    failed: [
      { article: "no. 3", why: "It has no text." },
      { article: "no. 4", why: "Another article of this file has its number." },
    ],
  });
  const [draft] = await drafts(t);
  expect(draft).toMatchObject({ title: "What a screen costs", category: "Repairs" });
  expect(draft!.body).toBe(
    '## Laptops\n\n- 13": $179\n- 15": $199\n\n| Part | Price |\n| --- | --- |\n| Lid | $60 |'.replace(
      /^- /gm,
      "-   ",
    ),
  );
  // Nothing answers by it.
  const { knowledge } = await snapshot(t);
  expect((knowledge as { kind: string }[]).filter(({ kind }) => kind === "passage")).toEqual([]);
});

test("Intercom: HTML or Markdown, published ones", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const article = { type: "article", workspace_id: "w", parent_id: 1, parent_type: "collection" };
  const file = {
    ...{ type: "list", total_count: 3, pages: { type: "pages", page: 1, total_pages: 1 } },
    data: [
      {
        ...article,
        id: "6871119",
        title: "Batteries",
        body: "<p>A battery is $89.</p>",
        state: "published",
      },
      {
        ...article,
        id: "6871120",
        title: "Lids",
        body: null,
        body_markdown: "A lid is **$60**.",
        state: "published",
      },
      { ...article, id: "6871121", title: "Not yet", body: "<p>Soon.</p>", state: "draft" },
    ],
  };
  expect(await importAll(sam, "intercom", file)).toMatchObject({ added: 2, hidden: 1, failed: [] });
  expect((await drafts(t)).map(({ title, category, body }) => [title, category, body])).toEqual([
    ["Batteries", "help", "A battery is $89."],
    ["Lids", "help", "A lid is **$60**."],
  ]);
});

test("Chatwoot: Markdown stays as it is", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const content = "# Pick-up\n\n*Mondays* only.";
  const category = { id: 1, name: "Visits", slug: "visits", locale: "en" };
  const article = { id: 7, title: "Pick-up", content, status: "published", category };
  const file = {
    payload: [
      article,
      { ...article, id: 8, status: "archived" },
      { ...article, id: 9, status: "draft" },
    ],
    meta: { current_page: 1, articles_count: 3 },
  };
  expect(await importAll(sam, "chatwoot", file)).toMatchObject({ added: 1, hidden: 2 });
  expect(await drafts(t)).toMatchObject([{ title: "Pick-up", category: "Visits", body: content }]);
});

test("CSV has the same names as columns", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const csv =
    'ID,Title,Body,Section Name,Draft\r\n5,"Screens, all","<p>A ""screen"":\n$179</p>",Repairs,false\r\n6,Hidden,<p>x</p>,Repairs,true\r\n,No number,<p>x</p>,,\r\n';
  expect(await importAll(sam, "zendesk", csv, "csv")).toMatchObject({
    added: 1,
    hidden: 1,
    failed: [{ article: "no. 3" }],
  });
  expect(await drafts(t)).toMatchObject([
    { title: "Screens, all", category: "Repairs", body: 'A "screen": $179' },
  ]);
});

test("an import again changes nothing; a changed article updates its draft, then its document", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const file = (price: string) => ({
    articles: [zendeskArticle(1), zendeskArticle(2, { body: `<p>${price}</p>` })],
  });
  expect(await importAll(sam, "zendesk", file("$179"))).toMatchObject({ added: 2 });
  const before = await snapshot(t);
  expect(await importAll(sam, "zendesk", file("$179"))).toMatchObject({ added: 0, unchanged: 2 });
  const after = await snapshot(t);
  for (const table of ["knowledge", "analytics"]) expect(after[table]).toEqual(before[table]);

  expect(await importAll(sam, "zendesk", file("$199"))).toMatchObject({ updated: 1, unchanged: 1 });
  expect((await drafts(t)).map(({ body }) => body)).toEqual(["Text of **article** 1.", "$199"]);
  const draftId = (await drafts(t))[1]!._id;
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const documentId = await sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
  await finishIngests(t);
  expect(await importAll(sam, "zendesk", file("$199"))).toMatchObject({ added: 0, unchanged: 2 });

  // The document answers on; a draft of it has the news.
  expect(await importAll(sam, "zendesk", file("$219"))).toMatchObject({ updated: 1, unchanged: 1 });
  const [, news] = await drafts(t);
  expect(await sam.t.query(api.drafts.get, { draftId: news!._id })).toMatchObject({
    documentId,
    body: "$219",
    origin: { kind: "import", system: "zendesk", key: "2:en-us" },
  });
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({ body: "$199" });
  // Discarded, it doesn't come back until the article changes.
  await sam.t.mutation(api.drafts.discard, { draftId: news!._id });
  expect(await importAll(sam, "zendesk", file("$219"))).toMatchObject({ unchanged: 2 });
  expect(await drafts(t)).toHaveLength(1);
  // What an admin is changing by hand is theirs.
  const own = { title: "Article 2", category: "help", format: "text" as const, body: "Mine." };
  await sam.t.mutation(api.drafts.save, { documentId, ...own });
  expect(await importAll(sam, "zendesk", file("$239"))).toMatchObject({
    unchanged: 1,
    failed: [{ article: "Article 2", why: says("has a draft already") }],
  });
});

test("a long file goes in parts, each of which says how far it is", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const articles = Array.from({ length: 60 }, (_, i) => zendeskArticle(i + 1));
  expect(await importAll(sam, "zendesk", { articles })).toMatchObject({ added: 60, calls: 3 });
  // Killed behind the first part, it goes on from anywhere.
  expect(await importAll(sam, "zendesk", { articles })).toMatchObject({ unchanged: 60, calls: 3 });
  expect(await drafts(t)).toHaveLength(60);
});

test("what is no export is refused, and what doesn't fit fails alone", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const refused = (text: string, format: "json" | "csv" = "json") =>
    outcomeOf(
      sam.t.action(api.imports.importArticles, { system: "zendesk", format, text, category: "c" }),
    );
  expect(await refused("not json")).toBe("invalid_input");
  expect(await refused('{"data": []}')).toBe("invalid_input");
  expect(await refused('id\n"open', "csv")).toBe("invalid_input");
  expect(await refused(`[${" ".repeat(4_000_000)}]`)).toBe("too_large");
  expect(await refused(JSON.stringify(Array(MAX_ARTICLES + 1).fill(0)))).toBe("too_large");
  const deep = "<div>".repeat(300) + "x";
  const file = [
    7,
    null,
    zendeskArticle(1, { title: "t".repeat(300) }),
    zendeskArticle(2, { body: deep }),
    zendeskArticle(3),
  ];
  const { added, failed } = await importAll(sam, "zendesk", file);
  expect(added).toBe(1);
  expect(failed).toEqual([
    { article: "no. 1", why: "It is no article." },
    { article: "no. 2", why: "It is no article." },
    { article: "Article 2", why: says("levels of tags") },
    { article: "t".repeat(200), why: says("at most 200 fit") },
  ]);
});

test("when no more drafts fit the rest says so, and comes with the next import", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  await importAll(sam, "zendesk", [zendeskArticle(1)]);
  await t.run(async (ctx) => {
    const row = (await ctx.db.query("knowledge").collect()).find(({ kind }) => kind === "draft")!;
    const { _id, _creationTime, ...copy } = row;
    for (let i = 2; i < MAX_DRAFTS; i++) await ctx.db.insert("knowledge", copy);
  });
  const file = [zendeskArticle(1), zendeskArticle(2), zendeskArticle(3)];
  expect(await importAll(sam, "zendesk", file)).toMatchObject({
    added: 1,
    unchanged: 1,
    failed: [{ article: "Article 3", why: says("Approve or discard") }],
  });
  const copies = (await drafts(t)).slice(1, 3);
  for (const { _id } of copies) await t.run((ctx) => ctx.db.delete("knowledge", _id));
  expect(await importAll(sam, "zendesk", file)).toMatchObject({
    added: 1,
    unchanged: 2,
    failed: [],
  });
});

test("whoever may deploy does the same, and the event says so", async () => {
  const t = clockedDeployment();
  const text = JSON.stringify([zendeskArticle(1)]);
  const args = { system: "zendesk" as const, format: "json" as const, text, category: "help" };
  await settled(t.action(internal.imports.importShopArticles, args));
  const { analytics } = await snapshot(t);
  expect(analytics).toMatchObject([
    { type: "articles_imported", data: { reason: "zendesk, by the CLI", count: 1 } },
  ]);
});

/** Steps of the shop's own website: documents are read from its pages, which change, fail and come back. */
import fc from "fast-check";
import type { Doc } from "../../../convex/_generated/dataModel";
import type { Shop } from "./shop";
import { MINUTE } from "./stage";
import { step } from "./steps";
import { PAGES, WAYS, type Way } from "./website";

const page = fc.nat(PAGES - 1);

async function add(shop: Shop, n: number): Promise<void> {
  const url = shop.website.pageUrl(n);
  await shop.call(shop.party("owner"), "mutation", "sources:addUrl", { url });
}

async function addSite(shop: Shop): Promise<void> {
  const args = { url: `${shop.website.server.origin}/`, category: "boats", most: PAGES };
  await shop.call(shop.party("owner"), "mutation", "sources:addSite", args);
}

const documents = (shop: Shop) =>
  (shop.stage.rows("knowledge") as unknown as Doc<"knowledge">[]).flatMap((row) =>
    row.kind === "document" && row.page !== undefined ? [{ ...row, page: row.page }] : [],
  );

async function lookAgain(shop: Shop, back: number): Promise<void> {
  const documentId = documents(shop).at(-1 - back)?._id;
  if (documentId === undefined) return;
  await shop.call(shop.party("owner"), "mutation", "sources:recheck", { documentId });
}

/** The owner reads the news of a page, and takes it or not. */
async function decide(shop: Shop, takes: boolean): Promise<void> {
  const owner = shop.party("owner");
  const news = await shop.call(owner, "query", "sources:news");
  if (!news.ok) return;
  const { draftId } = (news.value as { draftId?: string }[]).find((one) => one.draftId) ?? {};
  const draft = draftId === undefined ? undefined : shop.stage.find("knowledge", draftId);
  if (draft === undefined) return;
  const { _id, updatedAt } = draft;
  if (takes) await shop.call(owner, "mutation", "drafts:approve", { draftId: _id, updatedAt });
  else await shop.call(owner, "mutation", "drafts:discard", { draftId: _id });
}

export const webSteps = [
  step<{ n: number }>("a page is read in", 2, { n: page }, (shop, { n }) => add(shop, n)),
  step("a site is read in", 1, {}, addSite),
  step<{ n: number }>("a page changes", 3, { n: page }, (shop, { n }) => {
    shop.website.change(n);
    return Promise.resolve();
  }),
  step<{ n: number; way: Way }>(
    "a page fails or is there",
    3,
    { n: page, way: fc.constantFrom(...WAYS) },
    (shop, { n, way }) => {
      shop.website.turn(n, way);
      return Promise.resolve();
    },
  ),
  step<{ isShut: boolean }>(
    "a site shuts machines out",
    1,
    { isShut: fc.boolean() },
    (shop, { isShut }) => {
      shop.website.shut(isShut);
      return Promise.resolve();
    },
  ),
  step<{ back: number }>("look at a page again", 3, { back: fc.nat(2) }, (shop, { back }) =>
    lookAgain(shop, back),
  ),
  step<{ takes: boolean }>("decide on what is new", 2, { takes: fc.boolean() }, (shop, { takes }) =>
    decide(shop, takes),
  ),
];

/** Every page is there again, and is looked at once more: what it says now answers, or waits for the owner. */
export async function checkWeb(shop: Shop): Promise<void> {
  const { website, stage } = shop;
  for (let n = 0; n < PAGES; n++) website.turn(n, "there");
  website.shut(false);
  for (const { _id, page } of documents(shop)) {
    if (page.recheckId === undefined) continue;
    if (stage.find("workflows", page.recheckId)?.finishedAt !== undefined) continue;
    await shop.must(shop.party("owner"), "mutation", "sources:recheck", { documentId: _id });
  }
  await stage.pass(10 * MINUTE);
  await stage.settle();
  for (const row of stage.rows("workflows")) {
    if (row.kind === "site" && row.state === "running")
      shop.break(0, `a site is being read for ever: ${JSON.stringify(row)}`);
  }
  for (const document of documents(shop)) checkPage(shop, document);
}

function checkPage(shop: Shop, document: ReturnType<typeof documents>[number]): void {
  const { _id, state, page } = document;
  if (state === "ingesting") shop.break(0, `${page.url} is being read for ever`);
  const editions = shop.website.editionsOf(page.url);
  const said = editionOf(shop, document);
  if (said !== undefined && !editions.includes(said))
    shop.break(12, `${page.url} is said to have had an edition ${said}`);
  // Never read, or not looked at any more.
  if (said === undefined || page.recheckId === undefined) return;
  const rows = shop.stage.rows("knowledge") as unknown as Doc<"knowledge">[];
  const drafts = rows.flatMap((row) =>
    row.kind === "draft" && row.documentId === _id ? [editionOf(shop, row)] : [],
  );
  const newest = editions.at(-1);
  shop.count(drafts.length > 0 ? "a page's news" : "a page's newest");
  if (said !== newest && !drafts.includes(newest))
    shop.break(0, `${page.url} says ${newest}, its document ${said}, and nobody is told`);
}

/** What a document or a draft says, which has its text in a row of its own. */
function editionOf(shop: Shop, { body, bodyId = "" }: { body?: string; bodyId?: string }) {
  const text = body ?? shop.stage.find("knowledge", bodyId)?.body;
  const found = /edition (\d+)/.exec(typeof text === "string" ? text : "")?.[1];
  return found === undefined ? undefined : Number(found);
}

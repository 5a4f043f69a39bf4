/** Steps of staff: technicians at the desk, and the owner with documents, budget and settings. */
import fc from "fast-check";
import type { Shop } from "./shop";
import { step } from "./steps";
import { DAY, HOUR, MINUTE } from "./stage";

const TECHNICIANS = ["dana", "eli"] as const;
const by = fc.constantFrom(...TECHNICIANS);
const back = fc.nat(3);

/** One of the latest conversations that have had a word. */
function conversation(shop: Shop, ago: number): string | undefined {
  const rows = shop.stage.rows("conversations").slice(-6);
  const latest = rows.filter(({ _id }) => shop.ownerOf(_id) !== undefined);
  return latest.at(-1 - (ago % Math.max(1, latest.length)))?._id;
}

async function act(shop: Shop, name: string, ago: number, path: string, more: object = {}) {
  const conversationId = conversation(shop, ago);
  if (conversationId === undefined) return null;
  return await shop.call(shop.party(name), "mutation", path, { conversationId, ...more });
}

/** One that the technician has, or takes. */
async function own(shop: Shop, name: string, ago: number): Promise<string | undefined> {
  const { subject } = shop.party(name).identity;
  const theirs = shop.stage.rows("conversations").filter(({ _id, owner, status }) => {
    const { userId } = owner as { userId?: string };
    return userId === subject && status !== "resolved" && shop.ownerOf(_id) !== undefined;
  });
  if (theirs.length > 0) return theirs.at(-1 - (ago % theirs.length))!._id;
  const conversationId = conversation(shop, ago);
  if (conversationId === undefined) return undefined;
  const claim = { conversationId };
  const taken = await shop.call(shop.party(name), "mutation", "conversations:claim", claim);
  return taken.ok ? conversationId : undefined;
}

async function actOnOwn(shop: Shop, name: string, ago: number, path: string, more: object = {}) {
  const conversationId = await own(shop, name, ago);
  if (conversationId === undefined) return;
  await shop.call(shop.party(name), "mutation", path, { conversationId, ...more });
}

/** An answer, and by every third the same once more, since its own answer was lost. */
async function answer(shop: Shop, name: string, ago: number): Promise<void> {
  const conversationId = await own(shop, name, ago);
  const owner = conversationId && shop.ownerOf(conversationId);
  if (!owner) return;
  const text = `We can have it ready tomorrow. ${shop.mark(owner)}`;
  const args = { conversationId, text, clientMessageId: `answer-of-${shop.serial()}` };
  const send = () => shop.call(shop.party(name), "mutation", "messages:sendStaffMessage", args);
  const sent = await send();
  if (!sent.ok) return;
  shop.said.add(text);
  const again = shop.serial() % 3 === 0 ? await send() : sent;
  if (again.ok && again.value !== sent.value) shop.break(4, "an answer sent again is another one");
}

/** 8. Of two who claim at once one wins, or both are refused. */
async function raceForClaim(shop: Shop, ago: number): Promise<void> {
  const conversationId = conversation(shop, ago);
  if (conversationId === undefined) return;
  const before = shop.stage.find("conversations", conversationId);
  const claims = TECHNICIANS.map((name) =>
    shop.call(shop.party(name), "mutation", "conversations:claim", { conversationId }),
  );
  const won = (await Promise.all(claims)).filter(({ ok }) => ok);
  const wasTaken = (before?.owner as { kind: string } | undefined)?.kind === "human";
  if (won.length > 1) shop.break(8, "two technicians have claimed one conversation");
  if (!wasTaken) shop.count("claims raced");
}

const PAGE = { paginationOpts: { numItems: 20, cursor: null } };

/** 10. The rest of what staff have in sight: none of it may grow with the shop. */
const IN_SIGHT: [path: string, args: object][] = [
  ["mentions:list", {}],
  ["mentions:colleagues", {}],
  ["conversations:promises", {}],
  ["users:list", { role: "customer", ...PAGE }],
  ["workflows:list", { kind: "mention", ...PAGE }],
  ["knowledge:list", PAGE],
  ["drafts:list", PAGE],
  ["drafts:solved", {}],
  ["gaps:list", {}],
  ["labels:list", {}],
  ["savedReplies:list", {}],
];
const OWNERS: typeof IN_SIGHT = [
  ["analytics:events", PAGE],
  ["health:work", {}],
  ["health:dataRequests", {}],
  ["staff:list", {}],
];

async function lookFurther(shop: Shop, which: number): Promise<void> {
  const [path, args] = [...IN_SIGHT, ...OWNERS][which]!;
  const party = shop.party(which < IN_SIGHT.length ? "eli" : "owner");
  await shop.call(party, "query", path, args as Record<string, unknown>);
}

/** A note about the person of a conversation, which goes with them. */
async function noteAboutPerson(shop: Shop, name: string, ago: number): Promise<void> {
  const conversationId = conversation(shop, ago);
  const owner = conversationId && shop.ownerOf(conversationId);
  if (!owner) return;
  const userId = shop.stage.find("conversations", conversationId)!.userId;
  const text = `Prefers the phone. ${shop.mark(owner)}`;
  await shop.call(shop.party(name), "mutation", "customers:addNote", { userId, text });
}

/** What a desk shows. */
async function lookAtDesk(shop: Shop, name: string, ago: number): Promise<void> {
  const party = shop.party(name);
  for (const view of ["waiting", "mine", "all", "snoozed", "resolved"]) {
    await shop.call(party, "query", "desk:list", { view });
    await shop.call(party, "query", "conversations:queue", { view });
  }
  const conversationId = conversation(shop, ago);
  if (conversationId === undefined) return;
  await shop.call(party, "query", "conversations:getForStaff", { conversationId });
  await shop.call(party, "query", "messages:live", { conversationId, after: 0 });
  await shop.call(party, "query", "customers:panel", { conversationId });
  await shop.call(party, "query", "conversations:search", { text: "laptop" });
  await shop.call(party, "query", "users:onDuty");
}

const PRICES = ["$417", "$428", "$439"];

async function addDocument(shop: Shop, price: number): Promise<void> {
  const serial = shop.serial();
  const heard = await shop.call(shop.party("owner"), "mutation", "knowledge:addDocument", {
    slug: `kayak-${serial}`,
    title: "Kayaks",
    category: "prices",
    format: "markdown",
    body: `# Kayaks\n\nWe sell kayaks since this year. A kayak costs ${PRICES[price]}.`,
  });
  if (heard.ok) shop.documents.push(heard.value as string);
}

async function onDocument(
  shop: Shop,
  path: string,
  more: object = {},
): Promise<string | undefined> {
  const documentId = shop.documents.at(-1);
  if (documentId === undefined) return undefined;
  const args = { documentId, ...more };
  await shop.call(shop.party("owner"), "mutation", `knowledge:${path}`, args);
  return documentId;
}

/** A new price, and those who were told the old one are told. */
async function correct(shop: Shop, price: number, tells: boolean): Promise<void> {
  const documentId = await onDocument(shop, "replaceDocument", {
    title: "Kayaks",
    category: "prices",
    format: "markdown",
    body: `# Kayaks\n\nWe sell kayaks since this year. A kayak costs ${PRICES[price]} now.`,
  });
  if (documentId === undefined || !tells) return;
  await shop.stage.pass(30_000);
  const page = { paginationOpts: { numItems: 10, cursor: null } };
  await shop.call(shop.party("owner"), "query", "recalls:list", {
    documentId,
    view: "open",
    ...page,
  });
  await shop.call(shop.party("owner"), "mutation", "recalls:tell", { documentId });
}

export const deskSteps = [
  step<{ by: string; ago: number }>("claim", 6, { by, ago: back }, async (shop, { by, ago }) => {
    await act(shop, by, ago, "conversations:claim");
  }),
  step<{ ago: number }>("race for a claim", 4, { ago: back }, (shop, { ago }) =>
    raceForClaim(shop, ago),
  ),
  step<{ by: string; ago: number }>("answer", 8, { by, ago: back }, (shop, { by, ago }) =>
    answer(shop, by, ago),
  ),
  step<{ by: string; ago: number }>("note", 3, { by, ago: back }, async (shop, { by, ago }) => {
    await act(shop, by, ago, "messages:addNote", { text: `Came in before. ${shop.mark("staff")}` });
  }),
  step<{ by: string; ago: number }>("release", 3, { by, ago: back }, async (shop, { by, ago }) => {
    await act(shop, by, ago, "conversations:release");
  }),
  step<{ by: string; ago: number }>("requeue", 2, { by, ago: back }, async (shop, { by, ago }) => {
    await actOnOwn(shop, by, ago, "conversations:requeue");
  }),
  step<{ by: string; ago: number }>("resolve", 2, { by, ago: back }, async (shop, { by, ago }) => {
    await actOnOwn(shop, by, ago, "conversations:resolve", { dropPromises: true });
  }),
  step<{ by: string; ago: number }>("reopen", 1, { by, ago: back }, async (shop, { by, ago }) => {
    await act(shop, by, ago, "conversations:reopen");
  }),
  step<{ by: string; ago: number; ms: number }>(
    "snooze",
    1,
    { by, ago: back, ms: fc.constantFrom(10 * MINUTE, HOUR, DAY) },
    async (shop, { by, ago, ms }) => {
      await actOnOwn(shop, by, ago, "conversations:snooze", { until: Date.now() + ms });
    },
  ),
  step<{ by: string; ago: number }>("promise", 1, { by, ago: back }, async (shop, { by, ago }) => {
    const dueAt = Date.now() + HOUR;
    const text = "We call you back.";
    await actOnOwn(shop, by, ago, "conversations:makePromise", { text, dueAt });
  }),
  step<{ by: string; available: boolean }>(
    "come in or go",
    3,
    { by, available: fc.boolean() },
    async (shop, { by, available }) => {
      const args = available ? { available, capacity: 2 } : { available };
      await shop.call(shop.party(by), "mutation", "users:setAvailability", args);
    },
  ),
  step<{ by: string }>("heartbeat", 1, { by }, async (shop, { by }) => {
    await shop.call(shop.party(by), "mutation", "users:heartbeat", {});
  }),
  step<{ by: string; ago: number }>("look at the desk", 4, { by, ago: back }, (shop, { by, ago }) =>
    lookAtDesk(shop, by, ago),
  ),
  step<{ which: number }>(
    "look further",
    3,
    { which: fc.nat(IN_SIGHT.length + OWNERS.length - 1) },
    (shop, { which }) => lookFurther(shop, which),
  ),
  step<{ by: string; ago: number }>(
    "note about a person",
    2,
    { by, ago: back },
    (shop, { by, ago }) => noteAboutPerson(shop, by, ago),
  ),
  step<{ price: number }>("add a document", 2, { price: fc.nat(2) }, (shop, { price }) =>
    addDocument(shop, price),
  ),
  step<{ price: number; tells: boolean }>(
    "correct a document",
    2,
    { price: fc.nat(2), tells: fc.boolean() },
    (shop, { price, tells }) => correct(shop, price, tells),
  ),
  step<{ how: string }>(
    "publish or not",
    2,
    { how: fc.constantFrom("publish", "unpublish", "unpublish", "remove") },
    async (shop, { how }) => {
      const documentId = await onDocument(shop, how);
      if (documentId !== undefined && how === "remove") shop.documents.pop();
    },
  ),
  step<{ usd: number | null }>(
    "set the budget",
    1,
    { usd: fc.constantFrom(0, null, null) },
    async (shop, { usd }) => {
      await shop.call(shop.party("owner"), "mutation", "budget:set", { usd });
    },
  ),
];

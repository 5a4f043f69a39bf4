/** Steps of what is somebody else's beside their conversations: messages, files and exports, by their ids. */
import fc from "fast-check";
import { conversationOf, exportData, who } from "./people";
import { CUSTOMERS, identityIn, type Party, type Shop } from "./shop";
import { MINUTE, type Row } from "./stage";
import { step } from "./steps";

const back = fc.nat(3);
/** How far back a row may lie to be tried. */
const LATEST = 4;

const latest = (rows: Row[], ago: number): Row | undefined =>
  rows.at(-1 - (ago % Math.max(1, Math.min(LATEST, rows.length))));

/** Whose a conversation's rows are. */
const customerOf = (shop: Shop, conversationId: unknown): unknown =>
  shop.stage.find("conversations", String(conversationId))?.userId;

/** A plain text that says whose it is. Some are never sent. */
async function sendFile(shop: Shop, name: string, sends: boolean): Promise<void> {
  const party = shop.party(name);
  const conversationId = await conversationOf(shop, party);
  const body = `What my laptop says when it starts: ${shop.mark(name)}`;
  const { status, text } = await shop.stage.request(party.identity, "/files", {
    method: "POST",
    body,
  });
  shop.count(`uploaded ${status}`);
  if (status !== 200 || !sends || conversationId === undefined) return;
  const { storageId } = JSON.parse(text) as { storageId: string };
  await shop.call(party, "mutation", "messages:sendMessage", {
    conversationId,
    text: "Here is a file",
    attachments: [{ storageId, name: "words.txt" }],
  });
}

/** Whose a file is: who has uploaded it, in whose conversation it is, or whose export. Documents are nobody's. */
function ownerOfFile(shop: Shop, { userId, conversationId, partOf }: Row): unknown {
  if (userId !== undefined) return userId;
  if (conversationId !== undefined) return customerOf(shop, conversationId);
  return shop.stage.find("workflows", String(partOf))?.userId;
}

/** 5. A file of somebody else's is neither read nor sent on, whether it was sent, is not yet, or is their export. */
async function trespassOnFile(
  shop: Shop,
  { who: name, how, ago }: { who: string; how: string; ago: number },
): Promise<void> {
  const other = CUSTOMERS.find((one) => one !== name)!;
  if (how === "export") await exportData(shop, other, true);
  else await sendFile(shop, other, how === "sent");
  const party = shop.party(name);
  const files = shop.stage
    .rows("workflows")
    .filter(({ kind, fileId }) => kind === "file" && fileId !== undefined)
    .filter((row) => ownerOfFile(shop, row) !== party.identity.subject);
  const id = latest(files, ago)?.fileId;
  if (id === undefined) return;
  const { status } = await shop.stage.request(party.identity, `/files?id=${id as string}`);
  shop.count(`another's file ${status}`);
  if (status === 200) shop.break(5, `${name} has read a file that is not theirs`);
  const { conversationId } = party;
  if (conversationId === undefined) return;
  const attachments = [{ storageId: id, name: "words.txt" }];
  const args = { conversationId, text: "Here is a file", attachments };
  const sent = await shop.call(party, "mutation", "messages:sendMessage", args);
  if (sent.ok) shop.break(5, `${name} has sent a file that is not theirs`);
}

const ON_MESSAGES: [path: string, args: object][] = [
  ["messages:rateMessage", { score: "down" }],
  ["messages:rateMessage", { score: "up", comment: "hello" }],
  ["messages:markSourceRead", { n: 1 }],
  ["messages:openOriginal", {}],
  ["messages:editStaffMessage", { text: "hello" }],
];

/** 5. With the id of an answer to somebody else. */
async function trespassOnMessage(shop: Shop, name: string, which: number, ago: number) {
  const party = shop.party(name);
  const answers = shop.stage
    .rows("messages")
    .filter(({ author, settledAt }) => isAgent(author) && settledAt !== undefined)
    .filter(({ conversationId }) => customerOf(shop, conversationId) !== party.identity.subject);
  const target = latest(answers, ago);
  if (target === undefined) return;
  const [path, args] = ON_MESSAGES[which]!;
  const heard = await shop.call(party, "mutation", path, { messageId: target._id, ...args });
  if (heard.ok) shop.break(5, `${name} called ${path} on an answer to somebody else`);
}

const isAgent = (author: unknown) => (author as { kind: string }).kind === "agent";

/** 5. With ids of somebody else's sessions and exports. */
async function trespassOnAccount(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const isOthers = ({ userId }: Row) => userId !== undefined && userId !== party.identity.subject;
  const session = shop.stage.rows("sessions").filter(isOthers).at(-1);
  const job = shop.stage
    .rows("workflows")
    .filter((row) => row.kind === "export" && isOthers(row))
    .at(-1);
  for (const [path, args] of [
    ["auth:revokeSession", session && { sessionId: session._id }],
    ["users:markExportRead", job && { exportId: job._id }],
  ] as const) {
    const heard = args && (await shop.call(party, "mutation", path, args));
    if (heard?.ok) shop.break(5, `${name} called ${path} on somebody else's account`);
  }
}

/** A technician answers Bob, whose page is gone by then: it is mailed, after a while in which he could have looked. */
async function answerBob(shop: Shop): Promise<void> {
  const [bob, dana] = [shop.party("bob"), shop.party("dana")];
  const conversationId = await conversationOf(shop, bob);
  if (conversationId === undefined) return;
  const question = { conversationId, text: "Is my laptop ready?" };
  await shop.call(bob, "mutation", "messages:sendMessage", question);
  await shop.call(dana, "mutation", "conversations:claim", { conversationId });
  const text = `It is ready. ${shop.mark("bob")}`;
  await shop.call(dana, "mutation", "messages:sendStaffMessage", { conversationId, text });
  await shop.stage.pass(5 * MINUTE);
}

/** 5. Whoever has a mail's link sees the one conversation that it is about, and is nobody else for it. */
async function openLink(shop: Shop): Promise<void> {
  const { email, identity: bob } = shop.party("bob");
  if (email === undefined) return;
  await answerBob(shop);
  const mail = shop.stage.control.emails(email).find(({ text }) => text?.includes("#mail="));
  const token = /#mail=(\S+)/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) return;
  const heard = await shop.call(null, "action", "auth:openMailLink", { token });
  if (!heard.ok) return;
  const { conversationId } = heard.value as { conversationId: string };
  const holder = identityIn(heard.value);
  if (holder.subject === bob.subject) shop.break(5, "a mail's link signs in whom it went to");
  const other = shop.conversationsOf(bob.subject).find(({ _id }) => _id !== conversationId);
  for (const path of ["conversations:get", "messages:subscribeToMessages"]) {
    const ask = (id: string) => shop.stage.call("query", path, { conversationId: id }, holder);
    shop.count(`link, ${path.split(":")[1]!} ${(await ask(conversationId)).code}`);
    if (other && (await ask(other._id)).ok)
      shop.break(5, "a mail's link opens another conversation");
  }
}

/** Back to one of their earlier conversations: some are long, and have been resolved. */
async function openEarlier(shop: Shop, name: string, ago: number): Promise<void> {
  const party: Party = shop.party(name);
  const own = shop.conversationsOf(party.identity.subject);
  const conversation = own[ago % Math.max(1, own.length)];
  if (conversation === undefined) return;
  party.conversationId = conversation._id;
  delete party.last;
  await shop.call(party, "query", "messages:live", { conversationId: conversation._id, after: 0 });
}

export const othersSteps = [
  step<{ who: string; sends: boolean }>(
    "send a file",
    3,
    { who, sends: fc.boolean() },
    (shop, { who, sends }) => sendFile(shop, who, sends),
  ),
  step<{ who: string; how: string; ago: number }>(
    "trespass on a file",
    4,
    { who, how: fc.constantFrom("sent", "unsent", "export"), ago: fc.constantFrom(0, 0, 1, 2) },
    trespassOnFile,
  ),
  step<{ who: string; which: number; ago: number }>(
    "trespass on a message",
    4,
    { who, which: fc.nat(ON_MESSAGES.length - 1), ago: back },
    (shop, { who, which, ago }) => trespassOnMessage(shop, who, which, ago),
  ),
  step("open a mail's link", 2, {}, (shop) => openLink(shop)),
  step<{ who: string }>("trespass on an account", 1, { who }, (shop, { who }) =>
    trespassOnAccount(shop, who),
  ),
  step<{ who: string; ago: number }>(
    "open an earlier one",
    2,
    { who, ago: back },
    (shop, { who, ago }) => openEarlier(shop, who, ago),
  ),
];

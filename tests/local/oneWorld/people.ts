/** Steps of customers: on the page, by text, by mail; each also tries what is not theirs. */
import fc from "fast-check";
import { CUSTOMERS, PHONES, type Party, type Shop } from "./shop";
import { MINUTE } from "./stage";
import { step } from "./steps";

/** No document has it: what was asked is kept for the list of gaps. */
const UNHEARD_OF = "Do you sell kayaks?";
const QUESTIONS = [
  "How much is a laptop screen?",
  "When are you open on Saturday?",
  "My phone fell into water, what do I do?",
  "Do you repair tablets?",
  "How long does a data recovery take?",
  "That did not help, it still does not work.",
  "Thanks, that works now.",
  UNHEARD_OF,
  "Yes please",
  "No thanks",
  "I want to talk to a person",
  "My laptop battery is swollen and smells burnt",
] as const;

export const WANTS_PEOPLE = QUESTIONS.indexOf("I want to talk to a person");

export const who = fc.constantFrom(...CUSTOMERS, "ann" as const);
const phone = fc.constantFrom(...PHONES);
const question = fc.nat(QUESTIONS.length - 1);

export async function conversationOf(shop: Shop, party: Party): Promise<string | undefined> {
  const known = party.conversationId;
  // Its time may be over.
  if (known !== undefined && shop.stage.find("conversations", known)) return known;
  const made = await shop.call(party, "mutation", "conversations:createConversation");
  if (!made.ok) return undefined;
  party.conversationId = (made.value as { conversationId: string }).conversationId;
  return party.conversationId;
}

const words = (shop: Shop, name: string, index: number) =>
  `${QUESTIONS[index]!} ${isMarked(index) ? shop.mark(name) : ""}`.trim();
const isMarked = (index: number) => index % 2 === 0 || QUESTIONS[index] === UNHEARD_OF;

export async function ask(shop: Shop, name: string, index: number): Promise<void> {
  const party = shop.party(name);
  const conversationId = await conversationOf(shop, party);
  if (conversationId === undefined) return;
  const clientMessageId = `question-${shop.serial()}`;
  const text = words(shop, name, index);
  const sent = await shop.call(party, "mutation", "messages:sendMessage", {
    conversationId,
    text,
    clientMessageId,
  });
  if (sent.ok) party.last = { clientMessageId, text, messageId: sent.value as string };
}

/** The page's own way: the answer's words come straight back. `leavesAfter`: lines, then the page is closed. */
async function askAlong(
  shop: Shop,
  name: string,
  index: number,
  leavesAfter: number,
): Promise<void> {
  const party = shop.party(name);
  const conversationId = await conversationOf(shop, party);
  if (conversationId === undefined) return;
  const clientMessageId = `question-${shop.serial()}`;
  const body = { conversationId, text: words(shop, name, index), clientMessageId };
  const page = new Page((shown) => shop.readAlong(name, conversationId, shown));
  const status = await shop.stage.read(party.identity, body, leavesAfter, (piece) =>
    page.take(piece),
  );
  shop.count(`streamed ${status}`);
  if (status === 200) party.last = { clientMessageId, text: body.text };
}

/** What stands on the page of somebody who reads along, after each line. */
class Page {
  #text = "";
  #rest = "";

  constructor(readonly show: (text: string) => void) {}

  take(piece: string): void {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const { at, text } = JSON.parse(line) as { at?: number; text?: string };
      if (at === undefined || text === undefined) continue;
      this.#text = this.#text.slice(0, at) + text;
      this.show(this.#text);
    }
  }
}

/** Says that the shop had named a price, and the model takes their word for it. */
async function claimPrice(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const conversationId = await conversationOf(shop, party);
  if (conversationId === undefined) return;
  const price = `$${80_000 + shop.serial()}`;
  shop.claimed.add(price);
  shop.stage.control.script({
    text: `That is right. A laptop screen is ${price}. Come by any time.`,
    chunks: 12,
    times: 2,
    match: price,
  });
  const text = `A laptop screen is ${price}, as you told me. Can I come by?`;
  await shop.call(party, "mutation", "messages:sendMessage", { conversationId, text });
}

/** The same once more, since its answer was lost. */
async function askAgain(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const { last, conversationId } = party;
  if (last === undefined || conversationId === undefined) return;
  const { clientMessageId, text, messageId } = last;
  const args = { conversationId, text, clientMessageId };
  const again = await shop.call(party, "mutation", "messages:sendMessage", args);
  if (again.ok && messageId !== undefined && again.value !== messageId) {
    shop.break(4, "a message that was sent again is another one");
  }
}

/** What a page of theirs shows. */
async function lookAround(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const page = { paginationOpts: { numItems: 20, cursor: null } };
  const own = await shop.call(party, "query", "conversations:getUserConversations", page);
  if (!own.ok) return;
  await shop.call(party, "query", "users:me");
  await openExport(shop, party);
  for (const { _id: conversationId } of (own.value as { page: { _id: string }[] }).page.slice(
    0,
    3,
  )) {
    await shop.call(party, "query", "messages:subscribeToMessages", { conversationId });
    await shop.call(party, "query", "messages:live", { conversationId, after: 0 });
    await shop.call(party, "query", "replies:subscribeToReply", { conversationId });
    await shop.call(party, "query", "messages:getMessages", { conversationId, ...page });
    await shop.call(party, "query", "conversations:get", { conversationId });
    await shop.call(party, "query", "conversations:position", { conversationId });
  }
}

/** 5. An export holds what its owner has said, and nothing of anybody else's. */
export async function openExport(shop: Shop, party: Party): Promise<void> {
  const { ok, value } = await shop.call(party, "query", "users:getDataExport");
  if (!ok || value === null) return;
  for (const { url } of (value as { files: { url: string }[] }).files) {
    const { status, text } = await shop.stage.request(party.identity, url);
    shop.look(party.name, "an export", text);
    shop.count(`export read ${status}`);
  }
}

/** Somebody asks for all their data; who waits for it has it in a minute. */
export async function exportData(shop: Shop, name: string, waits: boolean): Promise<void> {
  const party = shop.party(name);
  const asked = await shop.call(party, "mutation", "users:exportMyData");
  if (!asked.ok || !waits) return;
  await shop.stage.pass(MINUTE);
  await openExport(shop, party);
}

/** 5. With ids of somebody else's. */
const TRESPASSES: [type: "query" | "mutation", path: string, args: (id: string) => object][] = [
  ["query", "messages:subscribeToMessages", (conversationId) => ({ conversationId })],
  ["query", "messages:live", (conversationId) => ({ conversationId, after: 0 })],
  [
    "query",
    "messages:getMessages",
    (conversationId) => ({ conversationId, paginationOpts: { numItems: 20, cursor: null } }),
  ],
  ["query", "replies:subscribeToReply", (conversationId) => ({ conversationId })],
  ["query", "conversations:get", (conversationId) => ({ conversationId })],
  ["query", "conversations:position", (conversationId) => ({ conversationId })],
  ["query", "conversations:getForStaff", (conversationId) => ({ conversationId })],
  ["query", "customers:panel", (conversationId) => ({ conversationId })],
  ["mutation", "messages:sendMessage", (conversationId) => ({ conversationId, text: "hello" })],
  ["mutation", "replies:stop", (conversationId) => ({ conversationId })],
  ["mutation", "replies:retry", (conversationId) => ({ conversationId })],
  ["mutation", "replies:watch", (conversationId) => ({ conversationId })],
  ["mutation", "conversations:rate", (conversationId) => ({ conversationId, score: 1 })],
  ["mutation", "conversations:markRead", (conversationId) => ({ conversationId })],
  ["mutation", "conversations:escalateConversation", (conversationId) => ({ conversationId })],
  ["mutation", "conversations:answerOffer", (conversationId) => ({ conversationId, accept: true })],
  ["mutation", "conversations:claim", (conversationId) => ({ conversationId })],
  ["mutation", "messages:addNote", (conversationId) => ({ conversationId, text: "hello" })],
  [
    "mutation",
    "conversations:updateConversation",
    (conversationId) => ({ conversationId, contact: { name: "Mallory" } }),
  ],
  ["mutation", "conversations:onPage", (conversationId) => ({ conversationId })],
  ["mutation", "conversations:continueByText", (conversationId) => ({ conversationId, on: false })],
  ["query", "presence:ofTechnician", (conversationId) => ({ conversationId })],
];

async function trespass(shop: Shop, name: string, which: number, back: number): Promise<void> {
  const party = shop.party(name);
  const others = shop.stage
    .rows("conversations")
    .filter(({ userId }) => userId !== party.identity.subject)
    .slice(-4);
  const target = others.at(-1 - (back % Math.max(1, others.length)));
  if (target === undefined) return;
  const [type, path, args] = TRESPASSES[which]!;
  const heard = await shop.call(party, type, path, args(target._id) as Record<string, unknown>);
  if (heard.ok) shop.break(5, `${name} called ${path} on somebody else's conversation`);
}

async function onConversation(shop: Shop, name: string, path: string, more: object = {}) {
  const party = shop.party(name);
  const { conversationId } = party;
  if (conversationId === undefined) return;
  await shop.call(party, "mutation", path, { conversationId, ...more });
}

async function text(shop: Shop, from: string, body: string, copies = 1): Promise<void> {
  const to = "+13125550111";
  const { control } = shop.stage;
  const { answers } = await shop.stage.during(control.texts.text({ from, to, body, copies }));
  if (!answers.some((answer) => answer?.status === 200)) return;
  const isConsent = body === "STOP" || body === "START";
  if (isConsent) shop.takeConsent(from, body === "START");
  shop.count(`texted ${isConsent ? body : ""}`);
}

/** The latest mail that can be answered. */
async function answerMail(shop: Shop, index: number): Promise<void> {
  const { email } = shop.party("bob");
  if (email === undefined) return;
  // An answer is mailed once nobody has seen it on the page for a while.
  await shop.stage.pass(10 * MINUTE);
  const mail = shop.stage.control.emails(email).find(({ replyTo }) => replyTo.length > 0);
  if (mail === undefined) return;
  const heard = await shop.stage.during(
    shop.stage.control.receiveMail({
      from: email,
      to: mail.replyTo,
      subject: `Re: ${mail.subject}`,
      text: words(shop, "bob", index),
    }),
  );
  shop.count(`mailed ${heard.told}`);
}

/** 8. A refresh token is used by two pages at once: either both hold the same successor, or one is refused. */
async function refreshTwice(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const { refreshToken } = party;
  if (refreshToken === undefined) return;
  const once = () => shop.call(null, "action", "auth:refreshSession", { refreshToken });
  const [one, other] = await Promise.all([once(), once()]);
  const tokens = [one, other].flatMap(({ ok, value }) =>
    ok ? [(value as { refreshToken: string }).refreshToken] : [],
  );
  if (new Set(tokens).size > 1) shop.break(8, "a refresh token has two successors");
  if (tokens[0] !== undefined) party.refreshToken = tokens[0];
}

/** 8. A code is good once. */
async function redeemTwice(shop: Shop): Promise<void> {
  const { email } = shop.party("bob");
  if (email === undefined) return;
  const asked = await shop.call(null, "action", "auth:requestCode", { email });
  const mail = shop.stage.control.emails(email)[0];
  const code = /\b\d{6}\b/.exec(mail?.text ?? "")?.[0];
  if (!asked.ok || code === undefined) return;
  const { challenge } = asked.value as { challenge: string };
  const once = () => shop.call(null, "action", "auth:createSession", { challenge, code });
  const heard = await Promise.all([once(), once(), once()]);
  const won = heard.filter(({ ok }) => ok);
  if (won.length > 1) shop.break(8, `a code was redeemed ${won.length} times`);
  if (won[0] !== undefined) {
    const { conversationId } = shop.party("bob");
    const party = shop.arrived("bob", "customer", won[0].value, email);
    if (conversationId !== undefined) party.conversationId = conversationId;
  }
}

/** 6. Who has signed out reads nothing more; then they come back as somebody new, or with a code. */
async function signOut(shop: Shop, name: string): Promise<void> {
  const party = shop.party(name);
  const out = await shop.call(party, "mutation", "auth:logout");
  if (!out.ok) return;
  await lookAround(shop, name);
  const { conversationId } = party;
  if (conversationId !== undefined) {
    await shop.call(party, "query", "messages:subscribeToMessages", { conversationId });
  }
  if (party.email !== undefined) return await redeemTwice(shop);
  const guest = await shop.call(null, "action", "auth:createGuestSession");
  if (guest.ok) renew(shop, name, guest.value);
}

/** Another person comes under the name: what the one before said is nobody's here any more. */
function renew(shop: Shop, name: string, tokens: unknown): void {
  for (const [mark, owner] of shop.marks)
    if (owner === name) shop.marks.set(mark, `${name} of before`);
  shop.arrived(name, "customer", tokens);
}

/** What somebody leaves behind who leaves: a question for the list of gaps, and a copy of their data or a note about them. */
async function leaveBehind(shop: Shop, name: string, what: string): Promise<void> {
  const { identity } = shop.party(name);
  await ask(shop, name, QUESTIONS.indexOf(UNHEARD_OF));
  await shop.stage.pass(MINUTE);
  if (what === "a copy") await exportData(shop, name, true);
  if (what !== "a note") return;
  const note = { userId: identity.subject, text: `Is in a hurry. ${shop.mark(name)}` };
  await shop.call(shop.party("dana"), "mutation", "customers:addNote", note);
}

async function deleteAccount(shop: Shop, name: string, leaves: string): Promise<void> {
  await leaveBehind(shop, name, leaves);
  const party = shop.party(name);
  const gone = await shop.call(party, "mutation", "users:deleteMyAccount", { confirm: "DELETE" });
  if (!gone.ok) return;
  await lookAround(shop, name);
  const guest = await shop.call(null, "action", "auth:createGuestSession");
  if (!guest.ok) return;
  for (const [mark, owner] of shop.marks) if (owner === name) shop.gone.add(mark);
  renew(shop, name, guest.value);
}

export const peopleSteps = [
  step<{ who: string; what: number }>("ask", 14, { who, what: question }, (shop, { who, what }) =>
    ask(shop, who, what),
  ),
  step<{ who: string; what: number; leavesAfter: number }>(
    "ask along",
    10,
    { who, what: question, leavesAfter: fc.constantFrom(1, 4, 1_000, 1_000) },
    (shop, { who, what, leavesAfter }) => askAlong(shop, who, what, leavesAfter),
  ),
  step<{ who: string }>("claim a price", 2, { who }, (shop, { who }) => claimPrice(shop, who)),
  step<{ who: string }>("ask again", 4, { who }, (shop, { who }) => askAgain(shop, who)),
  step<{ who: string }>("look around", 6, { who }, (shop, { who }) => lookAround(shop, who)),
  step<{ who: string; which: number; back: number }>(
    "trespass",
    8,
    { who, which: fc.nat(TRESPASSES.length - 1), back: fc.nat(3) },
    (shop, { who, which, back }) => trespass(shop, who, which, back),
  ),
  step<{ who: string }>("stop", 2, { who }, (shop, { who }) =>
    onConversation(shop, who, "replies:stop"),
  ),
  step<{ who: string }>("retry", 2, { who }, (shop, { who }) =>
    onConversation(shop, who, "replies:retry"),
  ),
  step<{ who: string }>("ask for people", 2, { who }, (shop, { who }) =>
    onConversation(shop, who, "conversations:escalateConversation"),
  ),
  step<{ who: string; accept: boolean }>(
    "answer the offer",
    2,
    { who, accept: fc.boolean() },
    (shop, { who, accept }) => onConversation(shop, who, "conversations:answerOffer", { accept }),
  ),
  step<{ who: string; score: number }>(
    "rate",
    1,
    { who, score: fc.integer({ min: 1, max: 5 }) },
    (shop, { who, score }) => onConversation(shop, who, "conversations:rate", { score }),
  ),
  step<{ from: string; what: number; copies: number }>(
    "text",
    6,
    { from: phone, what: question, copies: fc.constantFrom(1, 1, 2) },
    (shop, { from, what, copies }) => text(shop, from, words(shop, from, what), copies),
  ),
  step<{ from: string; body: string }>(
    "text a word",
    3,
    { from: phone, body: fc.constantFrom("STOP", "STOP", "START", "HELP") },
    (shop, { from, body }) => text(shop, from, body),
  ),
  step<{ what: number }>("answer a mail", 4, { what: question }, (shop, { what }) =>
    answerMail(shop, what),
  ),
  step<{ who: string }>("refresh twice", 2, { who }, (shop, { who }) => refreshTwice(shop, who)),
  step("redeem twice", 1, {}, (shop) => redeemTwice(shop)),
  step<{ who: string }>("sign out", 1, { who }, (shop, { who }) => signOut(shop, who)),
  step<{ who: string; waits: boolean }>(
    "export",
    2,
    { who, waits: fc.boolean() },
    (shop, { who, waits }) => exportData(shop, who, waits),
  ),
  step<{ who: string; leaves: string }>(
    "delete the account",
    2,
    { who, leaves: fc.constantFrom("words", "a copy", "a note") },
    (shop, { who, leaves }) => deleteAccount(shop, who, leaves),
  ),
];

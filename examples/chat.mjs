// @ts-check
/**
 * One conversation from a script, as a new user would try it, against the running demo:
 *   node examples/chat.mjs "How much is a screen replacement and how long does it take?"
 * `CONVEX_URL` names another deployment. The answer's words come straight back, as the model writes them.
 */
import { api } from "@computer-guys/support-backend/api";
import { ConvexHttpClient } from "convex/browser";
import { decodeJwt } from "jose";

const url = process.env.CONVEX_URL ?? "http://127.0.0.1:3210";
const question = process.argv[2] ?? "How much is a screen replacement and how long does it take?";

// A guest session: no e-mail address needed. Tokens name the address of the deployment's HTTP actions.
const convex = new ConvexHttpClient(url);
const { accessToken } = await convex.action(api.auth.createGuestSession, {});
convex.setAuth(accessToken);
const { iss } = /** @type {{ iss: string }} */ (decodeJwt(accessToken));

const { conversationId } = await convex.mutation(api.conversations.createConversation, {});
const response = await fetch(new URL("/reply", iss), {
  method: "POST",
  headers: { authorization: `Bearer ${accessToken}` },
  body: JSON.stringify({ conversationId, text: question, clientMessageId: crypto.randomUUID() }),
});
if (!response.ok || response.body === null) throw new Error(await response.text());

// One line of JSON each: from its character `at` on, the answer is `text`.
/** @type {(line: string) => { at?: number, text: string }} */
const parseLine = JSON.parse;
let shown = "";
let rest = "";
for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + part).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { at, text } = parseLine(line);
    if (at === undefined) continue;
    process.stdout.write(at === shown.length ? text : `\n\n${shown.slice(0, at)}${text}`);
    shown = shown.slice(0, at) + text;
  }
}

// Settled, with its sources; or what happened in its place.
const paginationOpts = { numItems: 1, cursor: null };
const { page } = await convex.query(api.messages.getMessages, { conversationId, paginationOpts });
const [message] = page;
if (message === undefined) throw new Error("Nothing was said.");
const { text, status, citations = [] } = message;
console.log(text.startsWith(shown) ? text.slice(shown.length) : `\n\n${text}`);
console.log(`\n(${status})`);
for (const { n, title, heading } of citations) console.log(`[${n}] ${title} › ${heading}`);

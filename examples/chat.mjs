// @ts-check
/**
 * One conversation from a script, as a new user would try it, against the running demo:
 *   node examples/chat.mjs "How much is a screen replacement and how long does it take?"
 * HTTP for calls, a WebSocket for what changes. `CONVEX_URL` names another deployment.
 */
import { api } from "@computer-guys/support-backend/api";
import { ConvexClient, ConvexHttpClient } from "convex/browser";

const url = process.env.CONVEX_URL ?? "http://127.0.0.1:3210";
const question = process.argv[2] ?? "How much is a screen replacement and how long does it take?";

// A guest session: no e-mail address needed.
const http = new ConvexHttpClient(url);
const { accessToken } = await http.action(api.auth.createGuestSession, {});
http.setAuth(accessToken);

// The same session over a WebSocket: queries stay live.
const live = new ConvexClient(url);
live.setAuth(async () => accessToken);

const { conversationId } = await http.mutation(api.conversations.createConversation, {});
let shown = "";
/** @type {Promise<import("@computer-guys/support-backend/api").PublicMessage>} */
const answer = new Promise((resolve, reject) => {
  live.onUpdate(
    api.messages.subscribeToMessages,
    { conversationId },
    (messages) => {
      const last = messages.at(-1);
      if (last === undefined || last.author.kind === "customer") return;
      if (last.status !== "streaming") return resolve(last);
      if (!last.text.startsWith(shown)) return;
      process.stdout.write(last.text.slice(shown.length));
      shown = last.text;
    },
    reject,
  );
});
await http.mutation(api.messages.sendMessage, {
  conversationId,
  text: question,
  clientMessageId: crypto.randomUUID(),
});

const { text, status, citations = [] } = await answer;
console.log(text.startsWith(shown) ? text.slice(shown.length) : `\n\n${text}`);
console.log(`\n(${status})`);
for (const { n, title, heading } of citations) console.log(`[${n}] ${title} › ${heading}`);
await live.close();

/** What the benchmarks do to a system: sign people in, give a conversation a past, write long documents. */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { System } from "../local/system";
import { readLines } from "../web/src/conversation/replyRequest";

/** Signs a guest in over HTTP, as a browser does. */
export async function guest(url: string, address?: string) {
  const from: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    if (address !== undefined) headers.set("x-forwarded-for", address);
    return fetch(input, { ...init, headers });
  };
  const http = new ConvexHttpClient(url, { logger: false, fetch: from });
  const tokens = await http.action(api.auth.createGuestSession, {});
  http.setAuth(tokens.accessToken);
  return { http, tokens };
}

/** A live connection of whoever has that token. */
export function connect(url: string, accessToken: string): ConvexClient {
  const client = new ConvexClient(url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
  });
  client.setAuth(() => Promise.resolve(accessToken));
  return client;
}

type Question = {
  conversationId: Id<"conversations">;
  text: string;
  accessToken: string;
  address?: string;
};

/** Asks over `POST /reply` as the page does. `onText` has the answer so far; resolves when it has ended. */
export async function askAlong(
  { deployment }: System,
  { address, accessToken, ...question }: Question,
  onText: (text: string) => void,
): Promise<void> {
  const response = await fetch(`${deployment.siteUrl}/reply`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(address !== undefined && { "x-forwarded-for": address }),
    },
    body: JSON.stringify({ ...question, clientMessageId: crypto.randomUUID(), follows: true }),
  });
  if (!response.ok || response.body === null) throw new Error(await response.text());
  let text = "";
  let done = false;
  for await (const line of readLines(response.body)) {
    if ("replyId" in line && line.replyId === null) throw new Error("Nobody writes here.");
    if ("done" in line) done = true;
    if (!("at" in line)) continue;
    text = text.slice(0, line.at) + line.text;
    onText(text);
  }
  if (!done) throw new Error(`The words ended after: ${text}`);
}

/** Signs a member of staff in with a code, over HTTP; with what a client of theirs needs. */
export async function signInStaff(
  { deployment, providers }: System,
  email: string,
  http = new ConvexHttpClient(deployment.url, { logger: false }),
): Promise<{ http: ConvexHttpClient; token: string }> {
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(providers.control.emails(email)[0]!.text!)![0];
  const token = (await http.action(api.auth.createSession, { challenge, code })).accessToken;
  http.setAuth(token);
  return { http, token };
}

/** The seed's. */
export const owner = async (system: System): Promise<ConvexHttpClient> =>
  (await signInStaff(system, "owner@computerguys.example")).http;

/** A document of so many passages; the `edition` makes all of them new. */
export const documentOf = (passages: number, edition = "") => ({
  title: "Perf",
  category: "services",
  format: "markdown" as const,
  body: Array.from(
    { length: passages },
    (_, i) =>
      `## Part ${i}\n\n${`Sentence ${i} about repairing a device of kind ${i} in the shop${edition}. `.repeat(passages > 100 ? 9 : 14)}`,
  ).join("\n\n"),
});

/** What was said before, the customer's first: 400 characters on average. */
export const pastTexts = (count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    "An earlier message about a slow laptop. ".repeat(20).slice(0, i % 2 === 0 ? 200 : 600),
  );

/** Puts `count` settled messages into a conversation. */
export async function addHistory(
  { engine }: System,
  conversationId: Id<"conversations">,
  count: number,
): Promise<void> {
  const start = Date.now() - count * 60_000;
  await engine.system("", ({ db }) => {
    let agentId = "";
    db._iterateDocs("agents", (agent) => (agentId = String(agent._id)));
    for (const [i, text] of pastTexts(count).entries()) {
      const asked = i % 2 === 0;
      db.insert("messages", {
        conversationId,
        author: asked ? { kind: "customer" } : { kind: "agent", agentId, name: "Front Desk" },
        visibility: "public",
        status: "complete",
        text,
        settledAt: start + i * 60_000,
        turn: 0,
        episode: 1,
      });
    }
  });
}

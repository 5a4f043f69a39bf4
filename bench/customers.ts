/** What the benchmarks do to a system: sign people in, give a conversation a past, write long documents. */
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { System } from "../local/system";

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

/** Signs the seed's owner in with a code, over HTTP. */
export async function owner({ deployment, providers }: System): Promise<ConvexHttpClient> {
  const email = "owner@computerguys.example";
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(providers.control.emails(email)[0]!.text!)![0];
  http.setAuth((await http.action(api.auth.createSession, { challenge, code })).accessToken);
  return http;
}

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

/** Puts `count` settled messages of 400 characters on average into a conversation. */
export async function addHistory(
  { engine }: System,
  conversationId: Id<"conversations">,
  count: number,
): Promise<void> {
  const start = Date.now() - count * 60_000;
  await engine.system("", ({ db }) => {
    let agentId = "";
    db._iterateDocs("agents", (agent) => (agentId = String(agent._id)));
    for (let i = 0; i < count; i++) {
      const asked = i % 2 === 0;
      db.insert("messages", {
        conversationId,
        author: asked ? { kind: "customer" } : { kind: "agent", agentId, name: "Front Desk" },
        visibility: "public",
        status: "complete",
        text: "An earlier message about a slow laptop. ".repeat(20).slice(0, asked ? 200 : 600),
        settledAt: start + i * 60_000,
        turn: 0,
        episode: 1,
      });
    }
  });
}

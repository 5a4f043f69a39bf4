/** The whole system for a measurement: stand-ins, local deployment, a real push, the seed read in. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { runConvexCli } from "../local/cli.ts";
import { startProviders } from "../local/providers/index.ts";
import { startDeployment } from "../local/server/main.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

export type System = Awaited<ReturnType<typeof startSystem>>;

export async function startSystem() {
  const providers = await startProviders({ port: 0 });
  const deployment = await startDeployment({
    port: 0,
    sitePort: 0,
    quiet: true,
    env: { JWT_SECRET: "benchmark-secret-benchmark-secret-00", ...providers.env },
  });
  const push = ["deploy", "--typecheck", "disable", "--codegen", "disable"];
  const { code, stderr } = await runConvexCli(deployment, push, { cwd: ROOT });
  if (code !== 0) throw new Error(`The push failed:\n${stderr}`);
  const { engine } = deployment;
  await engine.call("action", "seed:run");
  await until(
    engine,
    "seed:progress",
    (p: { total: number; published: number; failed: number }) => {
      if (p.failed > 0) throw new Error(`${p.failed} documents could not be read in`);
      return p.published === p.total;
    },
  );
  // The workflow component tidies up after the last step.
  await engine.settle();
  return {
    providers,
    deployment,
    engine,
    close: async () => {
      await deployment.close();
      await providers.close();
    },
  };
}

/** Resolves when a live query's result passes. */
export function until<T>(
  engine: System["engine"],
  query: string,
  passes: (result: T) => boolean,
  args: Record<string, unknown> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscription = engine.subscribe(query, args, (result) => {
      try {
        if (!result.ok) throw new Error(result.errorMessage);
        const value = result.value as T;
        if (!passes(value)) return;
        subscription.unsubscribe();
        resolve(value);
      } catch (error) {
        subscription.unsubscribe();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

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

/** The package's configuration, changed with the real CLI while customers chat. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { cliVariables, runConvexCli, startConvexCli } from "@computer-guys/convex-local";
import { ROOT, startSystem, type System } from "../../local/system";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 120_000 });

let system: System;
beforeAll(async () => {
  // As on Convex, so that nothing here can lean on what a module has kept.
  system = await startSystem({ keepModules: false });
});
afterAll(async () => {
  await system.close();
});

const convex = (...args: string[]) => runConvexCli(system.deployment, args, { cwd: ROOT });

/** Asks in a new conversation, and waits until the AI has answered or handed over. */
async function ask(text: string) {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { accessToken } = await http.action(api.auth.createGuestSession, {});
  http.setAuth(accessToken);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const replied = new Promise<void>((resolve) => {
    const off = system.engine.onEvent(({ path }) => {
      if (path !== "replies:generate") return;
      off();
      resolve();
    });
  });
  await http.mutation(api.messages.sendMessage, { conversationId, text });
  await replied;
  return { http, conversationId };
}

async function lastMessage({ http, conversationId }: Awaited<ReturnType<typeof ask>>) {
  const messages = await http.query(api.messages.subscribeToMessages, { conversationId });
  return messages.at(-1);
}

const lastKey = () => system.providers.control.requests("openrouter").at(-1)?.headers.authorization;
const QUESTION = "How much is a screen replacement?";

test("a changed OPENROUTER_API_KEY is used by the very next reply, without a restart", async () => {
  const rightKey = system.providers.env.OPENROUTER_API_KEY!;
  await ask(QUESTION);
  // The stand-in keeps the first characters of a key only.
  expect(lastKey()).toBe(`Bearer ${rightKey.slice(0, 3)}…redacted`);
  expect((await convex("env", "set", "OPENROUTER_API_KEY", "new-key")).code).toBe(0);
  const refused = await ask(QUESTION);
  expect(lastKey()).toBe("Bearer new…redacted");
  const { conversationId } = refused;
  expect(await refused.http.query(api.conversations.get, { conversationId })).toMatchObject({
    owner: "queue",
  });
  expect((await convex("env", "set", "OPENROUTER_API_KEY", rightKey)).code).toBe(0);
  const answered = await ask(QUESTION);
  expect(await lastMessage(answered)).toMatchObject({
    author: { kind: "agent" },
    status: "complete",
  });
});

test("without the key the next question goes to people; staff, log and data name the command", async () => {
  const command = "npx convex env set OPENROUTER_API_KEY <value>";
  expect((await convex("env", "remove", "OPENROUTER_API_KEY")).code).toBe(0);
  const { http, conversationId } = await ask(QUESTION);
  // The customer is told that a person will answer, and nothing of keys.
  const messages = await http.query(api.messages.subscribeToMessages, { conversationId });
  expect(messages.some(({ author }) => author.kind === "agent")).toBe(false);
  expect(JSON.stringify(messages)).not.toContain("OPENROUTER");

  const email = "owner@computerguys.example";
  const staff = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { challenge } = await staff.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  staff.setAuth((await staff.action(api.auth.createSession, { challenge, code })).accessToken);
  const conversation = await staff.query(api.conversations.getForStaff, { conversationId });
  expect(conversation.brief?.summary).toContain(command);

  const logs = startConvexCli(system.deployment, ["logs", "--history", "1000"], { cwd: ROOT });
  await logs.printed(
    /\[CONVEX A\(replies:generate\)\] \[ERROR\] .*npx convex env set OPENROUTER_API_KEY/,
  );
  await logs.interrupt();
  const failed = await convex(
    "run",
    "--inline-query",
    '(await ctx.db.query("workflows").order("desc").take(20)).find(({ error }) => error?.code === "not_configured").error.message',
  );
  expect(failed.stdout).toContain(command);
});

test("a JWT_SECRET that is too short is refused with the command that makes one; who is signed in stays so", async () => {
  const { http, conversationId } = await ask(QUESTION);
  const { code, stderr } = await convex("env", "set", "JWT_SECRET", "hunter2");
  expect(code).not.toBe(0);
  expect(stderr).toContain("JWT_SECRET has 7 characters; it needs 32 or more.");
  expect(stderr).toContain("openssl rand -base64 48 | npx convex env set JWT_SECRET");
  expect(await http.query(api.conversations.get, { conversationId })).toMatchObject({
    _id: conversationId,
  });
});

/** As it is typed: `npx pnpm run export …`. */
async function exportTo(file: string): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/export.ts", "--path", file], {
    cwd: ROOT,
    env: { ...process.env, ...cliVariables(system.deployment) },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, printed };
}

test("an export by `pnpm run export` is on record, one that failed is not", async () => {
  const query = `return (await ctx.db.query("analytics")
    .withIndex("by_type", (q) => q.eq("type", "backup_made")).take(9)).map(({ data }) => data.reason);`;
  const onRecord = async () =>
    JSON.parse((await convex("run", "--inline-query", query)).stdout) as string[];
  const folder = await mkdtemp(path.join(tmpdir(), "export-"));
  const file = path.join(folder, "shop.zip");
  await writeFile(file, "already there");
  expect((await exportTo(file)).code).not.toBe(0);
  expect(await onRecord()).toEqual([]);
  await rm(file);
  const { code, printed } = await exportTo(file);
  expect(printed).toMatch(/It is on record/);
  expect(code).toBe(0);
  expect(await onRecord()).toEqual(["without files, by the CLI"]);
  await rm(folder, { recursive: true });
});

/** The package itself on the local deployment, through Convex's own clients, as applications use it. */
import { spawn } from "node:child_process";
import path from "node:path";
import { ConvexError } from "convex/values";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { chatQueries, chatSubscriptions } from "../../web/src/conversation/subscriptions";
import type { FunctionEvent } from "@computer-guys/convex-local";
import { ROOT, startSystem, type System } from "../../local/system";
import { connectGuest, connectStaff, watch, type Shown } from "./clients";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.close();
});

const guest = () => connectGuest(system);
const technician = () => connectStaff(system, "dana@computerguys.example");

const isStreaming = (message?: Shown[number]) => message?.status === "streaming";
const answered = (shown: Shown) =>
  shown.at(-1)?.author.kind === "agent" && !isStreaming(shown.at(-1));

test("one subscription is a working live chat: the answer grows, then settles with its sources", async () => {
  const { http, live } = await guest();
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const growing: Shown = [];
  const done = watch(live, conversationId, (shown) => {
    const last = shown.at(-1);
    if (isStreaming(last)) growing.push(last!);
    return answered(shown);
  });
  const text = "How much is a screen replacement and how long does it take?";
  await http.mutation(api.messages.sendMessage, { conversationId, text });
  const messages = await done;
  await live.close();
  expect(messages.map(({ author }) => author.kind)).toEqual(["customer", "agent"]);
  const answer = messages.at(-1)!;
  expect(answer).toMatchObject({ status: "complete" });
  expect(answer.text).toMatch(/\$\d/);
  expect(answer.citations!.length).toBeGreaterThan(0);
  // One element all the way: it grows, and keeps its id when it is settled.
  expect(new Set([...growing, answer].map(({ _id }) => _id)).size).toBe(1);
  const texts = growing.map(({ text }) => text).filter((text) => text !== "");
  expect(texts.length).toBeGreaterThan(1);
  for (const [i, shown] of texts.entries()) expect(shown.startsWith(texts[i - 1] ?? "")).toBe(true);
});

test("while a reply is written, its flushes re-run one query of an open chat and no other", async () => {
  const { http, live } = await guest();
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const since = Date.now();
  const { reply } = chatQueries(conversationId, since);
  for (const { query, args } of [...chatSubscriptions(conversationId, since), reply]) {
    await new Promise<void>((resolve) => live.onUpdate(query, args, () => resolve()));
  }
  system.providers.control.script({
    match: "Count the re-runs",
    text: "word ".repeat(200),
    chunks: 100,
    overMs: 3_000,
  });
  const events: FunctionEvent[] = [];
  const off = system.engine.onEvent((event) => events.push(event));
  const done = watch(live, conversationId, answered);
  await http.mutation(api.messages.sendMessage, { conversationId, text: "Count the re-runs" });
  await done;
  off();
  await live.close();
  const runs = (name: string) =>
    events.filter(({ path, caller }) => path === name && caller === "subscription").length;
  const flushes = events.filter(({ path }) => path === "replies:flush").length;
  expect(flushes).toBeGreaterThan(2);
  expect(runs("replies:subscribeToReply")).toBeGreaterThanOrEqual(flushes);
  expect(runs("messages:live")).toBeLessThanOrEqual(2);
});

test("a file goes in and out over HTTP, for its people alone, and pages of other shops can't ask", async () => {
  const { http, live, tokens } = await guest();
  await live.close();
  const stranger = await guest();
  await stranger.live.close();
  const door = `${system.deployment.siteUrl}/files`;
  const as = (token: string, more: Record<string, string> = {}) => ({
    authorization: `Bearer ${token}`,
    ...more,
  });
  const png = Buffer.from("\x89PNG\r\n\x1a\n and a picture", "latin1");
  const put = (token: string, body: BodyInit, more: Record<string, string> = {}) =>
    fetch(door, { method: "POST", body, headers: as(token, more), duplex: "half" } as RequestInit);

  // Convex hands a token that is not ours on: the action must not trip over it.
  expect((await put("forged.token.here", png)).status).toBe(401);
  expect((await put(tokens.accessToken, png, { origin: "https://evil.example" })).status).toBe(403);
  expect((await put(tokens.accessToken, "<svg onload=alert(1)>")).status).toBe(400);
  // Nothing announces how much comes: it is counted as it does.
  let sent = 0;
  const flood = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (sent++ === 12) controller.close();
      else controller.enqueue(new Uint8Array(1024 * 1024).fill(65));
    },
  });
  expect((await put(tokens.accessToken, flood)).status).toBe(413);

  const answer = await put(tokens.accessToken, png, { "content-type": "text/html" });
  const file = (await answer.json()) as { storageId: Id<"_storage">; contentType: string };
  expect(file.contentType).toBe("image/png");
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const attachments = [{ storageId: file.storageId, name: "crack.png" }];
  await http.mutation(api.messages.sendMessage, { conversationId, text: "", attachments });
  const shown = await http.query(api.messages.subscribeToMessages, { conversationId });
  const { url } = shown[0]!.attachments![0]!;
  const read = await fetch(url, { headers: as(tokens.accessToken) });
  expect(Buffer.from(await read.arrayBuffer())).toEqual(png);
  expect((await fetch(url)).status).toBe(401);
  const foreign = await fetch(url, { headers: as(stranger.tokens.accessToken) });
  expect(foreign.status).toBe(404);
  await http.mutation(api.auth.logout, {});
  expect((await fetch(url, { headers: as(tokens.accessToken) })).status).toBe(401);
});

test("signing out cuts live subscriptions at once", async () => {
  const { http, live } = await guest();
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  let seen: (() => void) | undefined;
  const first = new Promise<void>((resolve) => (seen = resolve));
  const cut = new Promise<Error>((resolve) => {
    live.onUpdate(api.conversations.get, { conversationId }, () => seen!(), resolve);
  });
  await first;
  await http.mutation(api.auth.logout, {});
  const error = await cut;
  await live.close();
  expect(error).toBeInstanceOf(ConvexError);
  expect((error as ConvexError<{ code: string }>).data.code).toBe("session_expired");
});

test("a technician claims over one connection while another watches: the AI says no more", async () => {
  const { http, live } = await guest();
  const dana = await technician();
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const held = system.providers.control.holdAfter(5, {
    match: "Interrupt me",
    text: "one two three four five six seven eight nine ten",
    chunks: 10,
  });
  const started = watch(live, conversationId, (shown) => {
    const last = shown.at(-1);
    return isStreaming(last) && last!.text !== "";
  });
  await http.mutation(api.messages.sendMessage, { conversationId, text: "Interrupt me" });
  await started;
  await held.reached;
  await dana.mutation(api.conversations.claim, { conversationId });
  const before = await http.query(api.messages.subscribeToMessages, {
    conversationId,
  });
  const charged = new Promise<void>((resolve) => {
    const off = system.engine.onEvent(({ path }) => {
      if (path !== "replies:charge") return;
      off();
      resolve();
    });
  });
  held.release();
  await charged;
  const after = await http.query(api.messages.subscribeToMessages, {
    conversationId,
  });
  await live.close();
  expect(after.some(isStreaming)).toBe(false);
  expect(after).toEqual(before);
  expect(before.find(({ author }) => author.kind === "agent")).toMatchObject({ status: "stopped" });
});

test("the README's script holds a conversation", async () => {
  const script = spawn(process.execPath, ["examples/chat.mjs", "Where can I park?"], {
    cwd: path.resolve(ROOT),
    env: { ...process.env, CONVEX_URL: system.deployment.url },
  });
  let printed = "";
  script.stdout.on("data", (data: Buffer) => (printed += data.toString()));
  script.stderr.on("data", (data: Buffer) => (printed += data.toString()));
  const code = await new Promise((resolve) => script.on("exit", resolve));
  expect(printed).toMatch(/parking/i);
  expect(printed).toContain("(complete)");
  expect(printed).toMatch(/\[1\] Opening hours/);
  expect(code).toBe(0);
});

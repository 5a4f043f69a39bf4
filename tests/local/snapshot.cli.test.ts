/**
 * The package's data on the move, with the real CLI: exported from one deployment, imported into a new
 * one at the same address. People go on where they were, with the tokens they had.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { exportSnapshot, reopenFrom } from "./moving";
import { startSystem, type System } from "../../local/system";

const env = { JWT_SECRET: "a secret that both deployments have, 32 bytes or more" };
const QUESTION = "How much is a screen replacement and how long does it take?";
const FILE = "error 0x80070570 while installing";

let folder: string;
let system: System;
/** What the people of the first deployment hold. */
let held: {
  accessToken: string;
  staffToken: string;
  adminToken: string;
  conversationId: Id<"conversations">;
  /** Conversations whose reply was being written. */
  interrupted: Id<"conversations">[];
  shown: unknown;
  rows: Record<string, number>;
};

const client = (token: string) => {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  http.setAuth(token);
  return http;
};

async function staffToken(email: string): Promise<string> {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  return (await http.action(api.auth.createSession, { challenge, code })).accessToken;
}

/** Asks after every function run until there is an answer. */
async function eventually<T>(ask: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const next = new Promise<void>((resolve) => {
      const off = system.engine.onEvent(({ caller }) => {
        if (caller === "client") return;
        off();
        resolve();
      });
    });
    const answer = await ask();
    if (answer !== null) return answer;
    await next;
  }
}

const settledAnswer = (token: string, conversationId: Id<"conversations">) =>
  eventually(async () => {
    const seen = client(token).query(api.messages.subscribeToMessages, { conversationId });
    const last = (await seen).at(-1);
    return last?.author.kind === "agent" && last.status !== "streaming" ? last : null;
  });

const counts = (engine: System["engine"]) =>
  Object.fromEntries(
    engine.knownComponents().flatMap((component) => {
      const database = engine.database(component)!;
      return [...database.allTables().keys()]
        .filter((table) => !table.startsWith("_") || table === "_storage")
        .map((table) => [`${component}/${table}`, database.count(table)] as const);
    }),
  );

async function chat() {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { accessToken } = await http.action(api.auth.createGuestSession, {});
  http.setAuth(accessToken);
  const headers = { authorization: `Bearer ${accessToken}` };
  const url = `${system.deployment.siteUrl}/files`;
  const upload = await fetch(url, { method: "POST", headers, body: FILE });
  const { storageId } = (await upload.json()) as { storageId: Id<"_storage"> };
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  await http.mutation(api.messages.sendMessage, {
    conversationId,
    text: QUESTION,
    attachments: [{ storageId, name: "log.txt" }],
  });
  await settledAnswer(accessToken, conversationId);
  return { accessToken, conversationId };
}

/** A reply that is being written while the export is made, and cannot end before it. */
async function beginReply(token: string) {
  const http = client(token);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const hold = system.providers.control.holdAfter(3, {
    match: "Interrupted by a move",
    text: "This answer never reaches its end",
    chunks: 6,
  });
  await http.mutation(api.messages.sendMessage, { conversationId, text: "Interrupted by a move" });
  await hold.reached;
  return { conversationId, release: () => hold.release() };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "snapshot-"));
  system = await startSystem({ env });
  const { accessToken, conversationId } = await chat();
  const adminToken = await staffToken("owner@computerguys.example");
  const staff = await staffToken("dana@computerguys.example");
  const interrupted = [await beginReply(accessToken), await beginReply(accessToken)];
  const shown = await client(accessToken).query(api.messages.subscribeToMessages, {
    conversationId,
  });
  const file = path.join(folder, "snapshot.zip");
  await exportSnapshot(system, file);
  held = {
    accessToken,
    adminToken,
    staffToken: staff,
    conversationId,
    interrupted: interrupted.map((begun) => begun.conversationId),
    shown,
    rows: counts(system.engine),
  };
  for (const { release } of interrupted) release();
  system = await reopenFrom(file, system, env);
});

afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

test("the new deployment has every row of every table, of components too", () => {
  expect(held.rows["/messages"]).toBeGreaterThan(0);
  expect(held.rows["background/workpool/internalState"]).toBe(1);
  expect(counts(system.engine)).toEqual(held.rows);
});

test("the customer's token reads the same conversation, and the technician's does", async () => {
  const { accessToken, conversationId, shown, staffToken: staff } = held;
  const withoutUrls = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (key, field: unknown) => (key === "url" ? null : field)),
    ) as unknown;
  const here = await client(accessToken).query(api.messages.subscribeToMessages, {
    conversationId,
  });
  expect(withoutUrls(here)).toEqual(withoutUrls(shown));
  const seen = await client(staff).query(api.messages.subscribeToMessages, { conversationId });
  expect(seen.map(({ text }) => text)).toEqual(here.map(({ text }) => text));
});

test("attachments are served", async () => {
  const messages = await client(held.accessToken).query(api.messages.subscribeToMessages, {
    conversationId: held.conversationId,
  });
  const url = messages.flatMap(({ attachments }) => attachments ?? [])[0]!.url;
  expect((await fetch(url)).status).toBe(401);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${held.accessToken}` },
  });
  expect(response.headers.get("content-type")).toBe("text/plain");
  expect(await response.text()).toBe(FILE);
});

test("the AI goes on in the conversation, from the imported knowledge", async () => {
  const { accessToken, conversationId } = held;
  await client(accessToken).mutation(api.messages.sendMessage, {
    conversationId,
    text: "Where can I park?",
  });
  const answer = await settledAnswer(accessToken, conversationId);
  expect(answer.status).toBe("complete");
  expect(answer.text).toMatch(/park/i);
  expect(answer.citations!.length).toBeGreaterThan(0);
});

test("new knowledge is read in by the imported workflow component, and answered from", async () => {
  const admin = client(held.adminToken);
  const documentId = await admin.mutation(api.knowledge.addDocument, {
    title: "Cassette deck repair",
    category: "services",
    format: "text",
    body: "A cassette deck repair costs $421. New belts for a cassette deck take nine days.",
  });
  await eventually(async () => {
    const { state } = await admin.query(api.knowledge.get, { documentId });
    return state === "published" ? state : null;
  });
  const http = client(held.accessToken);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  const text = "How much does a cassette deck repair cost?";
  await http.mutation(api.messages.sendMessage, { conversationId, text });
  expect((await settledAnswer(held.accessToken, conversationId)).text).toContain("$421");
});

test("a reply that was being written ends with the customer's next message, which is answered", async () => {
  const { accessToken, interrupted } = held;
  const conversationId = interrupted[0]!;
  const http = client(accessToken);
  const before = await http.query(api.messages.subscribeToMessages, { conversationId });
  expect(before.at(-1)).toMatchObject({
    status: "streaming",
    text: expect.stringMatching(/^This answer/) as string,
  });
  await http.mutation(api.messages.sendMessage, { conversationId, text: QUESTION });
  const answer = await settledAnswer(accessToken, conversationId);
  expect(answer).toMatchObject({ status: "complete" });
  const messages = await http.query(api.messages.subscribeToMessages, { conversationId });
  expect(messages.map(({ status }) => status)).toContain("stopped");
});

test("a reply that was being written is taken up by the cron, if the customer only waits", async () => {
  const { accessToken, interrupted } = held;
  const { now } = Date;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 5 * 60_000);
  try {
    await system.engine.call("mutation", "replies:recoverAll");
    const answer = await settledAnswer(accessToken, interrupted[1]!);
    expect(answer).toMatchObject({ status: "complete" });
  } finally {
    clock.mockRestore();
  }
});

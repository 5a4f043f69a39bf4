/** Durable timers on the local deployment: the real workflow component, real time, and a move that loses it all. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { exportSnapshot, reopenFrom } from "./moving";
import { startSystem, type System } from "../../local/system";

const env = { JWT_SECRET: "a secret that both deployments have, 32 bytes or more" };
const SECOND = 1_000;
const HOUR = 3600 * SECOND;
/** As in `model/conversations/timers.ts`: a timer that is later than this is taken to be lost. */
const LOST = HOUR;
/** Two pushes, an export and an import on a busy machine. */
const MOVING = 120 * SECOND;

let folder: string;
let system: System;
let staffToken: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "timers-"));
  system = await startSystem({ env });
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const email = "dana@computerguys.example";
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  staffToken = (await http.action(api.auth.createSession, { challenge, code })).accessToken;
});
afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true });
});

const client = (token: string) => {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  http.setAuth(token);
  return http;
};

/** A guest's conversation that Dana has taken over from the AI. */
async function claimed(): Promise<Id<"conversations">> {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  http.setAuth((await http.action(api.auth.createGuestSession, {})).accessToken);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  await client(staffToken).mutation(api.conversations.claim, { conversationId });
  return conversationId;
}

/** Asks again after every function that the deployment runs by itself, until there is an answer. */
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

const statusOf = async (conversationId: Id<"conversations">) =>
  (await client(staffToken).query(api.conversations.getForStaff, { conversationId })).status;

const processes = async (kind: "snooze" | "handoff" | "alert" | "promise") =>
  (
    await client(staffToken).query(api.workflows.list, {
      kind,
      paginationOpts: { numItems: 20, cursor: null },
    })
  ).page;

test("a snooze ends at its time, by a workflow that slept", async () => {
  const conversationId = await claimed();
  const until = Date.now() + 2 * SECOND;
  await client(staffToken).mutation(api.conversations.snooze, { conversationId, until });
  expect(await statusOf(conversationId)).toBe("snoozed");
  await eventually(async () => ((await statusOf(conversationId)) === "open" ? true : null));
  expect(Date.now()).toBeGreaterThanOrEqual(until);
  expect((await processes("snooze"))[0]).toMatchObject({ state: "done", step: "woken" });
});

test("a late promise is mailed to whoever has the conversation, once", async () => {
  const conversationId = await claimed();
  const dueAt = Date.now() + 2 * SECOND;
  const promise = { conversationId, text: "We call you right back.", dueAt };
  await client(staffToken).mutation(api.conversations.makePromise, promise);
  const late = () =>
    system.providers.control
      .emails("dana@computerguys.example")
      .filter(({ subject }) => subject.includes("late"));
  await eventually(async () => {
    const [alert] = await processes("alert");
    return alert?.state === "done" && late().length > 0 ? true : null;
  });
  expect(late()).toHaveLength(1);
  expect(late()[0]!.text).not.toContain("right back");
});

test(
  "timers survive a move that keeps no scheduled function: the net acts, once",
  async () => {
    const conversationId = await claimed();
    const until = Date.now() + 24 * HOUR;
    await client(staffToken).mutation(api.conversations.snooze, { conversationId, until });
    // As if it had been due while nothing ran.
    const [timer] = await processes("snooze");
    await system.engine.system("", ({ db }) => {
      db.patch("workflows", timer!._id, { dueAt: Date.now() - LOST });
    });
    const file = path.join(folder, "snapshot.zip");
    await exportSnapshot(system, file);
    system = await reopenFrom(file, system, env);
    expect(await statusOf(conversationId)).toBe("snoozed");
    for (let i = 0; i < 2; i++) await system.engine.call("mutation", "workflows:rearmTimers", {});
    await eventually(async () => ((await statusOf(conversationId)) === "open" ? true : null));
    expect((await processes("snooze"))[0]).toMatchObject({ state: "done", attempt: 2 });
    const { unread } = await client(staffToken).query(api.conversations.getForStaff, {
      conversationId,
    });
    expect(unread).toBe(1);
  },
  MOVING,
);

/** Factories for function tests: a deployment with agents and knowledge, and callers of every kind. */
/// <reference types="vite/client" />
import migrations from "@convex-dev/migrations/test";
import workflow from "@convex-dev/workflow/test";
import {
  countOpenRequests,
  isolateModules,
  pause,
  waitForImports,
} from "@computer-guys/convex-local/testing";
import { convexTest, type TestConvex } from "convex-test";
import type { FunctionArgs, FunctionReference } from "convex/server";
import { inject, vi } from "vitest";
import { internal } from "../convex/_generated/api";
import type { Doc, Id } from "../convex/_generated/dataModel";
import { ZERO_METRICS } from "../convex/model/agents/agents";
import { isAppError, type AppErrorData } from "../convex/lib/errors";
import schema from "../convex/schema";
import { outcomeOf, thrown } from "./outcome";

/** Their functions run under the rules of Convex's isolate. */
export const modules = isolateModules(import.meta.glob(["../convex/**/*.*s"]), import.meta.url);

/**
 * On Convex a mutation whose commit conflicts runs again, on what the other has written: the first run must leave
 * nothing behind. In long runs every mutation does, its first run thrown away; `RUN_TWICE=1` does so in any run.
 */
export const RUN_TWICE = (import.meta.env.RUN_TWICE ?? import.meta.env.CI_LONG) === "1";

export { outcomeOf };

export type Deployment = TestConvex<typeof schema>;
export type Caller = {
  t: ReturnType<Deployment["withIdentity"]>;
  userId: Id<"users">;
  sessionId: Id<"sessions">;
};

declare module "vitest" {
  /** Provided by `packages/stand-ins/vitest.setup.ts`. */
  export interface ProvidedContext {
    standIns: { env: Record<string, string>; url: string }[];
  }
}

/** The stand-ins of this worker: no other file of the moment talks to them. */
export const standIn = () => inject("standIns")[Number(process.env["VITEST_POOL_ID"]) - 1]!;

type Held = ("setTimeout" | "clearTimeout" | "Date")[];

export const JWT_SECRET = "test-secret-0123456789-0123456789-abcdef";

/**
 * A deployment with transaction limits on. Timers are held, so that scheduled functions run only when a
 * test says so; the network and the clock are real.
 */
export function deployment(env: Record<string, string> = {}): Deployment {
  return deploymentWith(TIMERS, env);
}

/** As `deployment`, with a clock that stands still until `vi.setSystemTime` or the timers move it. */
export function clockedDeployment(env: Record<string, string> = {}): Deployment {
  return deploymentWith([...TIMERS, "Date"], env);
}

function deploymentWith(toFake: Held, env: Record<string, string>): Deployment {
  // Its ids are those of every deployment here: another's mails are none of its own sent again.
  const RESEND_API_KEY = `${standIn().env["RESEND_API_KEY"]}_${crypto.randomUUID()}`;
  holdTimers(toFake, { RESEND_API_KEY, ...env });
  const t = convexTest({ schema, modules, transactionLimits: true, mutationsRunTwice: RUN_TWICE });
  const { registerComponent } = t;
  t.registerComponent = (path, componentSchema, componentModules) =>
    registerComponent(path, componentSchema, isolateModules(componentModules));
  workflow.register(t);
  workflow.register(t, "background");
  migrations.register(t);
  return t;
}

const TIMERS: Held = ["setTimeout", "clearTimeout"];

/** What a deployment runs in, for the length of a test: once more, for one that an earlier test has made. */
export function holdTimers(toFake: Held = TIMERS, env: Record<string, string> = {}): void {
  vi.useFakeTimers({ toFake });
  const variables = {
    JWT_SECRET,
    CONVEX_SITE_URL: "http://127.0.0.1:3211",
    ...standIn().env,
    ...env,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Calls the stand-ins' control API. */
export async function control(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${standIn().url}/__control${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`control ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

export async function signIn(t: Deployment, user: Partial<Doc<"users">> = {}): Promise<Caller> {
  const { userId, sessionId } = await t.run(async (ctx) => {
    const userId = await ctx.db.insert("users", {
      role: "customer",
      smsConsent: "unknown",
      ...user,
    });
    const sessionId = await openSession(ctx, userId);
    return { userId, sessionId };
  });
  return as(t, userId, sessionId);
}

export function as(t: Deployment, userId: Id<"users">, sessionId: Id<"sessions">): Caller {
  return { t: t.withIdentity({ subject: userId, sid: sessionId }), userId, sessionId };
}

type RunCtx = Parameters<Parameters<Deployment["run"]>[0]>[0];

async function openSession(ctx: RunCtx, userId: Id<"users">): Promise<Id<"sessions">> {
  const now = Date.now();
  return await ctx.db.insert("sessions", {
    state: "active",
    userId,
    refreshHash: "unused",
    rotatedAt: now,
    expiresAt: now + 1e9,
  });
}

export const guest = (t: Deployment) => signIn(t);
export const customer = (t: Deployment, email = "ann@example.com") =>
  signIn(t, { email, emailVerifiedAt: 1, name: "Ann" });
export const technician = (t: Deployment, name = "Dana") =>
  signIn(t, {
    role: "technician",
    email: `${name.toLowerCase()}@shop.example`,
    emailVerifiedAt: 1,
    name,
  });
export const admin = (t: Deployment) =>
  signIn(t, { role: "admin", email: "owner@shop.example", emailVerifiedAt: 1, name: "Sam" });

/** An active agent that can do everything. */
export async function addAgent(
  t: Deployment,
  fields: Partial<Doc<"agents">> = {},
): Promise<Id<"agents">> {
  return await t.run((ctx) =>
    ctx.db.insert("agents", {
      slug: "triage",
      name: "Front Desk",
      description: "Answers.",
      prompt: "You are the front desk.",
      model: "openai/gpt-5-mini",
      fallbackModels: ["anthropic/claude-haiku-4.5"],
      capabilities: ["triage"],
      tools: ["search_knowledge", "escalate_to_human", "set_contact"],
      status: "active",
      priority: 10,
      metrics: ZERO_METRICS,
      ...fields,
    }),
  );
}

/** A live passage, without a vector. */
export async function addPassage(
  t: Deployment,
  title: string,
  text: string,
): Promise<Id<"knowledge">> {
  return await t.run(async (ctx) => {
    const documentId = await ctx.db.insert("knowledge", {
      kind: "document",
      slug: title.toLowerCase().replace(/\W+/g, "-"),
      title,
      category: "prices",
      format: "markdown",
      body: text,
      state: "published",
      version: 1,
      passages: 1,
      embedded: false,
      updatedAt: 1,
    });
    await ctx.db.insert("knowledge", {
      kind: "passage",
      documentId,
      version: 1,
      ordinal: 0,
      title,
      heading: "",
      text: `${title}\n${text}`,
      contentHash: title,
      live: true,
    });
    return documentId;
  });
}

/** Runs the writer of the current turn, as the scheduler would. */
export async function runReply(t: Deployment, conversationId: Id<"conversations">, attempt = 1) {
  const conversation = await row(t, conversationId);
  const ref = { conversationId, turn: conversation.turn, attempt };
  await t.action(internal.replies.generate, ref);
}

export async function row(t: Deployment, id: Id<"conversations">): Promise<Doc<"conversations">> {
  return (await t.run((ctx) => ctx.db.get("conversations", id)))!;
}

/** All messages of a conversation in the order of their creation. */
export async function messages(t: Deployment, id: Id<"conversations">): Promise<Doc<"messages">[]> {
  const rows = await t.run((ctx) => ctx.db.query("messages").collect());
  return rows.filter((message) => message.conversationId === id);
}

export const page = (numItems = 50) => ({ numItems, cursor: null });

/**
 * Lets everything run that is ready to. What an action loads is waited for, and a request is given real time: else
 * a held clock ends it before its answer is here.
 */
export async function nextTurn(): Promise<void> {
  await waitForImports();
  await pause(countOpenRequests() > 0 ? 5 : 0);
}

/** Waits for a call whose SDK may wait for a timer, for example before it tries again. */
export async function settled<T>(call: Promise<T>): Promise<T> {
  let pending = true;
  const done = () => (pending = false);
  call.then(done, done);
  while (pending) {
    vi.advanceTimersByTime(5);
    await nextTurn();
  }
  return await call;
}

/**
 * What a call on a `clockedDeployment` comes to, and how long it takes by its clock: that hardly moves while there is
 * work to do, and runs while a stand-in leaves a request without its answer.
 */
export async function timed<T>(
  call: Promise<T>,
): Promise<{ ms: number; value?: T; error?: Error }> {
  const start = Date.now();
  let end: number | undefined;
  const done = () => (end = Date.now());
  call.then(done, done);
  let stalled = false;
  for (let turn = 0; end === undefined; turn++) {
    await nextTurn();
    if (stalled || turn % 8 === 0) stalled = await isStalled();
    await vi.advanceTimersByTimeAsync(stalled ? 250 : 2);
  }
  const ms = end - start;
  return await call.then(
    (value) => ({ ms, value }),
    (error: unknown) => ({ ms, error: thrown(error) }),
  );
}

async function isStalled(): Promise<boolean> {
  const { requests } = (await control("/requests")) as {
    requests: { outcome: string; open: boolean }[];
  };
  return requests.some(({ outcome, open }) => open && outcome === "broken");
}

/** As `finishProcesses`, of ingests. */
export const finishIngests = (t: Deployment) => finishProcesses(t, "ingest");

/**
 * Runs what is scheduled until no process of this kind is running, on a `clockedDeployment`. In small steps:
 * one that is as long as a provider's time-out would abort its request.
 */
export async function finishProcesses(
  t: Deployment,
  kind: Doc<"workflows">["kind"],
): Promise<void> {
  for (let step = 0; step < 5_000; step++) {
    const running = await t.run((ctx) =>
      ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) => q.eq("kind", kind).eq("state", "running"))
        .first(),
    );
    if (running === null) return;
    vi.advanceTimersByTime(20);
    await nextTurn();
  }
  throw new Error(`A process does not end: ${kind}.`);
}

/** Lets scheduled functions of the next so many milliseconds run, on a `clockedDeployment`. */
export async function passTime(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    vi.advanceTimersByTime(500);
    await nextTurn();
  }
}

/**
 * Lets the clock of a `clockedDeployment` go on to `at`, from one timer to the next, each at its time: days take
 * no longer than what happens in them.
 */
export async function runUntil(t: Deployment, at: number): Promise<void> {
  let reached = false;
  setTimeout(() => (reached = true), at - Date.now());
  await t.finishInProgressScheduledFunctions();
  for (let step = 0; step < 20_000 && !reached; step++) {
    vi.advanceTimersToNextTimer();
    await nextTurn();
    await t.finishInProgressScheduledFunctions();
  }
  if (!reached) throw new Error("Time does not pass: something keeps scheduling itself.");
}

/** The data of the expected error that a call must end with. */
export async function refusal(call: Promise<unknown>): Promise<AppErrorData> {
  const error = await call.then(() => null, thrown);
  if (!isAppError(error)) throw error ?? new Error("The call succeeded.");
  return error.data;
}

/** Until the test ends nothing is printed: here are the lines that would have been. */
export function hush(): string[] {
  const lines: string[] = [];
  for (const level of ["debug", "log", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
      lines.push(said.map(printed).join(" "));
    });
  }
  return lines;
}

function printed(said: unknown): string {
  if (said instanceof Error) return said.stack ?? String(said);
  return typeof said === "string" ? said : JSON.stringify(said);
}

/** Every row of every table, by table, for comparing states. */
export async function snapshot(t: Deployment): Promise<Record<string, unknown[]>> {
  const tables = Object.keys(schema.tables) as (keyof typeof schema.tables)[];
  return await t.run(async (ctx) => {
    const rows = await Promise.all(tables.map((table) => ctx.db.query(table).collect()));
    return Object.fromEntries(tables.map((table, i) => [table, rows[i]!]));
  });
}

/** What one query reads, the caller's session included. */
export async function queryCost<F extends FunctionReference<"query">>(
  caller: Caller,
  fn: F,
  args: FunctionArgs<F>,
): Promise<Cost> {
  return await caller.t.query(async (ctx) => {
    await ctx.runQuery(fn, args);
    return used(await ctx.meta.getTransactionMetrics());
  });
}

/** What one mutation reads and writes, session and limits included. */
export async function mutationCost<F extends FunctionReference<"mutation">>(
  caller: Caller,
  fn: F,
  args: FunctionArgs<F>,
): Promise<Cost> {
  return await caller.t.mutation(async (ctx) => {
    await ctx.runMutation(fn, args);
    return used(await ctx.meta.getTransactionMetrics());
  });
}

type Cost = { documentsRead: number; documentsWritten: number; bytesRead: number };
const used = (metrics: Record<keyof Cost, { used: number }>): Cost => ({
  documentsRead: metrics.documentsRead.used,
  documentsWritten: metrics.documentsWritten.used,
  bytesRead: metrics.bytesRead.used,
});

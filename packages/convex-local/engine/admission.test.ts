/** What a deployment class lets run at a time, how long the rest waits, and how it is refused. */
import {
  actionGeneric,
  defineSchema,
  defineTable,
  httpActionGeneric,
  httpRouter,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { beforeEach, expect, test, vi } from "vitest";
import { TestClock } from "../fixtures/clock";
import { findClass, type DeploymentClass } from "./classes";
import { Engine } from "./engine";
import { Scheduler, type SchedulerHost } from "./scheduler";

const schema = defineSchema({ rows: defineTable({ text: v.string() }) });
const MIB = 1024 * 1024;

/** What functions of this file wait for, by name. */
const gates = new Map<string, { open: () => void; passed: Promise<void> }>();
const gate = (name: string) => {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  gates.set(name, { open, passed });
  return { open };
};
const atGate = async (name: string) => await gates.get(name)?.passed;
let running = 0;
let mostRunning = 0;
let cpuMs = 0;

const named = { gate: v.string() };
const whileOpen = async (name: string): Promise<null> => {
  mostRunning = Math.max(mostRunning, ++running);
  await atGate(name);
  running -= 1;
  return null;
};

const write = makeFunctionReference<"mutation">("jobs:write");
const hold = makeFunctionReference<"action">("jobs:act");

const jobs = {
  act: actionGeneric({ args: named, handler: (_, { gate }) => whileOpen(gate) }),
  mutate: mutationGeneric({ args: named, handler: (_, { gate }) => whileOpen(gate) }),
  look: queryGeneric({ args: named, handler: (_, { gate }) => whileOpen(gate) }),
  schedule: mutationGeneric({
    args: { gate: v.string(), count: v.number() },
    handler: async (ctx, { gate, count }) => {
      for (let i = 0; i < count; i++) await ctx.scheduler.runAfter(0, hold, { gate });
    },
  }),
  write: mutationGeneric({
    args: { bytes: v.number() },
    handler: async (ctx, { bytes }) => {
      for (let left = bytes; left > 0; left -= MIB / 2) {
        await ctx.db.insert("rows", { text: "x".repeat(Math.min(left, MIB / 2)) });
      }
    },
  }),
  writeLater: mutationGeneric({
    args: { bytes: v.number() },
    handler: async (ctx, { bytes }) => {
      await ctx.runMutation(write, { bytes });
      await ctx.scheduler.runAfter(0, write, { bytes: 10 });
    },
  }),
  catching: actionGeneric({
    args: {},
    handler: async (ctx) =>
      await ctx.runMutation(write, { bytes: 10 }).then(
        () => "written",
        (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : "?"),
      ),
  }),
  throwing: actionGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.runMutation(write, { bytes: 10 });
    },
  }),
  fanOut: actionGeneric({
    args: { gate: v.string() },
    handler: async (ctx, { gate }) => {
      await Promise.all(Array.from({ length: 20 }, () => ctx.runAction(hold, { gate })));
    },
  }),
  compute: mutationGeneric({
    args: { ms: v.number(), caught: v.boolean() },
    handler: async (ctx, { ms, caught }) => {
      await ctx.db.insert("rows", { text: "before" });
      cpuMs += ms;
      const next = ctx.db.insert("rows", { text: "after" });
      if (caught) await next.catch(() => undefined);
      else await next;
    },
  }),
};

const http = httpRouter();
http.route({
  path: "/hold",
  method: "GET",
  handler: httpActionGeneric(async () => {
    await whileOpen("http");
    return new Response("done");
  }),
});

http.route({
  path: "/drip",
  method: "GET",
  handler: httpActionGeneric((_ctx, request) => {
    const body = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(new TextEncoder().encode("one"));
        request.signal.addEventListener("abort", gates.get("left")!.open, { once: true });
        await whileOpen("drip");
        controller.close();
      },
    });
    return Promise.resolve(new Response(body));
  }),
});

const S16 = findClass("S16") as DeploymentClass;
let clock: TestClock;

beforeEach(() => {
  clock = new TestClock();
  running = 0;
  mostRunning = 0;
  cpuMs = 0;
  gates.clear();
});

const start = (deploymentClass: DeploymentClass | null = S16, factor = 1) =>
  Engine.fromModules(
    {
      schema,
      modules: {
        "./jobs.ts": () => Promise.resolve(jobs),
        "./http.ts": () => Promise.resolve({ default: http }),
        "./_generated/api.js": () => Promise.resolve({}),
      },
    },
    { deploymentClass, clock, cpu: { factor, used: () => cpuMs } },
  );

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true));

const jobStates = (engine: Engine) =>
  [...(engine.database()?.documents("_scheduled_functions") ?? [])].map(
    ({ state }) => (state as { kind: string }).kind,
  );

test("S16 runs 8 scheduled jobs at a time, S256 256, and the rest waits as long as it takes", async () => {
  for (const [name, most] of [["S16", 8] as const, ["S256", 40] as const]) {
    const { open } = gate("jobs");
    mostRunning = 0;
    const engine = await start(findClass(name));
    await engine.call("mutation", "jobs:schedule", { gate: "jobs", count: 40 });
    await until(() => running === most);
    expect(engine.scheduler.pending).toBe(40);
    open();
    await until(() => engine.scheduler.pending === 0);
    expect(mostRunning).toBe(most);
    expect(clock.asked).toEqual([]);
  }
});

test("a job that is cancelled while it waits for its turn does not run", async () => {
  const { open } = gate("jobs");
  const engine = await start();
  await engine.call("mutation", "jobs:schedule", { gate: "jobs", count: 9 });
  await until(() => running === 8);
  await engine.system("", ({ db }) => {
    db._iterateDocs("_scheduled_functions", (job) => {
      if ((job.state as { kind: string }).kind !== "pending") return;
      db.patch("_scheduled_functions", job._id, { state: { kind: "canceled" } });
    });
  });
  open();
  await until(() => engine.scheduler.pending === 0);
  expect(mostRunning).toBe(8);
});

test.each([
  ["action", "act", 64, 10_000],
  ["mutation", "mutate", 16, 5_000],
  ["query", "look", 16, 5_000],
] as const)("%s: the one too many waits, and is refused after that", async (type, name, at, ms) => {
  const { open } = gate("held");
  const engine = await start();
  const run = () => engine.run(type, `jobs:${name}`, { gate: "held" }, { admin: true });
  const held = Array.from({ length: at }, run);
  const late = run();
  await until(() => clock.asked.length === 1);
  clock.advance(ms - 1);
  expect(await Promise.race([late, Promise.resolve("waits")])).toBe("waits");
  clock.advance(1);
  expect(await late).toMatchObject({
    ok: false,
    rateLimit: "TooManyConcurrentRequests",
    errorMessage: expect.stringContaining(
      `Your backend is limited to ${at} concurrent ${type}s.`,
    ) as string,
  });
  const inTime = run();
  open();
  expect(await Promise.all([...held, inTime])).toMatchObject(
    Array.from({ length: at + 1 }, () => ({ ok: true })),
  );
});

test("HTTP actions and called actions share their 64; a scheduled action waits for them", async () => {
  const { open } = gate("http");
  const done = gate("act");
  const engine = await start();
  const ask = () => engine.runHttp(new Request("http://127.0.0.1/hold"));
  const held = Array.from({ length: 64 }, ask);
  await until(() => running === 64);
  const refused = engine.run("action", "jobs:act", { gate: "act" }, { admin: true });
  const refusedHttp = ask();
  await engine.call("mutation", "jobs:schedule", { gate: "act", count: 1 });
  await until(() => clock.asked.length === 2 && jobStates(engine).includes("inProgress"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.asked).toHaveLength(2);
  clock.advance(10_000);
  expect(await refused).toMatchObject({ rateLimit: "TooManyConcurrentRequests" });
  await expect(refusedHttp).rejects.toMatchObject({ code: "TooManyConcurrentRequests" });
  expect(engine.scheduler.pending).toBe(1);
  done.open();
  open();
  await Promise.all(held);
  await until(() => engine.scheduler.pending === 0);
});

test("an HTTP action has its place until its body has ended, and is told that whoever asked has left", async () => {
  const { open } = gate("drip");
  gate("left");
  const engine = await start();
  const gone = new AbortController();
  const ask = () => engine.runHttp(new Request("http://127.0.0.1/drip", { signal: gone.signal }));
  const heads = await Promise.all(Array.from({ length: 64 }, ask));
  expect(heads.map((answer) => answer?.status)).toEqual(Array.from({ length: 64 }, () => 200));
  const late = ask();
  await until(() => clock.asked.length === 1);
  gone.abort();
  await atGate("left");
  // None of them has gone for that.
  expect(running).toBe(64);
  open();
  expect(await (await late)?.text()).toBe("one");
  expect(await heads[0]?.text()).toBe("one");
});

test("live queries do not wait behind the queries that wait for them", async () => {
  gate("held").open();
  const engine = await start();
  const seen: unknown[] = [];
  const many = Array.from({ length: 40 }, () =>
    engine.call("query", "jobs:look", { gate: "held" }),
  );
  engine.subscribe("jobs:look", { gate: "held" }, (result) => seen.push(result.ok));
  await Promise.all(many);
  await engine.settle();
  expect(seen).toEqual([true]);
});

test("past 4 MiB in a second a mutation is tried four times more, and then refused", async () => {
  const engine = await start();
  const write = (bytes: number) => engine.run("mutation", "jobs:write", { bytes }, { admin: true });
  expect(await write(5 * MIB)).toMatchObject({ ok: true });
  const late = write(10);
  for (const pause of [100, 200, 400]) {
    await until(() => clock.asked.at(-1) === pause);
    clock.advance(pause - 1);
    // Still within the second in which so much was written: written once more, it lasts.
    await engine.system("", ({ db }) => void db.insert("rows", { text: "x".repeat(5 * MIB) }));
    clock.advance(1);
  }
  await until(() => clock.asked.at(-1) === 800);
  clock.advance(800);
  expect(await late).toMatchObject({
    ok: false,
    rateLimit: "TooManyWrites",
    errorMessage: expect.stringContaining("limited to 4 MiB bytes written per 1s") as string,
  });
  clock.advance(1_001);
  expect(await write(10)).toMatchObject({ ok: true });
});

test("S256 writes 8 MiB a second, and without a class there is no limit", async () => {
  for (const [deploymentClass, waits] of [
    [S16, 1],
    [findClass("S256"), 0],
    [null, 0],
  ] as const) {
    clock = new TestClock();
    const engine = await start(deploymentClass);
    await engine.call("mutation", "jobs:write", { bytes: 7 * MIB });
    const next = engine.call("mutation", "jobs:write", { bytes: 10 });
    if (waits > 0) await until(() => clock.asked.length === waits);
    clock.advance(1_001);
    await next;
    expect(clock.asked).toHaveLength(waits);
  }
});

test("a scheduled mutation waits for the writes as long as it takes", async () => {
  clock.chance = 0;
  const engine = await start();
  await engine.call("mutation", "jobs:writeLater", { bytes: 5 * MIB });
  for (let tries = 1; tries <= 12; tries++) {
    await until(() => clock.asked.length >= tries);
    clock.advance(0);
  }
  // It keeps its turn: since it was scheduled and started nothing was written to it.
  expect(engine.database()?.revision("_scheduled_functions")).toBe(2);
  clock.advance(1_001);
  await until(() => engine.scheduler.pending === 0);
});

test("an action gets the refusal of its mutation as an error that it may catch", async () => {
  clock.chance = 0;
  const engine = await start();
  await engine.call("mutation", "jobs:write", { bytes: 5 * MIB });
  const caught = engine.call<string>("action", "jobs:catching");
  const thrown = engine.run("action", "jobs:throwing", {}, { admin: true });
  for (let tries = 1; tries <= 4; tries++) {
    await until(() => clock.asked.length === 2 * tries);
    clock.advance(0);
  }
  expect(await caught).toContain("Error: Too many writes per second.");
  expect(await thrown).not.toHaveProperty("rateLimit");
});

test("a scheduled job that found no room is tried again, and gives up its turn meanwhile", async () => {
  const moves: string[] = [];
  const results = [{ ok: false, rateLimit: "TooManyConcurrentRequests" as const }, { ok: true }];
  const host: SchedulerHost = {
    moveJob: (_component, _job, _from, to) => Promise.resolve(moves.push(to) > 0),
    runJob: () => Promise.resolve(results.shift()!),
  };
  const scheduler = new Scheduler(host, { jobs: 1, clock });
  scheduler.scheduled("", "job", { componentPath: "", udfPath: "jobs:write" });
  const after = { _id: "job", _creationTime: 0, scheduledTime: 0, state: { kind: "pending" } };
  const table = "_scheduled_functions";
  scheduler.committed([{ component: "", table, id: "job", before: null, after }]);
  await until(() => clock.asked.length === 1);
  expect(clock.asked).toEqual([500]);
  await scheduler.settle();
  expect(scheduler.pending).toBe(1);
  clock.advance(500);
  await until(() => scheduler.pending === 0);
  expect(moves).toEqual(["inProgress", "pending", "inProgress", "success"]);
});

test("a transaction has a second of CPU, times the machine's factor, and does not commit after it", async () => {
  const engine = await start(S16, 1.5);
  const compute = (ms: number, caught = false) =>
    engine.call("mutation", "jobs:compute", { ms, caught });
  await compute(1_400);
  expect(engine.database()?.count("rows")).toBe(2);
  const words = "Function execution timed out (maximum duration: 1s)";
  await expect(compute(1_600)).rejects.toThrow(words);
  await expect(compute(1_600, true)).rejects.toThrow(words);
  expect(engine.database()?.count("rows")).toBe(2);
  const unlimited = await start(null);
  await unlimited.call("mutation", "jobs:compute", { ms: 60_000, caught: false });
});

test("an action has 8 operations at a time", async () => {
  const { open } = gate("ops");
  const engine = await start(null);
  const done = engine.call("action", "jobs:fanOut", { gate: "ops" });
  await until(() => running === 8);
  expect(mostRunning).toBe(8);
  open();
  await done;
  expect(mostRunning).toBe(8);
});

test("an unknown class is refused by name", () => {
  expect(() => findClass("S17")).toThrow('There is no deployment class "S17"');
  expect(findClass("none")).toBeNull();
});

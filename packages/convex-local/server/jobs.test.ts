/** What runs without a caller: scheduled functions, cron jobs and durable workflows. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { waitForEvent, startFixture, waitForResult, type Fixture } from "../fixtures/harness";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

type Job = { state: { kind: string }; completedTime?: number } | null;

test("a scheduled function runs once, without the caller's identity, and its job says so", async () => {
  const client = fixture.client();
  const run = waitForEvent(fixture.deployment, ({ caller }) => caller === "scheduler");
  const job = await client.mutation(api.notes.addLater, { room: "later", text: "hi", delayMs: 20 });
  expect((await run).path).toBe("notes:addInternal");
  const done = await waitForResult<Job>(
    client,
    api.notes.job,
    { job },
    (j) => j?.state.kind === "success",
  );
  expect(done?.completedTime).toBeTypeOf("number");
  expect(await fixture.http.query(api.notes.list, { room: "later" })).toHaveLength(1);
});

test("a mutation that fails schedules nothing; a cancelled job never runs", async () => {
  const { scheduler } = fixture.deployment.engine;
  const failing = fixture.http.mutation(api.notes.addLater, {
    room: "never",
    text: "x",
    delayMs: 0,
    fail: true,
  });
  await expect(failing).rejects.toThrow("rolled back");
  const job = await fixture.http.mutation(api.notes.addLater, {
    room: "never",
    text: "x",
    delayMs: 60_000,
  });
  expect(scheduler.pending).toBe(1);
  await fixture.http.mutation(api.notes.cancelJob, { job });
  expect(scheduler.pending).toBe(0);
  expect(await fixture.http.query(api.notes.job, { job })).toMatchObject({
    state: { kind: "canceled" },
  });
  expect(await fixture.http.query(api.notes.list, { room: "never" })).toEqual([]);
});

test("an interval cron runs at its first deployment and then on its rhythm", async () => {
  const client = fixture.client();
  const count = await waitForResult<number>(
    client,
    api.ticks.count,
    { source: "interval" },
    (n) => n >= 2,
  );
  expect(count).toBeGreaterThanOrEqual(2);
  expect(await fixture.http.query(api.ticks.count, { source: "daily" })).toBe(0);
});

test("a workflow of the component runs to its end", async () => {
  const client = fixture.client();
  const id = await client.mutation(api.durable.start, { room: "durable" });
  await waitForResult<string>(
    client,
    api.durable.status,
    { id },
    (status) => status === "completed",
  );
  const notes = await fixture.http.query(api.notes.list, { room: "durable" });
  expect(notes.map(({ text }) => text)).toEqual(["hello durable"]);
});

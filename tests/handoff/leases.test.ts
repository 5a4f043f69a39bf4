/** A shift's lease: apart from the shift that every desk is subscribed to, and over when the desk is gone. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { DESK_GRACE, SHIFT_LEASE } from "../../convex/model/handoff/shifts";
import { SECOND } from "../../convex/lib/time";
import { clockedDeployment, snapshot, technician, type Caller, type Deployment } from "../setup";

const online = ({ t }: Caller) => t.mutation(api.users.setAvailability, { available: true });
const beat = ({ t }: Caller, leaving?: boolean) => t.mutation(api.users.heartbeat, { leaving });
const rows = async (t: Deployment, kind: "shift" | "lease") =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter((row) => row.kind === kind);
const onDuty = async ({ t }: Caller) => (await t.query(api.users.onDuty, {})).length;
/** As far as the jobs that are due by then take it. */
async function pass(t: Deployment, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await t.finishInProgressScheduledFunctions();
}

test("a heartbeat writes no row that anybody is subscribed to", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await online(dana);
  const before = await rows(t, "shift");
  vi.setSystemTime(Date.now() + 60 * SECOND);
  expect(await beat(dana)).toBe(true);
  expect(await rows(t, "shift")).toEqual(before);
  expect(await rows(t, "lease")).toMatchObject([{ leaseExpiresAt: Date.now() + SHIFT_LEASE }]);
});

test("a desk that is closed goes off duty after the grace, one that was reloaded does not", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana);
  await beat(dana, true);
  await pass(t, 10 * SECOND);
  await beat(dana);
  await pass(t, 2 * DESK_GRACE);
  expect(await onDuty(eli)).toBe(1);
  await beat(dana, true);
  await pass(t, DESK_GRACE + SECOND);
  expect(await onDuty(eli)).toBe(0);
  expect(await rows(t, "lease")).toEqual([]);
});

test("however often it is reloaded, one check of a shift waits", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await online(dana);
  for (let i = 0; i < 5; i++) {
    await beat(dana, true);
    await pass(t, SECOND);
    await beat(dana);
  }
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  const waiting = jobs.filter(({ state }) => state.kind === "pending");
  expect(waiting.filter(({ name }) => name === "users:checkShift")).toHaveLength(1);
});

test("a shift from before leases were rows goes on, and ends when its desk is gone", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  const workflowId = await t.run((ctx) =>
    ctx.db.insert("workflows", {
      kind: "shift",
      state: "running",
      step: "available",
      attempt: 1,
      userId: dana.userId,
      leaseExpiresAt: Date.now() + SECOND,
    }),
  );
  expect(await beat(dana)).toBe(true);
  vi.setSystemTime(Date.now() + SHIFT_LEASE - SECOND);
  await t.mutation(internal.users.checkShift, { workflowId });
  expect(await onDuty(eli)).toBe(1);
  await pass(t, 2 * SECOND);
  expect(await onDuty(eli)).toBe(0);
});

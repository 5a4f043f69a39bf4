#!/usr/bin/env bash
# A workpool that was at work when a deployment was exported never works again in the copy.
#
# Expected: after `npx convex import --replace-all`, the next `ping` (every enqueued job of @convex-dev/workpool and
#   every step of @convex-dev/workflow makes one) starts the loop, for the worker has a monitor against lost loops.
# Seen: an export holds tables, and no scheduled functions: the loop and its monitor stay behind, while the row goes
#   along that says `running`. `ping` believes the row and does nothing, for good. A worker that was idle is fine, so a
#   rehearsal on a quiet evening shows nothing. `stop` and `start` (workpool's `kick:forceKick`) mend it.
# When: 2026-11-28, @convex-dev/batch-worker 0.3.6, convex 1.48.0, convex-test 0.0.60, Node 20.
# Why a support backend cares: it is restored on the worst day; documents are then queued and never read in, erasures
#   never done, and nothing fails. Run `kick:forceKick` for each pool after an import.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps \
  convex@1.48.0 convex-test@0.0.60 @convex-dev/batch-worker@0.3.6 vitest@4.1.12
cat >vitest.config.mjs <<'JS'
export default { test: { include: ["check.test.ts"], server: { deps: { inline: [/batch-worker/, /convex-test/] } } } };
JS
cat >check.test.ts <<'TS'
import { convexTest } from "convex-test";
import { makeFunctionReference } from "convex/server";
import { expect, test, vi } from "vitest";
import component from "@convex-dev/batch-worker/test";

vi.useFakeTimers();
// The component as an app of its own, so that its rows can be copied as an import copies them.
const modules = component.modules as Record<string, () => Promise<unknown>>;
const call = (name: string) => makeFunctionReference<"mutation">(`lib:${name}`);
const work = { name: "", workQuery: "function://query", workerMutation: "function://mutation" };
const jobs = (t: any): Promise<number> =>
  t.run(async (ctx: any) => (await ctx.db.system.query("_scheduled_functions").collect()).length);

test("as seen", async () => {
  const first = convexTest(component.schema, modules);
  await first.mutation(call("ping"), work);
  expect(await jobs(first)).toBeGreaterThan(0);
  const rows = await first.run(async (ctx: any) => ({
    worker: await ctx.db.query("workers").unique(),
    state: await ctx.db.query("workerState").unique(),
  }));

  const copy = convexTest(component.schema, modules);
  await copy.run(async (ctx: any) => {
    const bare = ({ _id, _creationTime, ...rest }: any) => rest;
    const { runnerId, monitorId, ...state } = bare(rows.state);
    // Their ids are those of functions that the copy doesn't have.
    const stateId = await ctx.db.insert("workerState", state);
    await ctx.db.insert("workers", { ...bare(rows.worker), stateId });
  });
  await copy.mutation(call("ping"), work);
  const afterPing = await jobs(copy);
  await copy.mutation(call("stop"), { name: "" });
  await copy.mutation(call("start"), { name: "" });
  const afterStart = await jobs(copy);
  console.log("@convex-dev/batch-worker 0.3.6, scheduled functions of the copy:");
  console.log(`  after ping: expected 1 or more, seen ${afterPing}; after stop and start: seen ${afterStart}`);
  expect([afterPing, afterStart > 0]).toEqual([0, true]);
});
TS
npx vitest run --config vitest.config.mjs
echo "as seen"

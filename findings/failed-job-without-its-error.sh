#!/usr/bin/env bash
# convex-test's failed scheduled functions have no error, so a work pool on it never finds a job that was lost.
#
# Expected: a scheduled function that has failed stands in `_scheduled_functions` with `state: { kind: "failed", error }`.
#   Convex's own types say so (`convex/server`, SystemDataModel), and so does its page on scheduled functions.
# Seen: on convex-test the state is `{ kind: "failed" }`, without the error. @convex-dev/workpool looks after actions whose
#   machine died: after five minutes it reads that state and hands it to its own `complete` as the job's result, whose
#   validator wants the error. So its look fails, the job stays "running", and the pool looks again once a minute for ever:
#   in a simulated day some 13,000 calls, and the step that was lost is never tried again.
# When: 2026-11-29, convex-test 0.0.60, @convex-dev/workpool 0.4.12, convex 1.48.0, Node 20.
# Why a support backend cares: reading documents in, erasing accounts and exports run in such pools. A test of a lost action
#   sees work that hangs, and looks for the fault in its own code; on Convex the step is tried again. Whoever tests that
#   lets the mock's jobs fail with an `error`.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund convex-test@0.0.60 convex@1.48.0 @convex-dev/workpool@0.4.12 convex-helpers@0.1.124
cat >check.mjs <<'JS'
import { readFileSync } from "node:fs";
import { vResult } from "@convex-dev/workpool";
import { defineSchema, internalMutationGeneric, makeFunctionReference, mutationGeneric } from "convex/server";
import { validate } from "convex-helpers/validators";
import { convexTest } from "convex-test";

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
const jobs = {
  fail: internalMutationGeneric({
    args: {},
    handler: () => {
      throw new Error("It broke.");
    },
  }),
  start: mutationGeneric({
    args: {},
    handler: (ctx) => ctx.scheduler.runAfter(0, makeFunctionReference("jobs:fail"), {}),
  }),
};
console.error = () => undefined;
const t = convexTest({
  schema: defineSchema({}),
  modules: { "./_generated/api.js": async () => ({}), "./jobs.js": async () => jobs },
});
const id = await t.mutation(makeFunctionReference("jobs:start"), {});
await new Promise((resolve) => setTimeout(resolve, 20));
await t.finishInProgressScheduledFunctions();
const { state } = await t.run((ctx) => ctx.db.system.get("_scheduled_functions", id));
const asOnConvex = { kind: "failed", error: "It broke." };
console.log(`convex-test ${versionOf("convex-test")}, workpool ${versionOf("@convex-dev/workpool")}`);
console.log(`state of the failed job: expected ${JSON.stringify(asOnConvex)}, seen ${JSON.stringify(state)}`);
const takes = [asOnConvex, state].map((result) => validate(vResult, result));
console.log(`taken by the pool as a result: expected true, true; seen ${takes.join(", ")}`);
const isAsSeen = JSON.stringify(state) === '{"kind":"failed"}' && takes.join() === "true,false";
console.log(isAsSeen ? "as seen before" : "this has changed");
process.exit(isAsSeen ? 0 : 1);
JS
node check.mjs

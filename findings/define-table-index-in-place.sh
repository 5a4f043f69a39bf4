#!/usr/bin/env bash
# `.index()` on a table that a library exports changes that library's table.
#
# Expected: `rateLimitTables.rateLimits.index("by_ts", ["ts"])`, as a schema that adds an index of its own would say it,
#   gives a new table, since it is chained like an immutable builder.
# Seen: convex's `defineTable(…).index(…)` adds to the object and returns the same one. convex-helpers' exported table
#   then has the index for every schema of the process, and twice once the schema is evaluated a second time.
# When: 2026-11-28, convex 1.48.0, convex-helpers 0.1.124, Node 20.
# Why a support backend cares: a deployment evaluates its schema once and never shows it; tests that share modules see
#   an index twice, in an order that changes by run. Make a table of one's own: `defineTable(table.validator)`.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund convex@1.48.0 convex-helpers@0.1.124
cat >check.mjs <<'JS'
import { rateLimitTables } from "convex-helpers/server/rateLimit";
const names = () => rateLimitTables.rateLimits.export().indexes.map((one) => one.indexDescriptor);
const before = names();
const mine = rateLimitTables.rateLimits.index("by_ts", ["ts"]);
const after = names();
console.log(`convex 1.48.0, convex-helpers 0.1.124, node ${process.version}`);
console.log("the library's indexes, expected unchanged:", before, "now", after);
const asSeen = mine === rateLimitTables.rateLimits && after.length === before.length + 1;
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.mjs

#!/usr/bin/env bash
# In an ESLint selector `:has(> A > B)` never matches, though `:has(> A)` and `:has(A > B)` do.
#
# Expected: as in CSS, `CallExpression:has(> ObjectExpression > Property)` finds a call whose argument is an object with
#   a property. `no-restricted-syntax` takes esquery's selectors, which are "CSS-like" by its README.
# Seen: a relative selector of two steps inside `:has` matches nothing, and nothing says so. So a rule that refuses
#   what has something never fires, and one that refuses what lacks it (`:not(:has(…))`) fires on everything.
# When: 2026-11-28, esquery 1.7.0 under eslint 10.15.0, Node 20.
# Why a support backend cares: "every registered function declares its arguments" is such a rule. A fence that never
#   fires looks like a clean house; write it as `CallExpression > ObjectExpression:not(:has(> Property))`, and have a
#   test that runs into every fence.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund eslint@10.15.0 esquery@1.7.0
cat >check.mjs <<'JS'
import { createRequire } from "node:module";
import { Linter } from "eslint";
const { version } = createRequire(import.meta.url)("esquery/package.json");
const found = (selector) =>
  new Linter().verify("query({ args: {}, handler: null });", {
    rules: { "no-restricted-syntax": ["error", selector] },
  }).length;
const results = {
  "CallExpression:has(> ObjectExpression)": 1,
  "CallExpression:has(ObjectExpression > Property)": 1,
  "CallExpression > ObjectExpression:has(> Property)": 1,
  "CallExpression:has(> ObjectExpression > Property)": 0,
};
console.log(`esquery ${version}, eslint ${Linter.version}, node ${process.version}`);
let asSeen = true;
for (const [selector, seen] of Object.entries(results)) {
  // Two properties make two matches of what is not the call itself; one is enough to know.
  const now = Math.min(1, found(selector));
  console.log(`${selector}: expected a match, ${now === 1 ? "found" : "none found"}`);
  asSeen &&= now === seen;
}
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.mjs

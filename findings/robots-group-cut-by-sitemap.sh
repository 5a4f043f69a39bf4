#!/usr/bin/env bash
# A `Sitemap` line between two `User-agent` lines makes robots-parser forget the first of them.
#
# Expected: `User-agent` lines that follow each other are one group, and share the rules below. "A Sitemaps record MUST
#   NOT terminate a group" (RFC 9309, 2.2.4): such a line may stand anywhere, as if it were a comment.
# Seen: any line between them but an empty one or a comment ends the group. The agent above it is left without a rule,
#   and all that the site closes to it is open. With a comment in the same place, or the sitemap at the end of the file,
#   the answer is right, so that whoever tries an ordinary file sees nothing.
# When: 2026-11-29, robots-parser 3.0.1, Node 20.
# Why a support backend cares: it reads help pages of sites that it was pointed at, and says that it does as their
#   robots.txt asks. What writes sitemaps (plug-ins of shops and blogs) adds its line by itself, and nobody checks where.
#   Take out what is no rule before the parser sees the file, and read sitemaps from the whole of it.
set -euo pipefail
version=3.0.1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "robots-parser@$version"
cat >check.cjs <<'JS'
const parse = require("robots-parser");
const page = "https://shop.example/staff/rota";
const isOpen = (between) =>
  parse(
    "https://shop.example/robots.txt",
    ["User-agent: *", ...between, "User-agent: Newsbot", "Disallow: /staff/"].join("\n"),
  ).isAllowed(page, "SupportBot");
const files = [
  ["nothing between", [], false],
  ["a comment between", ["# Sitemap: https://shop.example/sitemap.xml"], false],
  ["an empty line between", [""], false],
  ["a Sitemap between", ["Sitemap: https://shop.example/sitemap.xml"], true],
  ["a line of another kind between", ["Content-Signal: search=yes"], true],
];
console.log(`robots-parser ${process.argv[2]}, node ${process.version}`);
let asSeen = true;
for (const [name, between, seen] of files) {
  const open = isOpen(between);
  console.log(`${name}: expected the page closed, it is ${open ? "open" : "closed"}`);
  asSeen &&= open === seen;
}
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.cjs "$version"

#!/usr/bin/env bash
# linkedom puts the cells of a valid table into each other when their end tags are left out.
#
# Expected: `<td><p>Battery<td><p>$49` is two cells, and `<tbody>` ends the `<thead>` before it with its row. End tags of
#   cells, rows, table sections, captions, list items and paragraphs may be left out (HTML, 13.1.2.4). linkedom does end
#   `<td>Battery<td>$49`, so that whoever tries the short form sees it work.
# Seen: its parser (htmlparser2) looks at the innermost open element only. With a paragraph in the cell, or a section or a
#   caption in the table, nothing is ended: the second cell, row or section is inside the first cell. List items with a
#   paragraph nest the same way, each a level deeper.
# Known: htmlparser2's issue 1076 (closed, "wontfix") has it for words in bold between two paragraphs; none was found of
#   tables and lists, and linkedom's own page says nothing of it.
# When: 2026-11-29, linkedom 0.18.15, parse5 8.1.1 (the standard's own algorithm, to compare with), Node 20.
# Why a support backend cares: pages that a site generator made small leave these tags out, documentation and price lists
#   above all. A reader that asks each row for its cells then has "Battery $49 Screen $129" as the first of them, and an
#   answer quotes the price of another part. Write the end tags in before linkedom sees the page.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund linkedom@0.18.15 parse5@8.1.1
cat >check.mjs <<'JS'
import { createRequire } from "node:module";
import { parseHTML } from "linkedom";
import { parse } from "parse5";
const { version } = createRequire(import.meta.url)("linkedom/package.json");
const page = (body) => `<!doctype html><html><head><title>Prices</title></head><body>${body}</body></html>`;
const words = (text) => text.replace(/\s+/g, " ").trim();
const byLinkedom = (html, name) =>
  [...parseHTML(page(html)).document.querySelectorAll(name)].map((one) => words(one.textContent));
function byStandard(html, name) {
  const textOf = (node) => node.value ?? (node.childNodes ?? []).map(textOf).join("");
  const all = (node) => [node, ...(node.childNodes ?? []).flatMap(all)];
  return all(parse(page(html)))
    .filter((node) => node.tagName === name.toLowerCase())
    .map((node) => words(textOf(node)));
}
const pages = [
  ["cells with words", "TD", "<table><tr><td>Battery<td>$49<tr><td>Screen<td>$129</table>", true],
  ["cells with paragraphs", "TD", "<table><tr><td><p>Battery<td><p>$49<tr><td><p>Screen<td><p>$129</table>", false],
  ["a head and a body", "TH", "<table><thead><tr><th>Part<th>Price<tbody><tr><td>Battery<td>$49</table>", false],
  ["a caption", "CAPTION", "<table><caption>Prices<tr><td>Battery<td>$49</table>", false],
  ["items with paragraphs", "LI", "<ol><li><p>Turn it off.<li><p>Wait.<li><p>Turn it on.</ol>", false],
];
console.log(`linkedom ${version}, node ${process.version}`);
let asSeen = true;
for (const [what, name, html, alike] of pages) {
  const [expected, found] = [byStandard(html, name), byLinkedom(html, name)].map((all) => JSON.stringify(all));
  console.log(`${what}: each ${name}\n  expected ${expected}\n  found    ${found}`);
  asSeen &&= (expected === found) === alike;
}
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.mjs

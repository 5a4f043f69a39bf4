#!/usr/bin/env bash
# email-reply-parser takes a postscript for a part of the signature above it, and hides it.
#
# Expected: of "Can you do it?", a greeting, a name and "PS: the charger is missing too." the visible text has both sentences:
#   its page says that it removes signatures "like `Best wishes`" and `Sent from my iPhone`.
# Seen: from the line with the greeting, "-- " or a phone's own line on, everything up to the quoted mail is one signature, a
#   postscript and further paragraphs with it. Nothing but a quotation ends a signature; "P.S." below the quotation is shown.
# When: 2026-11-29, email-reply-parser 2.3.9, Node 20.
# Why a support backend cares: what a customer adds last is the new thing: another number, another fault, another time.
#   Nobody who reads the cut text knows that it was there. Search the hidden signature fragments for it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --omit=optional email-reply-parser@2.3.9
cat >check.mjs <<'JS'
import { readFileSync } from "node:fs";
import EmailReplyParser from "email-reply-parser";

const { version } = JSON.parse(readFileSync("node_modules/email-reply-parser/package.json", "utf8"));
const added = "PS: the charger is missing too.";
const ends = { "a greeting": "Best regards,\nAnn", "two dashes": "-- \nAnn", "a phone's line": "Sent from my iPhone" };
console.log(`email-reply-parser ${version}: "Can you do it?", an end, "${added}"`);
let asSeen = true;
for (const [name, end] of Object.entries(ends)) {
  const visible = new EmailReplyParser().read(`Can you do it?\n\n${end}\n\n${added}`).getVisibleText();
  console.log(`  below ${name}: expected the postscript, seen ${JSON.stringify(visible)}`);
  asSeen &&= visible.trim() === "Can you do it?";
}
const quoted = `Can you do it?\n\nBest regards,\nAnn\n\n> We can.\n\n${added}`;
const below = new EmailReplyParser().read(quoted).getVisibleText();
console.log(`  below a quotation: seen ${JSON.stringify(below)}`);
asSeen &&= below.includes(added);
process.exit(asSeen ? 0 : 1);
JS
node check.mjs
echo "as seen"

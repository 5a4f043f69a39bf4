#!/usr/bin/env bash
# sms-segments-calculator puts more into one SMS segment than a segment holds.
#
# Expected: a UCS-2 message of several segments is split so that none has more than 67 UTF-16 units (140 bytes less
#   the 6 of the concatenation header; 3GPP TS 23.040). The page of the package shows the same split.
# Seen: the package never splits what a reader sees as one character (a grapheme). A letter with many combining marks,
#   as some scripts and names written in capitals and accents have it, is moved whole into a segment of its own: of
#   201 units it makes two segments, an empty one and one of 201 units, three times what fits. Flags made of two
#   regional indicators are kept together too, so 33 of them (132 units) are said to be 3 segments where 2 hold them.
# When: 2026-11-28, version 1.3.0, Node 20.
# Why a support backend cares: segments are what a text costs and what carriers refuse to take. Whoever prices or cuts
#   answers by this count is wrong in both directions. Count units by the standard, and keep graphemes together only
#   where they fit.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sms-segments-calculator@1.3.0
cat >check.cjs <<'JS'
const { SegmentedMessage } = require("sms-segments-calculator");
const { version } = require("sms-segments-calculator/package.json");
const LIMIT = 67;
const units = (segment) =>
  segment.reduce((sum, character) => sum + (character.codeUnits?.length ?? 0), 0);
const look = (text) => {
  const message = new SegmentedMessage(text, "auto");
  const sizes = message.segments.map((segment) =>
    units(Array.from(segment).filter((part) => part.codeUnits !== undefined)),
  );
  return { units: text.length, counted: message.segmentsCount, needed: Math.ceil(text.length / LIMIT), sizes };
};
const marked = look("e" + "\u0301".repeat(200));
const flags = look("\u{1F1FA}\u{1F1F8}".repeat(33));
console.log(`sms-segments-calculator ${version}, node ${process.version}`);
console.log(`a letter with 200 combining marks, expected ${marked.needed} segments of at most ${LIMIT}:`, marked);
console.log(`33 flags, expected ${flags.needed} segments:`, flags);
const asSeen = marked.counted === 2 && flags.counted === 3;
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.cjs

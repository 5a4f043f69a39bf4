/** What is a mark, which sources it names, and how it is stored: the table of the rule. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { findMarks, withoutHalfMark, writeMarks } from "./citationMarks";

const CASES: [raw: string, written: string, numbers: number[]][] = [
  // Forms.
  ["It costs $179 [2].", "It costs $179 [2].", [2]],
  ["It costs $179 【2†source】.", "It costs $179 [2].", [2]],
  ["It costs $179【2†source】.", "It costs $179[2].", [2]],
  ["It costs $179.【4:0†prices.pdf】", "It costs $179.[4]", [4]],
  ["Yes【1†L5-L9】【2】.", "Yes[1][2].", [1, 2]],
  ["Yes [1†source].", "Yes [1].", [1]],
  ["Yes [Passage 1].", "Yes [1].", [1]],
  ["Yes [passages 1 and 3].", "Yes [1][3].", [1, 3]],
  ["Yes [Source 2, Source 3].", "Yes [2][3].", [2, 3]],
  ["Yes [citation:1][citation:2].", "Yes [1][2].", [1, 2]],
  ["Ja [Quelle 1].", "Ja [1].", [1]],
  ["Yes [1, 2].", "Yes [1][2].", [1, 2]],
  ["Yes [1; 2].", "Yes [1][2].", [1, 2]],
  ["Yes [1-2].", "Yes [1][2].", [1, 2]],
  ["Yes [1–3, 7].", "Yes [1][2][3][7].", [1, 2, 3, 7]],
  ["Yes [ 2 ] [ 02 ]  [1].", "Yes [2][1].", [2, 1]],
  // Places.
  ["[1] says so.\n[2]\n\n- [3]", "[1] says so.\n[2]\n\n- [3]", [1, 2, 3]],
  ["**Open [1]** and **closed:**[2]", "**Open [1]** and **closed:**[2]", [1, 2]],
  ["Costs $149[1], a MacBook[2] too.", "Costs $149[1], a MacBook[2] too.", [1, 2]],
  ["Run `sfc /scannow`[1].", "Run `sfc /scannow`[1].", [1]],
  ["Look at [[1]].", "Look at [[1]].", [1]],
  // A mark in another form stays a mark in this one.
  ["Yes (soon)【1】.", "Yes (soon) [1].", [1]],
  ["Yes【1】(see there).", "Yes[1] (see there).", [1]],
  ["At https://shop.example【1】", "At https://shop.example [1]", [1]],
  // Code, by its marks.
  ["`list [1]` 【2】", "`list [1]` [2]", [2]],
  ["``a ` 【1】`` [2]", "``a ` 【1】`` [2]", [2]],
  ["```js\na [1]\n\n【1】\n```\nYes [2].", "```js\na [1]\n\n【1】\n```\nYes [2].", [2]],
  ["- Do:\n  ~~~\n  a [1]\n  ```\n  ~~~\n", "- Do:\n  ~~~\n  a [1]\n  ```\n  ~~~\n", []],
  ["```\nnever closed [1]", "```\nnever closed [1]", []],
  ["A ` alone [1].\n\nAnother ` [2].", "A ` alone [1].\n\nAnother ` [2].", [1, 2]],
  // Code without its marks.
  ["(Get-PhysicalDisk)[0].Size", "(Get-PhysicalDisk)[0].Size", []],
  ["'a;b'.Split(';')[1]", "'a;b'.Split(';')[1]", []],
  ["x() [2][1] but x()[2][1]", "x() [2][1] but x()[2][1]", [2, 1]],
  ['"abc"[1] $disks[1] my_list[1]', '"abc"[1] $disks[1] my_list[1]', []],
  ["args[1], disks[0], disks[1].Name", "args[1], disks[0], disks[1].Name", []],
  ["disks[1] = 5 and disks[1]+=2", "disks[1] = 5 and disks[1]+=2", []],
  ["Match [0-9] or [1]+ or \\[1].", "Match [0-9] or [1]+ or \\[1].", []],
  // Links, and what is no number of a source.
  ["A [link](https://x.example) and [1](y).", "A [link](https://x.example) and [1](y).", []],
  ["[see [1] there](https://x.example)", "[see [1] there](https://x.example)", []],
  ["[1]: https://x.example", "[1]: https://x.example", []],
  // No definition, whatever stands in the way that is written anew.
  ["[1]://【2†a.pdf】://", "[1]:// [2]://", [1, 2]],
  ["An array[i], [note], [2024], [1-99], 【】", "An array[i], [note], [2024], [1-99], 【】", []],
  ["https://x.example/a[1]", "https://x.example/a[1]", []],
];

test.each(CASES)("%j is written %j", (raw, written, numbers) => {
  expect(writeMarks(raw)).toBe(written);
  expect(findMarks(raw)).toEqual(numbers);
  expect(findMarks(written)).toEqual(numbers);
});

test("taken out, a mark takes the space before it along, and leaves none behind", () => {
  expect(writeMarks("Yes [9]【8】. No[7].\n[6]\nOk", () => "")).toBe("Yes. No.\n\nOk");
  expect(writeMarks("Yes [1[9]].", (n) => (n[0] === 9 ? "" : "x"))).toBe("Yes x.");
});

const PIECES = [
  ...[
    "[1]",
    "[2, 3]",
    "[1-2]",
    "[Passage 1]",
    "【1†source】",
    "【12:3†a.pdf】",
    "[9]",
    "[0]",
    "[",
    "]",
  ],
  ...[
    "`",
    "``",
    "```",
    "\n```\n",
    "\n",
    "\n\n",
    " ",
    "  ",
    "(x)",
    "x()",
    "word",
    "'",
    '"',
    "(",
    "$a",
  ],
  ...[
    "`a [1]`",
    "\n```js\nb[1] 【2†source】\n```\n",
    "[t](u)",
    "- ",
    "> ",
    "**",
    "\\",
    "://",
    ".b",
    "=",
  ],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((all) => all.join(""));
const known = (numbers: number[]) => numbers.filter((n) => n > 0 && n < 9);
const cited = (numbers: number[]) =>
  known(numbers)
    .map((n) => `[${n}]`)
    .join("");

test("whatever a model writes: written twice is written once, and names the same sources", () => {
  fc.assert(
    fc.property(text, (raw) => {
      const once = writeMarks(raw);
      expect(writeMarks(once)).toBe(once);
      expect(findMarks(once)).toEqual(findMarks(raw));
      const shown = writeMarks(raw, cited);
      expect(writeMarks(shown, cited)).toBe(shown);
      expect(known(findMarks(shown))).toEqual(findMarks(shown));
    }),
    { numRuns: 3_000 },
  );
});

test("what stands in code is never changed", () => {
  const code = fc
    .array(fc.constantFrom(...PIECES.filter((one) => !/[`\n]/.test(one))))
    .map((all) => all.join("").trim());
  fc.assert(
    fc.property(text, code, text, (before, inside, after) => {
      const fenced = `\`\`\`\`\n${inside}\n\`\`\`\`\n`;
      const closed = before.replaceAll("`", "");
      expect(writeMarks(`${closed}\n${fenced}${after}`, () => "")).toContain(fenced);
      if (inside === "") return;
      const inline = `\`${inside}\``;
      expect(
        writeMarks(`${closed}\n\nRun ${inline} ${after.replaceAll("`", "")}`, () => ""),
      ).toContain(inline);
    }),
    { numRuns: 1_000 },
  );
});

test("of a text that is being written nothing of a mark is seen before the whole", () => {
  for (const mark of [
    "[12]",
    "[1, 2]",
    "[1–2; 3]",
    "[Passage 1]",
    "[Sources: 1]",
    "【4:0†a b.pdf】",
  ]) {
    for (let end = 1; end < mark.length; end++) {
      const half = mark.slice(0, end);
      expect(withoutHalfMark(`Yes ${half}`), half).toBe("Yes ");
    }
    expect(withoutHalfMark(`Yes ${mark}`)).toBe(`Yes ${mark}`);
  }
  for (const whole of ["[note", "[x", "[see", "a [link](https://x", "[1] and", "[9]\n"]) {
    expect(withoutHalfMark(whole)).toBe(whole);
  }
});

test("long texts of brackets and backticks are read in no time", () => {
  const hostile = [
    "[",
    "[1",
    "x [1] ",
    "【1†",
    "`",
    "[1[9]",
    "[ 1, ",
    "` `` ",
    "\n```\n~~~",
    "[a[a](",
    "x[1]",
  ];
  const before = performance.now();
  for (const piece of hostile) {
    const long = piece.repeat(24_000 / piece.length);
    writeMarks(long, () => "");
    withoutHalfMark(long);
  }
  expect(performance.now() - before).toBeLessThan(5_000);
});

/** The rules' tables of cases, as their tests read them. */
import { expect, test } from "vitest";

export type Case = { label: string; text: string; miss: string | undefined };

/** `raw`: a row each, its columns between tabs; `#` begins a comment. */
export function readCases(raw: string): Case[] {
  return raw
    .split("\n")
    .filter((row) => row !== "" && !row.startsWith("# "))
    .map((row) => {
      const [label = "", text = "", miss] = row.split("\t");
      return { label, text: text.replaceAll("\\n", "\n"), miss };
    });
}

/** What a rule gets wrong, as rows to read; misses that are known and stay are not among them, unless they are none. */
export const listWrong = (cases: Case[], judge: (text: string) => string): string[] =>
  cases.flatMap(({ label, text, miss }) => {
    const got = judge(text);
    if (miss !== undefined) return got === label ? [`no miss any more: ${text}`] : [];
    return got === label ? [] : [`${label}, got ${got}: ${text}`];
  });

/** Ways of writing the same: none of them changes what a rule decides. */
export const VARIANTS: [string, (text: string) => string][] = [
  ["capitals", (text) => text.toUpperCase()],
  ["small letters", (text) => text.toLowerCase()],
  ...[".", "!", "!!!", "?", " ...", "…", " .", "\n"].map(
    (end): [string, (text: string) => string] => [
      `${JSON.stringify(end)} at the end`,
      (text) => text.replace(/[.!?…\s]+$/u, "") + end,
    ],
  ),
  ["doubled spaces", (text) => text.replaceAll(" ", "  ")],
  ...["’", "´", "ʼ", "′"].map((mark): [string, (text: string) => string] => [
    `${mark} for '`,
    (text) => text.replaceAll("'", mark),
  ]),
  ["decomposed letters", (text) => text.normalize("NFD")],
  ...["hi ", "Hello, ", "hey there! ", "Good morning. ", "hola ", "Hallo, "].map(
    (greeting): [string, (text: string) => string] => [
      `${JSON.stringify(greeting)} in front`,
      (text) => greeting + text,
    ],
  ),
];

/** What holds for every rule with a table of at least `rows` rows, as `docs/design/handoff.md` counts them. */
export function testTable(raw: string, rows: number, judge: (text: string) => string): void {
  const cases = readCases(raw);

  test("every row of the table is as it says", () => {
    expect(cases.length).toBeGreaterThanOrEqual(rows);
    expect(listWrong(cases, judge)).toEqual([]);
  });

  test("no text stands in it twice", () => {
    const texts = cases.map(({ text }) => text);
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
  });

  test.each(VARIANTS)("%s changes no decision", (_variant, vary) => {
    const changed = cases.filter(({ text }) => judge(vary(text)) !== judge(text));
    expect(changed.map(({ text }) => vary(text))).toEqual([]);
  });
}

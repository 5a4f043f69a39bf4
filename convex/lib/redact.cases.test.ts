/** What is removed and what is kept, from a table; what may never change it; and that it takes linear time. */
/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import { VARIANTS } from "../../tests/cases";
import { redactSecrets } from "./redact";
import raw from "./redact.cases.txt?raw";

type Row = { marked: string; miss: string | undefined };
const rows: Row[] = raw
  .split("\n")
  .filter((row) => row !== "" && !row.startsWith("# "))
  .map((row) => {
    const [marked = "", miss] = row.replaceAll("\\n", "\n").split("\t");
    return { marked, miss };
  });
const known = rows.filter(({ miss }) => miss === undefined).map(({ marked }) => marked);
const plain = (marked: string) => marked.replace(/[⟦⟧]/g, "");
const secretsOf = (marked: string) =>
  [...marked.matchAll(/⟦([^⟧]*)⟧/g)].map(([, secret]) => secret!);

/** What went wrong with a text, or null. */
function wrong(marked: string): string | null {
  const text = plain(marked);
  const safe = redactSecrets(text);
  const secrets = secretsOf(marked);
  if (secrets.length === 0) return safe === text ? null : `lost: ${text} → ${safe}`;
  return secrets.some((secret) => safe.includes(secret)) ? `left: ${text} → ${safe}` : null;
}

/** A secret stays as it is: its case and its signs are part of it. */
const around = (marked: string, vary: (text: string) => string) =>
  marked
    .split(/(⟦[^⟧]*⟧)/)
    .map((part) => (part.startsWith("⟦") ? part : vary(part)))
    .join("");

describe("the table", () => {
  test("every row is as it says", () => {
    expect(rows.length).toBeGreaterThanOrEqual(1_320);
    expect(known.map(wrong).filter((one) => one !== null)).toEqual([]);
    expect(rows.filter(({ marked, miss }) => miss !== undefined && wrong(marked) === null)).toEqual(
      [],
    );
  });

  test("no text stands in it twice", () => {
    const texts = rows.map(({ marked }) => plain(marked));
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
  });

  test.each(VARIANTS)("%s changes no decision", (variant, vary) => {
    const whole = / (?:at the end|in front)$/.test(variant) || variant === "decomposed letters";
    const varied = known.map((marked) => (whole ? vary(marked) : around(marked, vary)));
    expect(varied.map(wrong).filter((one) => one !== null)).toEqual([]);
  });
});

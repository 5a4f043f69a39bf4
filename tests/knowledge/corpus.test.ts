// @vitest-environment node
/**
 * Files that nobody here wrote: what is kept of their text. zlib's page is its own (`corpus/`, the zlib licence), the
 * others ship with packages that we use. `docs/evaluating.md` has the figures of those that can't be kept here.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { splitDocument } from "../../convex/model/knowledge/split";
import { readOriginal } from "../../convex/providers/documents/read";

const HERE = path.join(import.meta.dirname, "corpus");
const { resolve } = createRequire(import.meta.url);
/** A package's folder: not each says where its `package.json` is. */
const packageOf = (name: string): string => {
  const entry = resolve(name);
  return entry.slice(
    0,
    entry.lastIndexOf(path.join("node_modules", name)) + `node_modules/${name}`.length,
  );
};
const shipped = (name: string, file: string) => path.join(packageOf(name), file);

/** Where a link leads is no word. */
const wordsOf = (text: string) =>
  text
    .replace(/\]\([^)]*\)|^\[[^\]]*\]:.*$/gm, "]")
    .toLowerCase()
    .match(/[\p{L}\p{N}]{3,}/gu) ?? [];
/** Of the words of a text, each as often as it stands there. */
function shareOf(before: string, after: string): number {
  const left = new Map<string, number>();
  for (const word of wordsOf(after)) left.set(word, (left.get(word) ?? 0) + 1);
  const words = wordsOf(before);
  const kept = words.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count > 0;
  });
  return kept.length / words.length;
}
async function readAt(file: string) {
  const bytes = new Uint8Array(await readFile(file));
  const read = await readOriginal({ bytes, name: path.basename(file) });
  return { ...read, source: new TextDecoder().decode(bytes) };
}

test("a manual of 2005 in HTML keeps each word and its code as code", async () => {
  const { title, format, body, source } = await readAt(path.join(HERE, "zlib_how.html"));
  expect(title).toBe("zlib Usage Example");
  const text = source
    .replace(/<head>[^]*?<\/head>|<[^>]*>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
  expect(shareOf(text, body)).toBeGreaterThan(0.99);
  expect(body).toContain("```\n#include <stdio.h>\n#include <string.h>");
  expect(body).toContain('if (argc == 2 && strcmp(argv[1], "-d") == 0)');
  expect(splitDocument(format, body).length).toBeLessThan(60);
});

test.each([
  ["mammoth", "README.md", "Mammoth .docx to HTML converter"],
  ["openai", "README.md", "OpenAI TypeScript and JavaScript API Library"],
  ["marked", "README.md", "Marked"],
  ["robots-parser", "README.md", ""],
  ["ipaddr.js", "README.md", ""],
])(
  "the read-me of %s is passages under its headings, and nothing is lost",
  async (name, file, title) => {
    const { body, format, title: found, source } = await readAt(shipped(name, file));
    if (title !== "") expect(found).toContain(title);
    expect(shareOf(source, body)).toBeGreaterThan(0.99);
    const pieces = splitDocument(format, body);
    expect(
      shareOf(body, pieces.map(({ heading, text }) => `${heading}\n${text}`).join("\n")),
    ).toBeGreaterThan(0.97);
    expect(pieces.every(({ text }) => text.length <= 1_200)).toBe(true);
  },
);

/** `docs/security.md` can't rot: the tests that it names exist, and what it calls met has one. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const text = readFileSync("docs/security.md", "utf8");

/** `tests/auth/codes › a title`, in backticks. */
const references = [...text.matchAll(/`([\w./]+) › ([^`]+)`/g)].map(([, file, title]) => ({
  file: `${file!}.test.ts`,
  title: title!,
}));

const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const declares = (source: string, title: string) =>
  new RegExp(`\\(\\s*(["'\`])${escaped(title)}\\1`).test(source);

/** Rows of tables whose second column is a state. */
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, , state]) => /^(met|partly|not met|n\/a|documented)$/.test(state ?? ""));

test("every test that the document names exists under that name", () => {
  expect(references.length).toBeGreaterThan(60);
  const missing = references.filter(
    ({ file, title }) => !existsSync(file) || !declares(readFileSync(file, "utf8"), title),
  );
  expect(missing).toEqual([]);
});

test("what is met names a test, and what isn't says why", () => {
  expect(rows.length).toBeGreaterThan(90);
  const unfounded = rows.filter(([, , state = "", how = "", tests = ""]) =>
    state === "met" || state === "partly" ? !tests.includes(" › ") : how === "",
  );
  expect(unfounded).toEqual([]);
});

test("a requirement has one row", () => {
  const ids = rows.map(([, id = ""]) => id).filter((id) => /^\d+\.\d+\.\d+$/.test(id));
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

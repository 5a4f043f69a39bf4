/** Whatever an engine holds comes back from its export; so does what is written as lines or as CSV. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Value } from "convex/values";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../../engine/engine";
import { storeFile } from "../../engine/files";
import { planRuns } from "../../fixtures/runs";
import type { ImportMode } from "./confirmation";
import { listExportEntries } from "./exportZip";
import { readContent } from "./importContent";
import { planImport } from "./importPlan";
import { openImport, type ImportFormat } from "./importSource";
import { anyFields } from "./values.fixture";
import { writeZip } from "./zipWriter";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "round-trip-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = () => path.join(folder, "import");

async function importFile(engine: Engine, format: ImportFormat, mode: ImportMode = "requireEmpty") {
  const source = await openImport(file(), format, "");
  const content = await readContent(source, () => undefined);
  source.close();
  const emptyMeansAbsent = format.format === "csv";
  await engine.install(() => planImport(engine, { content, mode, emptyMeansAbsent }));
}

async function importText(format: "csv" | "jsonLines" | "jsonArray", text: string) {
  await writeFile(file(), text);
  const engine = new Engine();
  await importFile(engine, { format, table: "things" });
  return [...engine.database()!.documents("things")].map(
    ({ _id, _creationTime, ...fields }) => (void _id, void _creationTime, fields),
  );
}

test("documents of every type, with their IDs and times, and files come back from an export", async () => {
  const tables = fc.dictionary(
    fc.constantFrom("a", "B", "c_1"),
    fc.array(anyFields, { maxLength: 4 }),
    {
      noNullPrototype: true,
    },
  );
  await fc.assert(
    fc.asyncProperty(tables, fc.uint8Array(), async (content, bytes) => {
      const from = new Engine();
      const ids = await from.system("", ({ db }) =>
        Object.entries(content).flatMap(([table, rows]) =>
          rows.map((row) => db.insert(table, row)),
        ),
      );
      const fileId = await storeFile(
        from,
        "",
        new Blob([new Uint8Array(bytes)], { type: "image/png" }),
      );
      const snapshot = await from.snapshot();
      await writeZip(file(), listExportEntries(snapshot, true));
      const to = new Engine();
      await importFile(to, { format: "zip" });
      const { components } = await to.snapshot();
      expect(components[0]!.tables).toEqual(snapshot.components[0]!.tables);
      const got = to.database()!.db;
      for (const id of [...ids, fileId])
        expect(got.get(undefined, id)).toEqual(from.database()!.db.get(undefined, id));
      expect(new Uint8Array(await got.getFile(fileId)!.arrayBuffer())).toEqual(
        new Uint8Array(bytes),
      );
    }),
    planRuns({ few: 25, many: 300 }),
  );
});

/** What JSON and CSV can say: no integers, no bytes, no special floats. */
const jsonFields = fc.dictionary(
  fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/),
  fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('"":')),
  { noNullPrototype: true },
);
const onlyPlainNames = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  Object.entries(value).every(
    ([name, inner]) => /^[\x20-\x23\x25-\x7e][\x20-\x7e]*$/.test(name) && onlyPlainNames(inner),
  );

test("JSON lines and JSON arrays come back as they are, their numbers as floats", async () => {
  const rows = fc.array(jsonFields.filter(onlyPlainNames), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rows, async (documents) => {
      const lines = documents.map((document) => `${JSON.stringify(document)}\n`).join("");
      const expected = documents.map((document) => JSON.parse(JSON.stringify(document)) as Value);
      expect(await importText("jsonLines", lines)).toEqual(expected);
      expect(await importText("jsonArray", JSON.stringify(documents))).toEqual(expected);
    }),
    planRuns({ few: 25, many: 300 }),
  );
});

test("CSV comes back as text and numbers", async () => {
  const text = fc
    .string({ unit: "grapheme" })
    .filter((cell) => Number.isNaN(Number(cell)) && !/^[+-]?(inf|nan)/i.test(cell));
  const rows = fc.array(fc.tuple(text, fc.double({ noNaN: true, noDefaultInfinity: true })), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(rows, async (pairs) => {
      const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
      const lines = pairs.map(
        ([name, size]) => `${quoted(name)},${Object.is(size, -0) ? "-0" : size}\n`,
      );
      expect(await importText("csv", ["name, size \n", ...lines].join(""))).toEqual(
        pairs.map(([name, size]) => ({ name, size })),
      );
    }),
    planRuns({ few: 25, many: 300 }),
  );
});

test("CSV cells are read as Convex reads them", async () => {
  const cells = [
    "1",
    "+1",
    "1.",
    ".5",
    "1e3",
    "1e999",
    "inf",
    "NaN",
    "0x10",
    " 1",
    "",
    "true",
    "1_0",
  ];
  const [row] = await importText(
    "csv",
    `${cells.map((_, i) => `c${i}`).join(",")}\n${cells.join(",")}\n`,
  );
  expect(Object.values(row!)).toEqual([
    1,
    1,
    1,
    0.5,
    1000,
    null,
    null,
    null,
    "0x10",
    " 1",
    "",
    "true",
    "1_0",
  ]);
});

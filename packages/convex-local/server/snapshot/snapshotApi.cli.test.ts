/** `convex export` and `convex import` against the fixture app: modes, refusals, bounds and access. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFunctionReference } from "convex/server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runConvexCli } from "../../cli";
import { encodeId } from "../../engine/ids";
import { SYSTEM_TABLES } from "../../engine/tableNumbers";
import { api } from "../../fixtures/app/convex/_generated/api";
import { startFixture, waitForResult, type Fixture } from "../../fixtures/harness";
import { FIXTURE_APP } from "../../fixtures/pushing";
import { makeTextEntry, writeZip } from "./zipWriter";

let fixture: Fixture;
let folder: string;
let numbers: Map<string, ReadonlyMap<string, number>>;
const engine = () => fixture.deployment.engine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "snapshot-api-"));
  fixture = await startFixture();
  numbers = new Map(
    engine()
      .knownComponents()
      .map((component) => [component, engine().database(component)!.allTables()]),
  );
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true, force: true });
});
/** Empties every table again and gives it its first number back. */
afterEach(async () => {
  const { components } = await engine().snapshot();
  await engine().install(
    () =>
      new Map(
        components.map(({ path: component, tables }) => [
          component,
          {
            removed: new Map(tables.map(({ name, documents }) => [name, documents])),
            numbers: numbers.get(component) ?? SYSTEM_TABLES,
            added: new Map(),
            files: new Map(),
          },
        ]),
      ),
  );
});

const inFolder = (name: string) => path.join(folder, name);

async function cli(...args: string[]) {
  const { code, stderr } = await runConvexCli(fixture.deployment, args, { cwd: FIXTURE_APP });
  return { code, said: stderr };
}

async function importFile(name: string, content: string, ...args: string[]) {
  await writeFile(inFolder(name), content);
  return await cli("import", inFolder(name), ...args);
}

interface ImportState {
  state: string;
  error_message?: string;
  num_rows_written?: { $integer: string };
}

/** What the CLI does, without its start-up time: uploads, says yes, and waits for the end. */
async function importDirectly(content: BodyInit, args: object): Promise<ImportState> {
  const { uploadToken } = await json<{ uploadToken: string }>("/api/import/start_upload");
  const part = `/api/import/upload_part?uploadToken=${uploadToken}&partNumber=1`;
  const partTokens = [await json<string>(part, content)];
  const { importId } = await json<{ importId: string }>("/api/import/finish_upload", {
    import: args,
    uploadToken,
    partTokens,
  });
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const off = engine().subscriptions.onBatch(() => {
        off();
        resolve();
      });
    });
    const query = { path: "_system/cli/queryImport", args: { importId } };
    const { value } = await json<{ value: { state: ImportState } }>("/api/query", query);
    if (["completed", "failed"].includes(value.state.state)) return value.state;
    if (value.state.state === "waiting_for_confirmation") {
      await asAdmin("POST", "/api/perform_import", { importId });
    } else {
      await changed;
    }
  }
}

async function importZip(entries: Record<string, string>, mode = "requireEmpty") {
  const file = inFolder("made.zip");
  const list = Object.entries(entries).map(([name, text]) => makeTextEntry(name, () => [text]));
  await writeZip(file, list);
  return await importDirectly(await readFile(file), { format: "zip", mode });
}

const notes = (room = "r") => fixture.http.query(api.notes.list, { room });
const texts = async (room?: string) => (await notes(room)).map(({ text }) => text).sort();
const line = (fields: object) => `${JSON.stringify({ room: "r", likes: 0, ...fields })}\n`;

async function call(method: string, route: string, body?: unknown, key?: string) {
  return await fetch(fixture.deployment.url + route, {
    method,
    headers: key === undefined ? {} : { authorization: `Convex ${key}` },
    ...(body === undefined ? {} : { body: isBody(body) ? body : JSON.stringify(body) }),
  });
}

const isBody = (body: unknown): body is BodyInit =>
  typeof body === "string" || body instanceof Uint8Array;

const asAdmin = (method: string, route: string, body?: unknown) =>
  call(method, route, body, fixture.deployment.adminKey);

async function json<T>(route: string, body?: unknown): Promise<T> {
  return (await (await asAdmin("POST", route, body)).json()) as T;
}

test("a table is appended to, replaced after a yes, and refused while it is not empty", async () => {
  await fixture.http.mutation(api.notes.add, { room: "r", text: "old" });
  const refused = await importFile("n.jsonl", line({ text: "new" }), "--table", "notes");
  expect(refused.said).toContain("Table notes already exists. Please choose a new table name");
  expect(await texts()).toEqual(["old"]);
  const appended = await importFile(
    "n.jsonl",
    line({ text: "new" }),
    "--table",
    "notes",
    "--append",
  );
  expect(appended.said).toContain('Added 1 documents to table "notes".');
  expect(await texts()).toEqual(["new", "old"]);
  const replace = ["--table", "notes", "--replace"];
  const unanswered = await importFile("n.csv", "room,text,likes\nr,csv,3\n", ...replace);
  expect(unanswered.code).not.toBe(0);
  expect(unanswered.said).toContain("notes | 1      | 2 of 2 |");
  expect(await texts()).toEqual(["new", "old"]);
  await importFile("n.csv", "room,text,likes\nr,csv,3\n", ...replace, "--yes");
  expect(await notes()).toMatchObject([{ text: "csv", likes: 3 }]);
});

test("--replace-all clears what the import does not mention and says so first", async () => {
  await fixture.http.mutation(api.notes.add, { room: "r", text: "old" });
  await fixture.http.mutation(api.vectors.add, { label: "v", active: true });
  const done = await importFile(
    "n.json",
    JSON.stringify([{ room: "r", text: "array", likes: 1 }]),
    ...["--table", "notes", "--replace-all", "--yes"],
  );
  expect(done.said).toMatch(/notes +\| 1 +\| 1 of 1 +\|/);
  expect(done.said).toMatch(/vectors +\| 0 +\| 1 of 1 +\|/);
  expect(await texts()).toEqual(["array"]);
  expect(engine().database()!.count("vectors")).toBe(0);
});

test("an import is one commit: an open client sees all of it at once", async () => {
  const client = fixture.client();
  const seen: number[] = [];
  const first = waitForResult<unknown[]>(client, api.notes.list, { room: "r" }, () => true);
  client.onUpdate(api.notes.list, { room: "r" }, (rows) => seen.push(rows.length));
  await first;
  const lines = Array.from({ length: 300 }, (_, i) => line({ text: `n${i}` })).join("");
  await importFile("n.jsonl", lines, "--table", "notes");
  await waitForResult<unknown[]>(
    client,
    api.notes.list,
    { room: "r" },
    (rows) => rows.length === 300,
  );
  expect(seen).toEqual([0, 300]);
});

test.each([
  [
    "a row that breaks the schema",
    "n.jsonl",
    line({ text: "a" }) + line({ text: 5 }),
    'Row 2 of "notes"',
  ],
  [
    "a row that is no JSON",
    "n.jsonl",
    line({ text: "a" }) + "{oops\n",
    'Row 2 of "notes" wasn\'t valid JSON',
  ],
  ["a row that is no object", "n.jsonl", "[1]\n", 'Row 1 of "notes" wasn\'t an object'],
  ["a reserved field", "n.jsonl", line({ $a: 1 }), "starts with '$', which is reserved"],
  ["a system field", "n.jsonl", line({ text: "a", _x: 1 }), "Field '_x' starts with an underscore"],
  ["a string that is no ID", "n.jsonl", line({ text: "a", _id: "abc" }), "invalid _id 'abc'"],
  ["text that is not UTF-8", "n.jsonl", Buffer.from([0x7b, 0xff]), "Import wasn't valid UTF8"],
  [
    "a CSV row that is too short",
    "n.csv",
    "room,text,likes\nr,a\n",
    'CSV row 1 of "notes" doesn\'t have all of the fields',
  ],
  [
    "a CSV header that is no field name",
    "n.csv",
    "$room\nr\n",
    'CSV header "$room" isn\'t a valid field name',
  ],
  ["an empty CSV file", "n.csv", "", "CSV file doesn't have headers"],
  ["an object instead of an array", "n.json", "{}", "Not a JSON array"],
  ["an array that is cut off", "n.json", "[1", "Not valid JSON"],
])("%s is refused by name, and nothing is written", async (_, file, content, message) => {
  const format = { jsonl: "jsonLines", json: "jsonArray", csv: "csv" }[file.split(".")[1]!];
  const done = await importDirectly(content, { format, tableName: "notes", mode: "append" });
  expect(done.error_message).toMatch(/^Hit an error while importing:\n/);
  expect(done.error_message).toContain(message);
  expect(engine().database()!.count("notes")).toBe(0);
});

test("IDs, times and table numbers of a ZIP are kept, and references stay valid", async () => {
  const id = encodeId(10_777, new Uint8Array(16).fill(7));
  const done = await importZip({
    "snapshot/_tables/documents.jsonl": '{"name":"notes","id":10777}\n',
    "snapshot/notes/documents.jsonl": `{"_id":"${id}","_creationTime":12.5,"room":"r","text":"kept","likes":1.0}\n`,
    "snapshot/notes/generated_schema.jsonl": '"uniform"\n',
    "snapshot/_components/workflow/config/documents.jsonl": '{"logLevel":"WARN"}\n',
  });
  expect(done).toMatchObject({ state: "completed" });
  expect(await fixture.http.query(api.notes.get, { id: id as never })).toMatchObject({
    _id: id,
    _creationTime: 12.5,
    text: "kept",
  });
  expect(await fixture.http.mutation(api.notes.add, { room: "r", text: "next" })).toMatch(
    /^\w{32}$/,
  );
  expect(engine().database()!.allTables().get("notes")).toBe(10_777);
  expect([...engine().database("workflow")!.documents("config")]).toMatchObject([
    { logLevel: "WARN" },
  ]);
});

test("a file lands in the component that is named, even one that is not mounted yet", async () => {
  const done = await importFile(
    "n.jsonl",
    '{"any":1}\n',
    "--table",
    "rows",
    "--component",
    "later/inner",
  );
  expect(done.said).toContain('Added 1 documents to table "rows".');
  expect(engine().database("later/inner")!.count("rows")).toBe(1);
});

const list = (tables: Record<string, number>) =>
  Object.entries(tables)
    .map(([name, id]) => `${JSON.stringify({ name, id })}\n`)
    .join("");

test.each([
  [
    "two tables of one number",
    { "_tables/documents.jsonl": list({ notes: 10_500, other: 10_500 }) },
    "conflict between `notes` and `other` with number 10500",
  ],
  [
    "a number that the table does not have, to append",
    { "_tables/documents.jsonl": list({ notes: 10_500 }) },
    "table notes wants table number 10500 but was already assigned 10001",
    "append",
  ],
  [
    "a number that another table has",
    { "_tables/documents.jsonl": list({ newcomer: 10_001 }) },
    "New table `newcomer` has IDs that conflict with existing table `notes`",
  ],
  [
    "a number that a system table has",
    { "_tables/documents.jsonl": list({ newcomer: 540 }) },
    "conflict with existing system table",
  ],
  [
    "a system table",
    { "_tables/documents.jsonl": list({ _modules: 9 }) },
    "starts with metadata prefix '_'",
  ],
  [
    "an ID of another table",
    {
      "_tables/documents.jsonl": list({ other: 10_500 }),
      "other/documents.jsonl": `{"_id":"${encodeId(10_501, new Uint8Array(16))}"}\n`,
    },
    "cannot be imported into 'other'",
  ],
  [
    "a document twice",
    { "other/documents.jsonl": `{"_id":"${encodeId(10_501, new Uint8Array(16))}"}\n`.repeat(2) },
    "duplicate _id fields",
  ],
  [
    "a stored file of no ID",
    { "_storage/documents.jsonl": "", "_storage/passwd.txt": "x" },
    "_storage id 'passwd' invalid",
  ],
  [
    "a stored file that is not the one described",
    {
      "_storage/documents.jsonl": `{"_id":"${encodeId(540, new Uint8Array(16))}","size":3}\n`,
      [`_storage/${encodeId(540, new Uint8Array(16))}.txt`]: "four",
    },
    "has size 4",
  ],
  ["a table name that is none", { "1bad/documents.jsonl": "{}\n" }, "table name '1bad' invalid"],
  [
    "a generated schema of the older format",
    { "other/documents.jsonl": "{}\n", "other/generated_schema.jsonl": '"normalfloat64"\n' },
    "cannot parse other/generated_schema.jsonl",
  ],
])("a ZIP with %s is refused, and nothing is written", async (_, entries, message, mode?) => {
  const done = await importZip(entries, mode);
  expect(done.error_message).toContain(message);
  const { tables, files } = (await engine().snapshot()).components[0]!;
  expect(tables.map(({ name }) => name)).toEqual(["notes", "vectors", "ticks"]);
  expect(files).toEqual([]);
});

test("a file that is no ZIP, forged parts and part numbers out of range are refused", async () => {
  expect((await importFile("n.zip", "not a zip")).said).toContain("invalid zip file");
  const { uploadToken } = (await (await asAdmin("POST", "/api/import/start_upload")).json()) as {
    uploadToken: string;
  };
  const part = (number: number) =>
    asAdmin("POST", `/api/import/upload_part?uploadToken=${uploadToken}&partNumber=${number}`, "x");
  expect((await part(10_000)).status).toBe(400);
  expect((await part(0)).status).toBe(400);
  const token = (await (await part(1)).json()) as string;
  const finish = (partTokens: string[]) =>
    asAdmin("POST", "/api/import/finish_upload", {
      import: { format: "csv", tableName: "notes" },
      uploadToken,
      partTokens,
    });
  expect((await finish(["1-forged"])).status).toBe(400);
  expect((await finish([token])).status).toBe(200);
  expect((await finish([token])).status).toBe(400);
});

test("an unfit request names what is wrong with it", async () => {
  const finish = async (args: object) => {
    const { uploadToken } = (await (await asAdmin("POST", "/api/import/start_upload")).json()) as {
      uploadToken: string;
    };
    const body = { import: args, uploadToken, partTokens: [] };
    return await (await asAdmin("POST", "/api/import/finish_upload", body)).text();
  };
  expect(await finish({ format: "xml" })).toContain("Unknown import format xml");
  expect(await finish({ format: "csv" })).toContain("CSV import requires table name");
  expect(await finish({ format: "zip", tableName: "notes" })).toContain("cannot have table name");
  expect(await finish({ format: "csv", tableName: "1a" })).toContain("invalid table name 1a");
  expect(await finish({ format: "csv", tableName: "_storage" })).toContain(
    "invalid table name _storage",
  );
  expect(await finish({ format: "zip", mode: "merge" })).toContain("Unknown import mode merge");
  expect(await finish({ format: "zip", componentPath: "../x" })).toContain(
    "component name '../x' invalid",
  );
});

test("every endpoint wants the admin key", async () => {
  const routes = [
    ["POST", "/api/export/request/zip"],
    ["GET", "/api/export/zip/1"],
    ["POST", "/api/import/start_upload"],
    ["POST", "/api/import/upload_part?uploadToken=a&partNumber=1"],
    ["POST", "/api/import/finish_upload"],
    ["POST", "/api/perform_import"],
    ["POST", "/api/cancel_import"],
  ] as const;
  for (const [method, route] of routes) {
    for (const key of [undefined, "wrong"]) {
      expect((await call(method, route, undefined, key)).status, route).toBe(401);
    }
  }
  for (const name of ["exports:getLatest", "queryImport:list", "queryImport"]) {
    const query = makeFunctionReference<"query">(`_system/cli/${name}`);
    await expect(fixture.http.query(query, {})).rejects.toThrow("Could not find public function");
  }
});

test("the last three exports are kept, and an export that is none is not found", async () => {
  const made: string[] = [];
  for (let i = 0; i < 4; i++) {
    await fixture.http.mutation(api.notes.add, { room: "r", text: `${i}` });
    const { said } = await cli("export", "--path", inFolder(`e${i}.zip`));
    made.push(/timestamp (\d+)/.exec(said)![1]!);
  }
  const status = async (ts: string) => (await asAdmin("GET", `/api/export/zip/${ts}`)).status;
  expect(await Promise.all(made.map(status))).toEqual([404, 200, 200, 200]);
  expect(await status("../../etc/passwd")).toBe(404);
});

test("an import can be called off while it waits", async () => {
  await fixture.http.mutation(api.notes.add, { room: "r", text: "old" });
  await importFile("n.jsonl", line({ text: "new" }), "--table", "notes", "--replace");
  const query = { path: "_system/cli/queryImport:list", args: {} };
  const waiting = async () => {
    const { value } = (await (await asAdmin("POST", "/api/query", query)).json()) as {
      value: { _id: string; state: { state: string; error_message?: string } }[];
    };
    return value[0]!;
  };
  const { _id: importId, state } = await waiting();
  expect(state.state).toBe("waiting_for_confirmation");
  expect((await asAdmin("POST", "/api/cancel_import", { importId })).status).toBe(200);
  expect((await asAdmin("POST", "/api/perform_import", { importId })).status).toBe(200);
  expect((await waiting()).state).toEqual({ state: "failed", error_message: "Import canceled" });
  expect(await texts()).toEqual(["old"]);
});

/** A snapshot as the entries of a ZIP file in Convex's layout (crates/exports). */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import mime from "mime";
import type { Document } from "../../engine/internals";
import type { ComponentSnapshot, Snapshot } from "../../engine/snapshots";
import { stringifyExport } from "./exportJson";
import { makeTextEntry, type ZipEntry } from "./zipWriter";

const README = `# Welcome to your Convex snapshot export!

This ZIP file contains a snapshot of the tables in your Convex deployment.

Documents for each table are listed as lines of JSON in
<table_name>/documents.jsonl files.

For details on the format and how to use this snapshot with npx convex import,
check out [the docs](https://docs.convex.dev/database/import-export/export) or
ask us in [Discord](http://convex.dev/community).
`;

/** Says that values are written as `exportJson.ts` has them, in every table alike. */
const UNIFORM_SCHEMA = '"uniform"\n';

export function* listExportEntries(
  snapshot: Snapshot,
  includeStorage: boolean,
): Generator<ZipEntry> {
  yield makeTextEntry("README.md", () => [README]);
  for (const component of snapshot.components) yield tablesEntry(component);
  for (const component of snapshot.components) yield* documentEntries(component);
  if (!includeStorage) return;
  for (const component of snapshot.components) yield* storageEntries(component);
}

function prefixOf({ path }: ComponentSnapshot): string {
  return path === "" ? "" : path.replace(/[^/]+/g, "_components/$&") + "/";
}

function tablesEntry(component: ComponentSnapshot): ZipEntry {
  return makeTextEntry(`${prefixOf(component)}_tables/documents.jsonl`, () =>
    component.tables.map(({ name, number }) => `${JSON.stringify({ name, id: number })}\n`),
  );
}

function* documentEntries(component: ComponentSnapshot): Generator<ZipEntry> {
  for (const { name, documents } of component.tables) {
    const folder = `${prefixOf(component)}${name}`;
    yield makeTextEntry(`${folder}/documents.jsonl`, () => documentLines(documents));
    yield makeTextEntry(`${folder}/generated_schema.jsonl`, () => [UNIFORM_SCHEMA]);
  }
}

function* documentLines(documents: readonly Document[]): Generator<string> {
  for (const document of documents) yield `${stringifyExport(document)}\n`;
}

function* storageEntries(component: ComponentSnapshot): Generator<ZipEntry> {
  const folder = `${prefixOf(component)}_storage`;
  yield makeTextEntry(`${folder}/documents.jsonl`, () =>
    component.files.map(({ document }) => `${JSON.stringify(document)}\n`),
  );
  for (const { document, blob } of component.files) {
    yield {
      name: `${folder}/${document._id}${extensionOf(blob.type)}`,
      content: () => Readable.fromWeb(blob.stream() as ReadableStream),
    };
  }
}

/** Only so that a file can be looked at: an import does without it. */
function extensionOf(contentType: string): string {
  const extension = contentType === "" ? null : mime.getExtension(contentType);
  return extension === null ? "" : `.${extension}`;
}

/** Writes a ZIP file as a stream: one entry after another, no entry in memory as a whole. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

export interface ZipEntry {
  name: string;
  /** Read when its turn comes. */
  content: () => Readable;
}

/** Text in pieces, joined into chunks that are worth compressing. */
export function makeTextEntry(name: string, pieces: () => Iterable<string>): ZipEntry {
  return { name, content: () => Readable.from(chunks(pieces())) };
}

const CHUNK_LENGTH = 64 * 1024;

function* chunks(pieces: Iterable<string>): Generator<Buffer> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  if (chunk !== "") yield Buffer.from(chunk);
}

const MODE = 0o100644;

export async function writeZip(path: string, entries: Iterable<ZipEntry>): Promise<void> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on("error", reject));
  for (const { name, content } of entries) {
    zip.addReadStreamLazy(name, { mode: MODE }, (done) => done(null, content()));
  }
  zip.end();
  await Promise.race([
    pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600 })),
    failed,
  ]);
}

/** Reads ZIP files that come from outside: bounded in entries and in what they unpack to. */
import type { Readable } from "node:stream";
import { open, type Entry, type ZipFile } from "yauzl";
import { ImportError, explainError } from "./importErrors";
import { MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, formatMebibytes } from "./limits";

export interface ZipMember {
  name: string;
  size: number;
  /** Fails if there is more to unpack than the directory says. */
  read: () => AsyncIterable<Buffer>;
}

export interface OpenZip {
  members: ZipMember[];
  close(): void;
}

export async function openZip(path: string): Promise<OpenZip> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, file) => {
      if (error === null) resolve(file);
      else reject(invalid(error));
    });
  });
  try {
    const entries = await readDirectory(zip);
    const members = entries.map((entry) => ({
      name: entry.fileName,
      size: entry.uncompressedSize,
      read: () => readEntry(zip, entry),
    }));
    return { members, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function invalid(error: unknown): ImportError {
  return new ImportError(`invalid zip file: ${explainError(error)}`);
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MAX_ZIP_ENTRIES) {
    throw new ImportError(`invalid zip file: more than ${MAX_ZIP_ENTRIES} entries`);
  }
  const entries: Entry[] = [];
  const names = new Set<string>();
  let unpacked = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on("error", (error: unknown) => reject(invalid(error)));
    zip.on("end", resolve);
    zip.on("entry", (entry: Entry) => {
      unpacked += entry.uncompressedSize;
      if (unpacked > MAX_UNPACKED_BYTES) {
        reject(
          new ImportError(`The import unpacks to more than ${formatMebibytes(MAX_UNPACKED_BYTES)}`),
        );
        return;
      }
      if (names.has(entry.fileName)) {
        reject(new ImportError(`invalid zip file: "${entry.fileName}" is in it twice`));
        return;
      }
      names.add(entry.fileName);
      entries.push(entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  return entries;
}

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => {
        if (error === null) resolve(opened);
        else reject(error);
      });
    });
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw invalid(error);
  }
}

/** ZIP files from outside: what they unpack to is bounded by what they say, and that by a limit. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLines } from "./lines";
import { MAX_LINE_BYTES } from "./limits";
import { openZip } from "./zipReader";
import { makeTextEntry, writeZip } from "./zipWriter";

const TEXT = "0".repeat(100_000);
const CENTRAL_HEADER = 0x02014b50;
const SIZE_OFFSET = 24;

let file: string;
beforeAll(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), "zip-")), "a.zip");
});
afterAll(() => rm(path.dirname(file), { recursive: true, force: true }));

/** One entry of 100,000 zeros, with another size in the directory. */
async function zipThatSays(size: number): Promise<void> {
  await writeZip(file, [makeTextEntry("notes/documents.jsonl", () => [TEXT])]);
  const bytes = await readFile(file);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(CENTRAL_HEADER);
  bytes.writeUInt32LE(size, bytes.indexOf(signature) + SIZE_OFFSET);
  await writeFile(file, bytes);
}

async function unpacked(): Promise<number> {
  const zip = await openZip(file);
  try {
    let size = 0;
    for await (const chunk of zip.members[0]!.read()) size += chunk.length;
    return size;
  } finally {
    zip.close();
  }
}

test("an entry is read as it was written", async () => {
  await zipThatSays(TEXT.length);
  expect(await unpacked()).toBe(TEXT.length);
});

test("an entry that unpacks to more, or less, than the directory says is refused", async () => {
  await zipThatSays(1_000);
  await expect(unpacked()).rejects.toThrow("invalid zip file: too many bytes");
  await zipThatSays(TEXT.length + 1);
  await expect(unpacked()).rejects.toThrow("invalid zip file: not enough bytes");
});

test("a file that says that it unpacks to too much is refused before anything is unpacked", async () => {
  await zipThatSays(600 * 1024 * 1024);
  await expect(openZip(file)).rejects.toThrow("unpacks to more than 512 MiB");
});

test("a name that leads out of the archive, or is there twice, is refused", async () => {
  const one = (name: string) => makeTextEntry(name, () => ["x"]);
  await writeZip(file, [one("aa/secret")]);
  const bytes = await readFile(file);
  await writeFile(file, bytes.toString("latin1").replaceAll("aa/secret", "../secret"), "latin1");
  await expect(openZip(file)).rejects.toThrow("invalid zip file");
  await writeZip(file, [one("notes/documents.jsonl"), one("notes/documents.jsonl")]);
  await expect(openZip(file)).rejects.toThrow("is in it twice");
});

test("lines end at \\n only, and one without an end is bounded", async () => {
  const read = async (chunks: Iterable<Buffer>) => {
    const lines: string[] = [];
    for await (const line of readLines(chunks as never)) lines.push(line);
    return lines;
  };
  const bytes = Buffer.from("ä\u2028b\r\n\nlast");
  const single = Array.from(bytes, (byte) => Buffer.of(byte));
  expect(await read([bytes])).toEqual(["ä\u2028b\r", "", "last"]);
  expect(await read(single)).toEqual(["ä\u2028b\r", "", "last"]);
  const mebibyte = Buffer.alloc(1024 * 1024, "x");
  const endless = Array.from({ length: MAX_LINE_BYTES / mebibyte.length + 1 }, () => mebibyte);
  await expect(read(endless)).rejects.toThrow("A line is longer than 16 MiB");
});

"use node";
/**
 * How large a packed file is once it is unpacked, counted before a parser sees it: parsers unpack whatever they are
 * given into memory. What a file says of its own sizes is not believed.
 */
import { inflateRawSync, inflateSync } from "node:zlib";
import { ReadFault } from "../../lib/readFault";

export const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;
const MAX_ZIP_ENTRIES = 2_000;

const tooLarge = () =>
  new ReadFault(
    "file_too_large",
    `Unpacked the file is larger than ${MAX_UNPACKED_BYTES / (1024 * 1024)} MiB. Split it, or leave out its pictures.`,
  );
const broken = () => new ReadFault("file_broken", "The file is damaged: it can't be unpacked.");

type Inflate = (data: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Bytes that come out, `most` at most; null for what isn't packed so. */
function measure(inflate: Inflate, data: Uint8Array, most: number): number | null {
  try {
    return inflate(data, { maxOutputLength: Math.max(1, most) }).byteLength;
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    return null;
  }
}

/** Errors: `file_too_large`, `file_broken` (APPNOTE.TXT 4.3: the directory at the end lists the entries). */
export function checkZip(bytes: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.lastIndexOf("PK\x05\x06");
  if (end < 0 || end + 22 > view.length) throw broken();
  const count = view.readUInt16LE(end + 10);
  if (count > MAX_ZIP_ENTRIES) throw tooLarge();
  let at = view.readUInt32LE(end + 16);
  let left = MAX_UNPACKED_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.length || view.readUInt32LE(at) !== 0x02014b50) throw broken();
    const method = view.readUInt16LE(at + 10);
    const packed = view.readUInt32LE(at + 20);
    const local = view.readUInt32LE(at + 42);
    if (local + 30 > view.length) throw broken();
    const start = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
    if (start + packed > view.length) throw broken();
    if (method !== 0 && method !== 8) throw broken();
    const data = view.subarray(start, start + packed);
    const size = method === 0 ? packed : measure(inflateRawSync, data, left);
    if (size === null) throw broken();
    left -= size;
    if (left < 0) throw tooLarge();
    at += 46 + view.readUInt16LE(at + 28) + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
  }
}

/** The same for the streams of a PDF. What is no deflated stream is for the parser to judge. */
export function checkPdf(bytes: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = MAX_UNPACKED_BYTES;
  for (let at = view.indexOf("stream"); at >= 0; at = view.indexOf("stream", at + 6)) {
    // "endstream" ends the one before.
    if (view.toString("latin1", at - 3, at) === "end") continue;
    let start = at + 6;
    if (view[start] === 0x0d) start++;
    if (view[start] === 0x0a) start++;
    // Zlib's mark: what packs with something else first doesn't blow up.
    if ((view[start]! & 0x0f) !== 8) continue;
    const stop = view.indexOf("endstream", start);
    const data = view.subarray(start, stop < 0 ? view.length : stop);
    left -= measure(inflateSync, data, left) ?? 0;
    if (left < 0) throw tooLarge();
  }
}

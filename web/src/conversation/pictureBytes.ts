/** What is taken out of a picture's bytes where it can't be drawn anew. Pure. */

type Bytes = Uint8Array<ArrayBuffer>;

const latin = (bytes: Uint8Array, from: number, count: number) =>
  String.fromCharCode(...bytes.subarray(from, from + count));

/** Extensions of a GIF that are how often it repeats. Every other is a comment or somebody's data, XMP for one. */
const REPEATS = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/;

/** A GIF without comments and foreign data. What can't be read is cut off there. CompuServe, GIF89a, 1990. */
export function cleanGif(bytes: Bytes): Bytes {
  const kept: Uint8Array[] = [];
  const skipBlocks = (from: number) => {
    let at = from;
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1;
    return at + 1;
  };
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes[10] ?? 0);
  kept.push(bytes.subarray(0, at));
  while (bytes[at] === 0x2c || bytes[at] === 0x21) {
    const isImage = bytes[at] === 0x2c;
    const label = bytes[at + 1];
    const isForeign = label === 0xff && !REPEATS.test(latin(bytes, at + 3, 11));
    // An image: its place, its colours, a byte, its blocks.
    const end = skipBlocks(isImage ? at + 11 + tableBytes(bytes[at + 9] ?? 0) : at + 2);
    if (isImage || (label !== 0xfe && !isForeign)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return concat([...kept, new Uint8Array([0x3b])]);
}

function concat(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const GPS_TAG = 0x8825;
/** Bytes of a value, by its type in TIFF 6.0. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Far more than a camera writes. */
const MAX_TAGS = 500;

/** The same bytes, with zeros where Exif data tells a place and spaces where XMP does: nothing in the file moves. */
export function blankPlace(bytes: Bytes): Bytes {
  const blank = bytes.slice();
  for (const tiff of findAll(blank, "Exif\0\0")) blankGps(blank, tiff);
  for (const start of findAll(blank, "<x:xmpmeta")) {
    const [end = blank.length] = findAll(blank, "</x:xmpmeta", start);
    blank.fill(0x20, start, end);
  }
  return blank;
}

/** Where the text ends, each time. */
function findAll(bytes: Uint8Array, text: string, from = 0): number[] {
  const found: number[] = [];
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (latin(bytes, at, text.length) === text) found.push(at + text.length);
  }
  return found;
}

/** Exif 2.32, 4.6: the first directory leads to the one of the place. */
function blankGps(bytes: Bytes, tiff: number): void {
  const order = latin(bytes, tiff, 2);
  if (order !== "II" && order !== "MM") return;
  const little = order === "II";
  const view = new DataView(bytes.buffer);
  const isIn = (at: number, count: number) => at + count <= bytes.length;
  const u16 = (at: number) => (isIn(at, 2) ? view.getUint16(at, little) : 0);
  const u32 = (at: number) => (isIn(at, 4) ? view.getUint32(at, little) : 0);
  const tagsOf = (directory: number) =>
    Array.from({ length: Math.min(MAX_TAGS, u16(directory)) }, (_, i) => directory + 2 + 12 * i);
  for (const tag of tagsOf(tiff + u32(tiff + 4))) {
    if (u16(tag) !== GPS_TAG) continue;
    for (const gps of tagsOf(tiff + u32(tag + 8))) {
      const size = (TYPE_BYTES[u16(gps + 2)] ?? 0) * u32(gps + 4);
      const value = tiff + u32(gps + 8);
      if (size > 4 && value < bytes.length) bytes.fill(0, value, value + size);
      bytes.fill(0, gps, gps + 12);
    }
  }
}

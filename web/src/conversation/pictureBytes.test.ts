/** What is taken out of a picture's bytes, and what stays. */
import { expect, test } from "vitest";
import { exifWithPlace } from "./exif.fixture";
import { blankPlace, cleanGif } from "./pictureBytes";

const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

const HEAD = "GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0";
const REPEAT = "\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
const FRAME = "\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
const COMMENT = "\x21\xfe\x0552.5N\0";
const XMP = "\x21\xff\x0bXMP DataXMP\x04GPS!\0";

test("a GIF keeps its pictures and how often they repeat, and loses comments and foreign data", () => {
  const gif = HEAD + REPEAT + COMMENT + FRAME + XMP + FRAME + "\x3b";
  expect(latin(cleanGif(bytesOf(gif)))).toBe(`${HEAD}${REPEAT}${FRAME}${FRAME}\x3b`);
});

test("one that is cut off, or no GIF behind its head, ends where it can't be read", () => {
  expect(latin(cleanGif(bytesOf(`${HEAD}${FRAME}what else`)))).toBe(`${HEAD}${FRAME}\x3b`);
  expect(latin(cleanGif(bytesOf(HEAD)))).toBe(`${HEAD}\x3b`);
  expect(latin(cleanGif(bytesOf(`${HEAD}${COMMENT.slice(0, 5)}`)))).toBe(`${HEAD}\x3b`);
});

test.each([true, false])(
  "a place in Exif is zeros, nothing else moves (little endian: %s)",
  (little) => {
    const exif = exifWithPlace({ orientation: 6, little });
    const before = bytesOf(`\0\0\0\x18ftypheic....mdat${latin(exif)}the picture`);
    const after = blankPlace(before);
    expect(latin(before)).toContain("N\0\0\0");
    expect(after).toHaveLength(before.length);
    expect(latin(after)).not.toMatch(/[NE]\0\0\0/);
    // 52 degrees, 31 minutes: the numbers themselves, wherever they stood.
    expect([...after].filter((byte) => byte === 52 || byte === 31)).toEqual([]);
    expect(latin(after)).toMatch(/^\0\0\0\x18ftypheic[^]*Exif\0\0[^]*Testcam[^]*the picture$/);
  },
);

test("XMP is blank; what only looks like Exif is left as it is", () => {
  const xmp = '<x:xmpmeta xmlns="x">exif:GPSLatitude="52,31N"</x:xmpmeta>';
  expect(latin(blankPlace(bytesOf(`a${xmp}b`)))).toMatch(/^a<x:xmpmeta {30,}<?[^5]*b$/);
  const odd = bytesOf("Exif\0\0XX and Exif\0\0II*\0\xff\xff\xff\xff");
  expect(blankPlace(odd)).toEqual(odd);
});

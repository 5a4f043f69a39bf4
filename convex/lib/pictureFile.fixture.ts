/** Pictures of no pixels, made by hand: what their bytes say of them is all there. */

type Size = { width?: number; height?: number };

const u16 = (value: number) => [value >> 8, value & 0xff];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const latin = (text: string) => [...text].map((char) => char.charCodeAt(0));

/** `chunk`: one more, by its name, with a word in it. */
export function pngBytes({
  width = 4,
  height = 3,
  chunk,
}: Size & { chunk?: string }): Uint8Array<ArrayBuffer> {
  const part = (name: string, data: number[]) => [
    ...u32(data.length),
    ...latin(name),
    ...data,
    ...u32(0),
  ];
  return new Uint8Array([
    ...latin("\x89PNG\r\n\x1a\n"),
    ...part("IHDR", [...u32(width), ...u32(height), 8, 2, 0, 0, 0]),
    ...(chunk === undefined ? [] : part(chunk, latin("here"))),
    ...part("IEND", []),
  ]);
}

/** `marker`: one more segment, with a word in it. */
export function jpegBytes({
  width = 4,
  height = 3,
  marker,
}: Size & { marker?: number }): Uint8Array<ArrayBuffer> {
  const part = (kind: number, data: number[]) => [0xff, kind, ...u16(data.length + 2), ...data];
  return new Uint8Array([
    0xff,
    0xd8,
    ...part(0xe0, latin("JFIF\0")),
    ...(marker === undefined ? [] : part(marker, latin("here"))),
    ...part(0xc0, [8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]),
    ...part(0xda, [1, 1, 0, 0, 63, 0]),
    0xff,
    0xd9,
  ]);
}

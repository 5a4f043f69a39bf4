/** What a camera writes into a photo, made by hand: how it was held, and where. Exif 2.32, TIFF 6.0. */
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

type Tag = { tag: number; type: number; count: number; value: number };

/** `Exif`, and a TIFF with an orientation, a camera's name, and a place of 52° 31' N, 13° 24' E. */
export function exifWithPlace({
  orientation,
  little = true,
}: {
  orientation: number;
  little?: boolean;
}): Uint8Array<ArrayBuffer> {
  const tiff = new DataView(new ArrayBuffer(200));
  const u16 = (at: number, value: number) => tiff.setUint16(at, value, little);
  const u32 = (at: number, value: number) => tiff.setUint32(at, value, little);
  const directory = (at: number, tags: Tag[]) => {
    u16(at, tags.length);
    tags.forEach(({ tag, type, count, value }, i) => {
      const entry = at + 2 + 12 * i;
      u16(entry, tag);
      u16(entry + 2, type);
      u32(entry + 4, count);
      if (type === SHORT) u16(entry + 8, value);
      else if (type === ASCII && count <= 4) tiff.setUint8(entry + 8, value);
      else u32(entry + 8, value);
    });
  };
  const text = (at: number, words: string) =>
    [...words].forEach((char, i) => tiff.setUint8(at + i, char.charCodeAt(0)));
  const place = (at: number, degrees: number, minutes: number) =>
    [degrees, 1, minutes, 1, 0, 1].forEach((value, i) => u32(at + 4 * i, value));
  text(0, little ? "II" : "MM");
  u16(2, 42);
  u32(4, 8);
  directory(8, [
    { tag: 0x0110, type: ASCII, count: 8, value: 60 },
    { tag: 0x0112, type: SHORT, count: 1, value: orientation },
    { tag: 0x8825, type: LONG, count: 1, value: 70 },
  ]);
  text(60, "Testcam");
  directory(70, [
    { tag: 1, type: ASCII, count: 2, value: "N".charCodeAt(0) },
    { tag: 2, type: RATIONAL, count: 3, value: 140 },
    { tag: 3, type: ASCII, count: 2, value: "E".charCodeAt(0) },
    { tag: 4, type: RATIONAL, count: 3, value: 164 },
  ]);
  place(140, 52, 31);
  place(164, 13, 24);
  const head = new TextEncoder().encode("Exif\0\0");
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer)]);
}

/** A JPEG with it as its first segment. */
export function withExif(jpeg: Uint8Array, exif: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = exif.length + 2;
  const segment = [0xff, 0xe1, length >> 8, length & 0xff, ...exif];
  return new Uint8Array([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}

/** Decodes HEIC with libheif, away from the page, which it would stop for seconds. */
import libheif from "libheif-js/libheif/libheif.js";

/** An iPhone's largest has 48 million; four bytes each are held here. */
const MAX_PIXELS = 50_000_000;

export type Decoded = { pixels: Uint8ClampedArray<ArrayBuffer>; width: number; height: number };

self.onmessage = async ({ data }: MessageEvent<ArrayBuffer>) => {
  postMessage(await decode(data).catch(() => null));
};

/** Null for what can't be decoded. Upright: libheif turns it as the file says. */
async function decode(file: ArrayBuffer): Promise<Decoded | null> {
  const [image] = new (libheif().HeifDecoder)().decode(file);
  if (image === undefined) return null;
  const width = image.get_width();
  const height = image.get_height();
  if (width * height > MAX_PIXELS) return null;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const drawn = await new Promise((resolve) =>
    image.display({ data: pixels, width, height }, resolve),
  );
  return drawn === null ? null : { pixels, width, height };
}

/**
 * A photo as it leaves the device: upright, of bounded size, and without what it knows beside what it shows, where and
 * with what it was taken above all. It is drawn anew, so nothing of the file comes along but its pixels. Loaded when it
 * is needed: the first screen is without it.
 *
 * A moving picture keeps its pictures and loses its comments. HEIC that can't be decoded either goes as a file, with its
 * place blanked (`pictureBytes.ts`).
 */
import { ConvexError } from "convex/values";
import { blankPlace, cleanGif } from "./pictureBytes";

/** Pixels of the longer side: an error message on a photographed screen can be read, and models see no more. */
export const MAX_SIDE = 1920;
const JPEG_QUALITY = 0.85;
/** A screenshot keeps its sharp letters up to here; a photo that is a PNG would be many times a JPEG. */
const MAX_PNG_BYTES = 768 * 1024;

type Kind = "png" | "jpeg" | "webp" | "gif" | "heic";

const SIGNATURES: readonly [Kind, RegExp][] = [
  ["png", /^\x89PNG\r\n\x1a\n/],
  ["jpeg", /^\xff\xd8\xff/],
  ["webp", /^RIFF[^]{4}WEBP/],
  ["gif", /^GIF8[79]a/],
  // The brands of a `ftyp` box; phones write `mif1` first, as AVIF files do.
  ["heic", /^[^]{4}ftyp(?:[^]{4})*?he[iv][cxms]/],
];

/** What is no picture goes as it is. Rejects with a `ConvexError` for a picture that can't be opened. */
export async function preparePhoto(file: File): Promise<File> {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 64).arrayBuffer()));
  const kind = SIGNATURES.find(([, signature]) => signature.test(head))?.[0];
  if (kind === undefined) return file;
  if (kind === "gif") return await rewrite(file, cleanGif);
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await redraw(image, file, kind);
  } catch {
    if (kind === "heic") return (await redrawHeic(file)) ?? (await rewrite(file, blankPlace));
    const message = "This picture can't be opened. Take it again, or send another one.";
    throw new ConvexError({ code: "invalid_input", message });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What this browser can't draw by itself. Null if the decoder can't read it either, or can't be loaded. */
async function redrawHeic(file: File): Promise<File | null> {
  try {
    const { decodeHeic } = await import("./heic");
    return await redraw(await decodeHeic(file), file, "heic");
  } catch {
    return null;
  }
}

async function rewrite(
  file: File,
  change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): Promise<File> {
  const bytes = change(new Uint8Array(await file.arrayBuffer()));
  return new File([bytes], file.name, { type: file.type });
}

/** Browsers turn what they draw as its camera was held. */
async function redraw(
  image: HTMLImageElement | ImageBitmap,
  { name }: File,
  kind: Kind,
): Promise<File> {
  const { width, height } = image;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  const draw = () => context.drawImage(image, 0, 0, canvas.width, canvas.height);
  try {
    if (kind === "png" || kind === "webp") {
      draw();
      const png = await encode(canvas, "image/png");
      if (png.size <= MAX_PNG_BYTES) return fileOf(png, name, "png");
    }
    // Nothing shows through a JPEG.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    draw();
    return fileOf(await encode(canvas, "image/jpeg"), name, "jpg");
  } finally {
    // Phones give the memory back late otherwise.
    canvas.width = canvas.height = 0;
  }
}

function encode(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("Nothing was drawn.")) : resolve(blob)),
      type,
      JPEG_QUALITY,
    ),
  );
}

const fileOf = (blob: Blob, name: string, ending: "png" | "jpg"): File => {
  const isNamed = ending === "png" ? /\.png$/i.test(name) : /\.jpe?g$/i.test(name);
  const named = isNamed ? name : `${name.replace(/\.\w{2,5}$/, "")}.${ending}`;
  return new File([blob], named, { type: blob.type });
};

/** HEIC, an iPhone's format, where the browser can't draw it (all but Safari). A chunk of its own: the decoder is 0.5 MB. */
import type { Decoded } from "./heic.worker";
import workerUrl from "./heic.worker?worker&url";

/** The largest photo takes a slow phone half of it. */
const PATIENCE_MS = 60_000;

/** Where a browser has them; TypeScript does not know that `Worker` takes what they make. */
type TrustedTypes = {
  createPolicy: (
    name: string,
    makes: { createScriptURL: (from: string) => string },
  ) => typeof makes;
};

/** The page's policy lets this name, once, make the address of a worker: this one. */
function trustAddress(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  // Whatever it is asked for.
  const makes = { createScriptURL: (_: string) => workerUrl };
  return (trustedTypes?.createPolicy("heic-worker", makes) ?? makes).createScriptURL("");
}
let address: string | undefined;

/** Rejects if it can't be decoded. */
export async function decodeHeic(file: Blob): Promise<ImageBitmap> {
  const bytes = await file.arrayBuffer();
  const worker = new Worker((address ??= trustAddress()), { type: "module" });
  try {
    const decoded = await new Promise<Decoded | null>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Decoded | null>) => resolve(data);
      worker.onerror = () => reject(new Error("The decoder could not be loaded."));
      setTimeout(() => reject(new Error("Decoding takes too long.")), PATIENCE_MS);
      worker.postMessage(bytes, [bytes]);
    });
    if (decoded === null) throw new Error("It can't be decoded.");
    return await createImageBitmap(new ImageData(decoded.pixels, decoded.width, decoded.height));
  } finally {
    worker.terminate();
  }
}

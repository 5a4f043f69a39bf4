/**
 * Reading a request's body: at most so many bytes, whatever its headers say, and only while it keeps coming. A sender
 * that stalls or drips would hold one of the deployment's few places for HTTP actions for as long as it likes.
 */
import { appError } from "./errors";
import { SECOND } from "./time";

/** Nothing may come for this long. */
export const MAX_SILENCE = 10 * SECOND;
/** And on the whole it comes at least as fast as over a bad mobile line, a moment aside. */
export const MIN_BYTES_PER_SECOND = 32 * 1024;

/** A body that ends too early, or comes too slowly. */
export class BodyError extends Error {
  constructor(
    /** As HTTP says it (RFC 9110). */
    readonly status: 400 | 408,
    message: string,
  ) {
    super(message);
    this.name = "BodyError";
  }
}

type Source = Pick<Request, "headers" | "body">;
type Chunk = Uint8Array<ArrayBuffer>;

/** All of a body, as it came. Throws `too_large`, or a `BodyError`. */
export async function readBody({ headers, body }: Source, max: number): Promise<Chunk[]> {
  const tooLarge = () => appError("too_large", `At most ${inWords(max)} are taken here.`);
  if (Number(headers.get("content-length") ?? 0) > max) throw tooLarge();
  if (body === null) return [];
  const reader = (body as ReadableStream<Chunk>).getReader();
  const chunks: Chunk[] = [];
  const start = Date.now();
  let size = 0;
  try {
    for (;;) {
      const grace = MAX_SILENCE + (size / MIN_BYTES_PER_SECOND) * SECOND;
      const part = await readWithin(reader, Math.min(MAX_SILENCE, start + grace - Date.now()));
      if (part.done) return chunks;
      size += part.value.byteLength;
      if (size > max) throw tooLarge();
      chunks.push(part.value);
    }
  } catch (error) {
    // Not waited for: whoever sends nothing may not answer this either.
    reader.cancel().catch(() => undefined);
    throw error;
  }
}

/** What comes next, unless it takes too long. Both promises are settled or watched, however it ends. */
async function readWithin(reader: ReadableStreamDefaultReader<Chunk>, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, ms));
  });
  const next = reader.read().catch(() => {
    throw new BodyError(400, "The request broke off.");
  });
  try {
    const part = await Promise.race([next, late]);
    if (part === null) throw new BodyError(408, "The request came too slowly. Try again.");
    return part;
  } finally {
    clearTimeout(timer);
  }
}

const inWords = (bytes: number) =>
  bytes >= 1024 * 1024 ? `${bytes / (1024 * 1024)} MiB` : `${bytes} bytes`;

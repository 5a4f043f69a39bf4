/** Splits a stream of UTF-8 into lines, at `\n` only: JSON may contain the other line separators. */
import { ImportError } from "./importErrors";
import { MAX_LINE_BYTES, formatMebibytes } from "./limits";

const NEWLINE = 10;

/** Decodes text that has to be UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ImportError("Import wasn't valid UTF8: stream did not contain valid UTF-8");
  }
}

export async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let size = 0;
  const take = (last: Buffer): string => {
    const line = decodeUtf8(pending.length === 0 ? last : Buffer.concat([...pending, last]));
    pending = [];
    size = 0;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    size += rest.length;
    if (size > MAX_LINE_BYTES) {
      throw new ImportError(`A line is longer than ${formatMebibytes(MAX_LINE_BYTES)}`);
    }
    if (rest.length > 0) pending.push(rest);
  }
  if (size > 0) yield take(Buffer.alloc(0));
}

/**
 * Aborting as Convex's own runtime has it: its polyfill's signals fire with every `abort()`, its `fetch` can't take a
 * second one, its errors are plain, and who leaves a body has not stopped the download.
 */
import { AbortController, AbortSignal } from "abortcontroller-polyfill/dist/cjs-ponyfill.js";
import { afterEach, beforeEach, expect, vi } from "vitest";

const NativeController = globalThis.AbortController;

/**
 * Runs the file's tests in it. What would have ended an action there fails the test. Returns how many pieces of
 * bodies have come.
 */
export function useStrictRuntime(): () => number {
  let fatal: string[] = [];
  let pieces = 0;
  beforeEach(() => {
    fatal = [];
    const real = globalThis.fetch;
    vi.stubGlobal("AbortController", AbortController);
    vi.stubGlobal("AbortSignal", AbortSignal);
    vi.stubGlobal("fetch", async (input: string, { signal, ...init }: RequestInit = {}) => {
      const native = new NativeController();
      signal?.addEventListener("abort", () => {
        if (native.signal.aborted) fatal.push("a request was aborted twice");
        else native.abort();
      });
      const response = await real(input, { ...init, signal: native.signal }).catch(plain);
      const { status, statusText, headers, body } = response;
      return new Response(body && keptOpen(body, () => pieces++), { status, statusText, headers });
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    expect(fatal).toEqual([]);
  });
  return () => pieces;
}

function plain(error: unknown): never {
  throw new Error(String(error));
}

/** The same bytes; whoever cancels it stops nothing. */
function keptOpen(
  body: ReadableStream<Uint8Array>,
  onPiece: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch(plain);
      onPiece();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

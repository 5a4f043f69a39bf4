/**
 * `fetch` as everything here must use it in actions of Convex's own runtime. There a signal fires again with every
 * `abort()` (the SDKs abort twice), `fetch`'s listener throws at the second time, and that unhandled rejection ends
 * the action. And a body is downloaded to its end, however early its reader leaves.
 */
type Limits = {
  /** Milliseconds for all of it, body included: SDKs time the headers only. */
  withinMs?: number;
  /** Bytes of the body; one more is an error. */
  maxBytes?: number;
  /** Called with every piece of the body that arrives, a stream's comments among them. */
  onBytes?: () => void;
};

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` whose signal fires once at most, and whose download ends when its reader leaves. */
export function makeFetch({ withinMs, maxBytes = Infinity, onBytes }: Limits = {}): Fetch {
  return async (input, init = {}) => {
    const abort = new AbortController();
    const stop = () => {
      if (!abort.signal.aborted) abort.abort();
    };
    if (init.signal?.aborted) throw aborted();
    init.signal?.addEventListener("abort", stop);
    const timer = withinMs === undefined ? undefined : setTimeout(stop, withinMs);
    const end = () => {
      clearTimeout(timer);
      init.signal?.removeEventListener("abort", stop);
    };
    try {
      const response = await fetch(input, { ...init, signal: abort.signal });
      const { status, statusText, headers, body } = response;
      if (body === null) end();
      const watched = body && watchBody(body, { maxBytes, onBytes, stop, end });
      return new Response(watched, { status, statusText, headers });
    } catch (error) {
      end();
      throw error;
    }
  };
}

const aborted = () => Object.assign(new Error("The request was aborted."), { name: "AbortError" });

type Watch = Required<Pick<Limits, "maxBytes">> &
  Pick<Limits, "onBytes"> & {
    /** Aborts the download. */
    stop: () => void;
    /** Nothing more will come. */
    end: () => void;
  };

function watchBody(body: ReadableStream<Uint8Array>, watch: Watch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        watch.end();
        throw error;
      });
      if (done) {
        watch.end();
        return controller.close();
      }
      watch.onBytes?.();
      bytes += value.byteLength;
      if (bytes > watch.maxBytes) {
        watch.stop();
        watch.end();
        throw new Error(`The answer has more than ${watch.maxBytes} bytes.`);
      }
      controller.enqueue(value);
    },
    cancel() {
      watch.stop();
      watch.end();
    },
  };
  // Nothing is read ahead: what nobody asks for may never come.
  return new ReadableStream(source, { highWaterMark: 0 });
}

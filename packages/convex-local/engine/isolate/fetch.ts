/**
 * `fetch` and the way of HTTP actions in and out, after npm-packages/udf-runtime/src/26_fetch.ts and 23_request.ts
 * and crates/isolate/src/environment/action/{fetch,stream}.rs of the backend.
 */
import { AbortController } from "abortcontroller-polyfill/dist/cjs-ponyfill.js";
import { ReadableStream } from "web-streams-polyfill/dist/ponyfill.es2018.mjs";
import {
  HostResponse,
  readStream,
  Request,
  Response,
  streamParts,
  type ByteStream,
  type RequestInit,
} from "./bodies";
import { currentIsolate, leaveIsolate, nextTurn, runOutside, type IsolateRun } from "./run";

const HostAbortController = globalThis.AbortController;
const HostReadableStream = globalThis.ReadableStream;
/** What an action of the default runtime may have. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const OUT_OF_MEMORY = "JavaScript execution ran out of memory (maximum memory usage: 64 MB)";
/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 205, 304]);

let requestsOpen = 0;
/** Requests of all runs that have had no answer yet: a test that moves a clock must give them time. */
export const countOpenRequests = (): number => requestsOpen;

export async function fetch(resource: string | URL | Request, options?: RequestInit) {
  const run = currentIsolate();
  if (run === null) throw new Error("fetch of the isolate outside of a run");
  const request = new Request(resource, options);
  const host = new HostAbortController();
  // Sockets tell of their end in the scope that ended them: there, Node's own code has the host's globals.
  const stop = (): void => runOutside(() => host.abort());
  const forget = run.onEnd(stop);
  let release = (): void => undefined;
  const ended = (): void => {
    forget();
    release();
  };
  void readAbort(request.signal).then(stop);
  requestsOpen += 1;
  try {
    const body = request.body === null ? null : await readStream(request.body);
    const { url, method, headers } = request;
    const redirect = options?.redirect ?? "follow";
    release = await run.beginOperation();
    // The host's `fetch` of the moment: a test may have put its own there.
    const answer = await run.perform(() =>
      runOutside(() =>
        globalThis.fetch(url, { method, headers, body, redirect, signal: host.signal }),
      ),
    );
    const download = new Download(run, answer.body, host.signal, ended);
    return describeAnswer(answer, download.stream());
  } catch (error) {
    ended();
    throw describeFetchFailure(error, host.signal, request.url);
  } finally {
    requestsOpen -= 1;
  }
}

/** The backend's own listener: it closes a stream, so it throws when `abort` fires again. */
async function readAbort(signal: AbortSignal): Promise<void> {
  const stream = new ReadableStream({
    start: (controller) => signal.addEventListener("abort", () => controller.close()),
  });
  await stream.getReader().read();
}

function describeFetchFailure(error: unknown, signal: AbortSignal, url: string): Error {
  if (signal.aborted) return new DOMException("The signal has been aborted", "AbortError");
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? cause.message : message;
  return new Error(`error sending request for url (${url}): ${reason}`);
}

function describeAnswer(answer: globalThis.Response, body: ByteStream): Response {
  const { status, statusText, headers, url } = answer;
  const response = new Response(body, { status, statusText, headers: new Headers(headers), url });
  response.redirected = answer.redirected;
  response.type = "basic";
  return response;
}

/** Takes what the host receives, whether or not the function reads it: only the end of the run or `abort` stops it. */
class Download {
  private readonly parts: Uint8Array[] = [];
  /** Bytes that nobody has read yet. */
  private waiting = 0;
  private isOver = false;
  private failure: Error | null = null;
  private wake: () => void = () => undefined;

  constructor(
    private readonly run: IsolateRun,
    body: globalThis.ReadableStream<Uint8Array> | null,
    private readonly signal: AbortSignal | null,
    private readonly ended: () => void = () => undefined,
  ) {
    leaveIsolate(() => void this.pump(body));
  }

  private async pump(body: globalThis.ReadableStream<Uint8Array> | null): Promise<void> {
    try {
      for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
        if (this.run.isOver) return;
        this.parts.push(new Uint8Array(part));
        this.waiting += part.length;
        if (this.waiting > MAX_MEMORY_BYTES) this.run.terminate(OUT_OF_MEMORY);
        this.wake();
        // What never has to wait for its next part must not keep everything else waiting.
        await nextTurn();
      }
    } catch (error) {
      this.failure = this.signal?.aborted
        ? new DOMException("The signal has been aborted", "AbortError")
        : new Error((error as Error).message);
    }
    this.isOver = true;
    this.ended();
    this.wake();
  }

  stream(): ByteStream {
    return streamParts(() => this.run.perform(() => this.read()));
  }

  private async read(): Promise<Uint8Array | null> {
    while (this.parts.length === 0 && !this.isOver) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const part = this.parts.shift();
    if (part !== undefined) {
      this.waiting -= part.length;
      return part;
    }
    if (this.failure !== null) throw this.failure;
    return null;
  }
}

/** What an HTTP action is called with. */
export function receiveRequest(run: IsolateRun, request: globalThis.Request): Request {
  const aborted = new AbortController();
  request.signal.addEventListener("abort", () => run.enter(() => aborted.abort()), { once: true });
  const { url, method, headers, body } = request;
  const hasBody = body !== null && method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers: new Headers(headers),
    body: hasBody ? new Download(run, body, null).stream() : null,
    signal: aborted.signal,
  });
}

/** What an HTTP action has answered, for the host. The run ends with its body. */
export function sendResponse(run: IsolateRun, response: unknown): globalThis.Response {
  if (!(response instanceof Response)) throw new Error("HTTP actions must return a Response");
  const { status, statusText, headers, body } = response;
  if (body === null || BODILESS.has(status)) {
    run.end();
    return new HostResponse(null, { status, statusText, headers });
  }
  const sent = new HostReadableStream<Uint8Array>({
    start(controller) {
      const fail = (error: unknown): void => {
        if (!run.isOver) controller.error(error);
        run.end();
      };
      run.failed.catch(fail);
      run.enter(
        () =>
          void pass(body, (part) => controller.enqueue(part))
            .then(() => {
              if (!run.isOver) controller.close();
              run.end();
            })
            .catch(fail),
      );
    },
  });
  return new HostResponse(sent, { status, statusText, headers });
}

async function pass(body: ByteStream, take: (part: Uint8Array) => void): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}

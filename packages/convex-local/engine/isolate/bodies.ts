/**
 * `Request`, `Response` and `Blob` over the polyfill's streams, after npm-packages/udf-runtime/src/23_request.ts,
 * 23_response.ts and 09_file.ts of the backend.
 */
import { AbortSignal } from "abortcontroller-polyfill/dist/cjs-ponyfill.js";
import {
  ReadableStream,
  type ReadableByteStreamController as StreamController,
} from "web-streams-polyfill/dist/ponyfill.es2018.mjs";
import { currentIsolate } from "./run";

export const HostResponse = globalThis.Response;
export const HostBlob = globalThis.Blob;
const HostFile = globalThis.File;
const utf8 = new globalThis.TextDecoder();

export type ByteStream = ReadableStream<Uint8Array>;
type Part = string | ArrayBuffer | ArrayBufferView | globalThis.Blob;
type BodyInit = Part | URLSearchParams | FormData | ByteStream | null;

/** Waits for the host, which counts as an operation of the run. */
async function perform<T>(operation: () => Promise<T>): Promise<T> {
  const run = currentIsolate();
  return run === null ? await operation() : await run.perform(operation);
}

function notImplemented(what: string, className: string): never {
  const message = `Not implemented: ${what} for ${className}. Consider calling an action defined in Node.js instead (https://docs.convex.dev/functions/actions).`;
  const run = currentIsolate();
  if (run === null) throw new Error(message);
  return run.terminate(message);
}

/** A stream of the parts that `read` gives, until it gives `null`. */
export function streamParts(read: () => Promise<Uint8Array | null>): ByteStream {
  return new ReadableStream({
    type: "bytes",
    async pull(controller: StreamController) {
      for (;;) {
        const part = await read();
        if (part === null) return controller.close();
        if (part.length > 0) return controller.enqueue(part);
      }
    },
  });
}

function streamBlob(blob: globalThis.Blob): ByteStream {
  let isRead = false;
  return streamParts(async () => {
    if (isRead) return null;
    isRead = true;
    return new Uint8Array(await perform(() => HostBlob.prototype.arrayBuffer.call(blob)));
  });
}

export class Blob extends HostBlob {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(HostBlob, value);
  }

  override stream(): never {
    return streamBlob(this) as never;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return await perform(() => super.arrayBuffer());
  }

  override async text(): Promise<string> {
    return utf8.decode(await this.arrayBuffer());
  }
}

export class File extends HostFile {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(HostFile, value);
  }

  override stream(): never {
    return streamBlob(this) as never;
  }
}

export async function readStream(stream: ByteStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

abstract class Body {
  abstract readonly headers: Headers;
  protected stream: ByteStream | null = null;
  #used = false;

  protected get className(): string {
    return this.constructor.name;
  }

  protected fill(body: BodyInit): void {
    if (body instanceof FormData) {
      const host = new HostResponse(body);
      this.headers.set("content-type", host.headers.get("content-type") ?? "");
      this.stream = streamParts(readOnce(() => perform(() => host.arrayBuffer())));
    } else if (body instanceof ReadableStream) {
      this.stream = body;
    } else if (body !== null) {
      this.stream = this.streamPart(body);
    }
  }

  private streamPart(body: Part | URLSearchParams): ByteStream {
    const part = body instanceof URLSearchParams ? body.toString() : body;
    const isPart =
      typeof part === "string" ||
      part instanceof ArrayBuffer ||
      ArrayBuffer.isView(part) ||
      part instanceof HostBlob;
    if (!isPart) {
      const types = "string | ArrayBuffer | Blob | ReadableStream | null";
      notImplemented(`constructor with body type other than ${types}`, this.className);
    }
    if (part instanceof HostBlob && part.type !== "") this.setType(part.type);
    if (typeof body === "string") this.setType("text/plain;charset=UTF-8");
    return streamBlob(new HostBlob([part as BlobPart]));
  }

  protected setType(type: string): void {
    if (!this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  protected take(method: string): ByteStream | null {
    if (this.#used) {
      throw new TypeError(
        `Failed to execute '${method}' on '${this.className}': body stream already read`,
      );
    }
    this.#used = this.stream !== null;
    return this.stream;
  }

  private async read(method: string): Promise<Uint8Array<ArrayBuffer>> {
    const stream = this.take(method);
    return stream === null ? new Uint8Array() : await readStream(stream);
  }

  /** Two streams in the place of one, for a clone. */
  protected split(): ByteStream | null {
    if (this.stream === null) return null;
    const [own, other] = this.stream.tee();
    this.stream = own;
    return other;
  }

  get body(): ByteStream | null {
    return this.stream;
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  async text(): Promise<string> {
    return utf8.decode(await this.read("text"));
  }

  async json(): Promise<unknown> {
    return JSON.parse(utf8.decode(await this.read("json"))) as unknown;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.read("arrayBuffer")).buffer;
  }

  async blob(): Promise<globalThis.Blob> {
    const type = this.headers.get("content-type") ?? "";
    return new Blob([await this.read("blob")], { type });
  }

  async formData(): Promise<FormData> {
    const headers = { "content-type": this.headers.get("content-type") ?? "" };
    const host = new HostResponse(await this.read("formData"), { headers });
    return await perform(() => host.formData());
  }

  toJSON(): object {
    return {};
  }
}

function readOnce(read: () => Promise<ArrayBuffer>): () => Promise<Uint8Array | null> {
  let isRead = false;
  return async () => {
    if (isRead) return null;
    isRead = true;
    return new Uint8Array(await read());
  };
}

export interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit;
  redirect?: RequestRedirect;
  signal?: globalThis.AbortSignal | null;
}

const METHODS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

export class Request extends Body {
  readonly headers: Headers;
  readonly url: string;
  readonly method: string;
  readonly signal: globalThis.AbortSignal;

  constructor(input: string | URL | Request, options: RequestInit = {}) {
    super();
    const source = input instanceof Request ? input : null;
    this.url = checkUrl(input instanceof Request ? input.url : String(input));
    this.headers = new Headers(options.headers ?? source?.headers);
    this.signal = options.signal ?? source?.signal ?? new AbortSignal();
    const method = options.method ?? source?.method ?? "GET";
    this.method = METHODS.has(method.toUpperCase()) ? method.toUpperCase() : method;
    const body = options.body ?? null;
    if (body === null) {
      this.stream = source?.take("new Request()") ?? null;
      return;
    }
    if (this.method === "GET" || this.method === "HEAD") {
      throw new TypeError(
        "Failed to construct 'Request': Request with GET/HEAD method cannot have body.",
      );
    }
    this.fill(body);
    if (body instanceof URLSearchParams) {
      this.setType("application/x-www-form-urlencoded;charset=UTF-8");
    }
  }

  clone(): Request {
    const { url, method } = this;
    const copy = new Request(url, { method, headers: new Headers(this.headers) });
    copy.stream = this.split();
    return copy;
  }
}

const REQUEST_GAPS = `destination referrer referrerPolicy mode credentials cache redirect integrity keepalive
  isReloadNavigation isHistoryNavigation duplex`;
for (const name of REQUEST_GAPS.split(/\s+/)) {
  Object.defineProperty(Request.prototype, name, {
    configurable: true,
    get: () => notImplemented(`get ${name}`, "Request"),
  });
}

function checkUrl(text: string): string {
  const { href, protocol } = new URL(text);
  if (protocol === "http:" || protocol === "https:") return href;
  throw new TypeError(
    `Unsupported URL scheme -- http and https are supported (scheme was ${protocol.slice(0, -1)})`,
  );
}

export interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
  url?: string;
}

export class Response extends Body {
  readonly headers: Headers;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  redirected = false;
  type: ResponseType = "default";

  constructor(body: BodyInit = null, options: ResponseInit = {}) {
    super();
    const status = Number(options.status ?? 200);
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(
        "Failed to construct 'Response': The status provided is outside the range [200, 599].",
      );
    }
    this.status = status;
    this.statusText = options.statusText ?? "";
    this.headers = new Headers(options.headers);
    this.url = options.url ?? "";
    this.fill(body);
  }

  static error(): Response {
    return new Response(null, { status: 500 });
  }

  static redirect(url: string | URL, status = 302): Response {
    return new Response(null, { status, headers: { location: String(url) } });
  }

  static json(data: unknown, init?: ResponseInit): Response {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) {
      throw new TypeError(
        "Failed to execute 'json' on 'Response': The data is not JSON serializable",
      );
    }
    const response = new Response(text, init);
    response.headers.set("content-type", "application/json");
    return response;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  clone(): Response {
    const { status, statusText } = this;
    const copy = new Response(null, { status, statusText, headers: new Headers(this.headers) });
    copy.stream = this.split();
    return copy;
  }
}

/**
 * The HTTP plumbing under the stand-ins: reads a request once, refuses what does not come from this
 * machine, and sends JSON. Plain `node:http`, so that the bytes on the wire are ours to break.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export const PROVIDERS = ["openrouter", "openai", "resend", "twilio"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  rawBody: string;
  /** Parsed JSON or form fields; `undefined` when the body is neither. */
  body: unknown;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string or bytes as they are. */
  body: unknown;
}

/** Thrown while reading or checking a request; answered as plain JSON. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

/** Reads the whole request. Throws `HttpError` 413 over 16 MiB. */
export async function readRequest(req: IncomingMessage): Promise<Request> {
  const url = new URL(req.url ?? "/", "http://127.0.0.1");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpError(413, "request body over 16 MiB");
    chunks.push(chunk);
  }
  const rawBody = Buffer.concat(chunks).toString("utf8");
  return {
    method: req.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: req.headers,
    rawBody,
    body: parseBody(req.headers["content-type"] ?? "", rawBody),
  };
}

function parseBody(contentType: string, raw: string): unknown {
  if (!raw) return undefined;
  if (contentType.includes("application/x-www-form-urlencoded")) {
    const form: Record<string, string | string[]> = {};
    for (const [key, value] of new URLSearchParams(raw)) {
      const before = form[key];
      form[key] = before === undefined ? value : [before, value].flat();
    }
    return form;
  }
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Refuses requests that a web page elsewhere could cause: a foreign `Host` (DNS rebinding) or a
 * foreign `Origin` (a form post to loopback). Throws `HttpError` 403.
 */
export function requireLoopback(req: IncomingMessage): void {
  if (!LOOPBACK.test(req.headers.host ?? ""))
    throw new HttpError(403, "only requests to a loopback host are served");
  const origin = req.headers.origin;
  if (origin && !LOOPBACK.test(origin.replace(/^https?:\/\//, ""))) {
    throw new HttpError(403, "only pages of a loopback origin are served");
  }
}

/** Whether a URL points at this machine: the only place the stand-ins ever call. */
export function isLoopbackUrl(url: string): boolean {
  try {
    return LOOPBACK.test(new URL(url).host);
  } catch {
    return false;
  }
}

/** The key of an `Authorization: Bearer` header; empty without one. */
export const readBearerKey = (request: Request): string =>
  /^Bearer\s+(.*)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";

export function sendReply(res: ServerResponse, reply: Reply): void {
  const bytes = bytesOf(reply.body);
  res.writeHead(reply.status, {
    "content-type": "application/json; charset=utf-8",
    // An answer without content has no length either (RFC 9110, 8.6).
    ...(reply.status === 204 ? {} : { "content-length": bytes.length }),
    ...reply.headers,
  });
  res.end(bytes);
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

/** Waits `ms`, or until the signal aborts, whichever comes first. Never rejects. */
export function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Resolves when the signal aborts. */
export function waitForAbort(signal: AbortSignal): Promise<void> {
  return signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Sends half of a body, and then white space for ever: nothing says that it has failed. */
export async function sendEndlessly(
  res: ServerResponse,
  { reply, everyMs, signal }: { reply: Reply; everyMs: number; signal: AbortSignal },
): Promise<void> {
  const text = JSON.stringify(reply.body);
  res.writeHead(reply.status, { "content-type": "application/json; charset=utf-8" });
  res.write(text.slice(0, text.lastIndexOf(",") + 1));
  while (!signal.aborted) {
    await pauseFor(Math.max(1, everyMs), signal);
    if (!signal.aborted) res.write(" ");
  }
}

/** Sends half of a body: garbled (a complete response of broken JSON) or cut (the socket goes). */
export async function breakBody(
  res: ServerResponse,
  how: "cut" | "malformed",
  reply: Reply,
): Promise<void> {
  const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  const half = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
  if (how === "malformed") {
    res.writeHead(reply.status, { "content-type": "application/json; charset=utf-8" });
    res.end(half);
    return;
  }
  res.writeHead(reply.status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  await new Promise((resolve) => res.write(half, resolve));
  res.destroy();
}

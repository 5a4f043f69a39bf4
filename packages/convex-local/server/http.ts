/**
 * A small HTTP layer: bodies (brotli and gzip as the CLI sends them), JSON answers, errors in
 * Convex's shape, CORS as the real backend does it, and the admin key check.
 */
import { timingSafeEqual, createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "HttpError";
  }
}

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

export type Handler = (call: Call) => Promise<void> | void;

/** Where a request comes from. */
interface Origin {
  ip: string | null;
  userAgent: string | null;
}

/**
 * Like Convex behind its edge, the deployment takes the caller's address from `X-Forwarded-For`: only
 * this machine can connect, so whoever sets it is trusted. Lets one machine stand for many callers.
 */
export function readOrigin({ headers, socket }: IncomingMessage): Origin {
  const forwarded = headers["x-forwarded-for"];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",", 1)[0]?.trim();
  return { ip: first || (socket.remoteAddress ?? null), userAgent: headers["user-agent"] ?? null };
}

/**
 * The address of a request. Its path is appended, not resolved: `//x` is a path here and would be a host
 * there. Other forms (`*`, `http://…`) are for proxies, and answered as `/`.
 */
export function parseUrl({ url = "/" }: IncomingMessage, base: string): URL {
  return new URL(base + (url.startsWith("/") ? url : "/"));
}

/** A body as it was sent. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpError(413, "BodyTooLarge", "Request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = await readBytes(request);
  try {
    return decompressed(body, request.headers["content-encoding"]);
  } catch {
    throw new HttpError(400, "BadBody", "The request body is not encoded as its header says");
  }
}

function decompressed(body: Buffer, encoding: string | undefined): Buffer {
  const options = { maxOutputLength: MAX_BODY_BYTES };
  if (encoding === "br") return brotliDecompressSync(body, options);
  if (encoding === "gzip") return gunzipSync(body, options);
  return body;
}

export async function readJson<T>(request: IncomingMessage): Promise<T> {
  const body = await readBody(request);
  try {
    return JSON.parse(body.toString("utf8")) as T;
  } catch {
    throw new HttpError(400, "BadJsonBody", "The request body is not valid JSON");
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body);
}

export function sendText(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}

/** Any origin may call the client API, with credentials, as on the real backend. */
export function applyCors({ request, response }: Call): void {
  const origin = request.headers.origin;
  if (origin === undefined) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("vary", "origin");
}

export function answerPreflight({ request, response }: Call): void {
  response.setHeader(
    "access-control-allow-headers",
    request.headers["access-control-request-headers"] ?? "*",
  );
  response.setHeader("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  response.setHeader("access-control-max-age", "86400");
  response.writeHead(200);
  response.end();
}

/** Compares secrets in constant time, whatever their lengths. */
export function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/** An `Authorization: Convex <key>[:<identity>]` header, split. The identity is base64 JSON. */
export function parseAdminHeader(
  header: string,
): { key: string; actingAs: Record<string, unknown> | null } | null {
  if (!header.startsWith("Convex ")) return null;
  const value = header.slice("Convex ".length);
  const separator = value.indexOf(":");
  if (separator === -1) return { key: value, actingAs: null };
  try {
    const json = Buffer.from(value.slice(separator + 1), "base64").toString("utf8");
    return {
      key: value.slice(0, separator),
      actingAs: JSON.parse(json) as Record<string, unknown>,
    };
  } catch {
    return null;
  }
}

/** Wraps handlers that only the holder of the admin key may reach. */
export function makeAdminGuard(adminKey: string): (handler: Handler) => Handler {
  return (handler) => (call) => {
    requireAdmin(call.request, adminKey);
    return handler(call);
  };
}

function requireAdmin(request: IncomingMessage, adminKey: string): void {
  const header = parseAdminHeader(request.headers.authorization ?? "");
  if (header === null || !isSameSecret(header.key, adminKey)) {
    throw new HttpError(401, "BadDeployKey", "The provided deploy key was invalid for deployment");
  }
}

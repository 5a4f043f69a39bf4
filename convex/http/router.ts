/**
 * The router of the HTTP actions. A route states its path, its method and who may read its answer; the
 * rest comes with it: security headers, CORS for named origins, a bound on the body, errors as JSON
 * without internals. One fallback answers what no route does (404, 405, preflights), with the same
 * headers. convex-helpers' `corsRouter` has CORS only, and none of it on what isn't routed.
 */
import { httpRouter, ROUTABLE_HTTP_METHODS, type HttpRouter } from "convex/server";
import type { ActionCtx } from "../_generated/server";
import { allowedOrigins } from "../env";
import { httpAction } from "../functions";
import { BodyError, readBody } from "../lib/body";
import { appError, isAppError } from "../lib/errors";
import {
  corsHeaders,
  isNamedOrigin,
  PAGE_POLICY,
  preflightHeaders,
  SECURITY_HEADERS,
  STATUS_OF,
  type Readers,
} from "./headers";
import { logError } from "../lib/log";

type Method = Exclude<(typeof ROUTABLE_HTTP_METHODS)[number], "OPTIONS">;

export type Route = {
  path: string;
  method: Method;
  readers: Readers;
  /** Bytes; larger bodies answer 413 before the handler runs. */
  maxBodyBytes?: number;
  /** The handler reads the body, by `readBody`, once it knows who sends it. */
  readsBody?: true;
  /** The answer is a page with a form. */
  page?: true;
  handler: (ctx: ActionCtx, request: Request) => Promise<Response> | Response;
};

const POLICY = "content-security-policy";
/** A form of Twilio's has some 2 KB. */
const MAX_BODY_BYTES = 64 * 1024;

export function jsonResponse(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

export function buildHttpRouter(routes: readonly Route[]): HttpRouter {
  const router = httpRouter();
  for (const route of routes) {
    const { path, method } = route;
    router.route({
      path,
      method,
      handler: httpAction((ctx: ActionCtx, request) => serve(route, ctx, request)),
    });
  }
  for (const method of ROUTABLE_HTTP_METHODS) {
    const handler = httpAction(async (_ctx, request) => unrouted(routes, request));
    router.route({ pathPrefix: "/", method, handler });
  }
  return router;
}

async function serve(route: Route, ctx: ActionCtx, request: Request): Promise<Response> {
  return await answer(route.readers, request, async (allowed) => {
    const origin = request.headers.get("origin");
    // CORS keeps a page from reading an answer, not from causing an effect.
    if (route.readers === "named" && route.method !== "GET" && origin !== null) {
      if (!isNamedOrigin(origin, allowed)) {
        throw appError("forbidden", "This origin is not in ALLOWED_ORIGINS.");
      }
    }
    if (route.readsBody) return await route.handler(ctx, request);
    const response = await route.handler(
      ctx,
      await bounded(request, route.maxBodyBytes ?? MAX_BODY_BYTES),
    );
    if (route.page) response.headers.set(POLICY, PAGE_POLICY);
    return response;
  });
}

/** What no route answers: unknown paths, other methods, and the preflights of all routes. */
async function unrouted(routes: readonly Route[], request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const here = routes.filter(({ path }) => path === pathname);
  const readers = readersOf(here);
  return await answer(readers, request, async (allowed) => {
    if (here.length === 0) throw appError("not_found", "There is nothing at this address.");
    const methods = here.map(({ method }) => method);
    const allow = { allow: [...methods, "OPTIONS"].join(", ") };
    if (request.method !== "OPTIONS") {
      const message = `This address takes ${methods.join(", ")}.`;
      return jsonResponse({ code: "invalid_input", message }, 405, allow);
    }
    const origin = request.headers.get("origin");
    const may =
      readers === "anyone" ||
      (readers === "named" && origin !== null && isNamedOrigin(origin, allowed));
    return new Response(null, {
      status: 204,
      headers: { ...allow, ...(may ? preflightHeaders(methods) : {}) },
    });
  });
}

/** Those of all routes of a path, if they have the same. */
function readersOf([first, ...rest]: readonly Route[]): Readers {
  const same = first !== undefined && rest.every(({ readers }) => readers === first.readers);
  return same ? first.readers : "named";
}

/** Runs a handler, and puts on its answer, or on its error's, what every answer must have. */
async function answer(
  readers: Readers,
  request: Request,
  handler: (allowed: readonly string[]) => Promise<Response>,
): Promise<Response> {
  const origin = request.headers.get("origin");
  let allowed: readonly string[] = [];
  let response: Response;
  try {
    // Only a page's request depends on the list: a health check works on a deployment without it.
    if (readers === "named" && origin !== null) allowed = allowedOrigins();
    response = await handler(allowed);
  } catch (error) {
    response = problem(error);
  }
  const headers = new Headers(response.headers);
  const policy = headers.get(POLICY);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
  if (policy === PAGE_POLICY) headers.set(POLICY, policy);
  for (const [name, value] of Object.entries(corsHeaders(readers, origin, allowed))) {
    headers.set(name, value);
  }
  if (readers !== "anyone") headers.append("vary", "Origin");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  return new Response(response.body, { status: response.status, headers });
}

/** Errors as clients may see them; what only the operator may see goes to the deployment's log. */
function problem(error: unknown): Response {
  if (error instanceof BodyError) {
    return jsonResponse({ code: "invalid_input", message: error.message }, error.status);
  }
  if (!isAppError(error)) {
    logError("HTTP action failed", error);
    return jsonResponse({ code: "internal", message: "Something went wrong on our side." }, 500);
  }
  const { code, message, retryAfterMs } = error.data;
  if (code === "not_configured") {
    logError(message);
    return jsonResponse({ code, message: "This deployment is not configured for this." }, 503);
  }
  const headers: Record<string, string> = {};
  if (typeof retryAfterMs === "number") {
    headers["retry-after"] = String(Math.ceil(retryAfterMs / 1000));
  }
  return jsonResponse({ code, message }, STATUS_OF[code], headers);
}

/** The request with its body read, at most `limit` bytes of it. */
async function bounded(request: Request, limit: number): Promise<Request> {
  if (request.method === "GET" || request.method === "HEAD" || request.body === null)
    return request;
  const { url, method, headers, signal } = request;
  const body = new Blob(await readBody(request, limit));
  return new Request(url, { method, headers, body, signal });
}

/** The controls over HTTP, under `/__control`: JSON in, JSON out, 400 with the reasons for bad input. */
import { z } from "zod";
import type { Control } from "./control.ts";
import { faultSchema } from "./faults.ts";
import { HttpError, PROVIDERS, type Reply, type Request } from "./http.ts";
import { scriptSchema } from "./scripts.ts";

const providerQuery = z.enum(PROVIDERS).optional();
const pace = z.strictObject({
  firstChunkMs: z.number().min(0).max(60_000).optional(),
  chunksPerSecond: z.number().min(0).max(10_000).optional(),
});
const smsOutcome = z.strictObject({
  to: z.string().min(1).max(50),
  status: z.enum(["delivered", "undelivered", "failed", "sent"]),
  errorCode: z.number().int().optional(),
});

type Route = (request: Request, control: Control) => unknown;

const ROUTES: Record<string, Route> = {
  "GET /faults": (_, control) => ({ faults: control.faults() }),
  "POST /faults": (request, control) => control.fault(parse(faultSchema, body(request))),
  "DELETE /faults": (request, control) => (control.clearFaults(provider(request)), { ok: true }),
  "GET /requests": (request, control) => ({ requests: control.requests(provider(request)) }),
  "DELETE /requests": (_, control) => (control.clearRequests(), { ok: true }),
  "GET /script": (_, control) => ({ scripts: control.scripts() }),
  "POST /script": (request, control) => {
    const { id } = control.script(parse(scriptSchema, body(request)));
    return { id };
  },
  "DELETE /script": (_, control) => (control.clearScripts(), { ok: true }),
  "POST /release": (request, control) => {
    const { id } = parse(z.strictObject({ id: z.number().int() }), body(request));
    if (!control.release(id)) throw new HttpError(404, `no script ${id}`);
    return { ok: true };
  },
  "GET /emails": (request, control) => ({
    emails: control.emails(request.query.get("to") ?? undefined),
  }),
  "GET /sms": (request, control) => ({
    messages: control.sms(request.query.get("to") ?? undefined),
  }),
  "POST /sms": (request, control) => {
    const { to, ...outcome } = parse(smsOutcome, body(request));
    control.setSmsOutcome(to, outcome);
    return { ok: true };
  },
  "POST /pace": (request, control) => control.setPace(parse(pace, body(request))),
  "POST /reset": (_, control) => (control.reset(), { ok: true }),
};

export function handleControl(request: Request, control: Control): Reply {
  const path = request.path.slice("/__control".length);
  const route = ROUTES[`${request.method} ${path}`];
  if (!route) {
    const known = Object.keys(ROUTES).filter((r) => r.endsWith(` ${path}`));
    throw known.length > 0
      ? new HttpError(405, `${path} answers ${known.map((r) => r.split(" ")[0]).join(", ")}`)
      : new HttpError(404, `no such control; there are ${Object.keys(ROUTES).join(", ")}`);
  }
  return { status: 200, body: route(request, control) };
}

function body(request: Request): unknown {
  // A form post from a web page cannot set this type without the browser asking first.
  if (!(request.headers["content-type"] ?? "").includes("application/json")) {
    throw new HttpError(400, "send JSON with content-type application/json");
  }
  if (request.body === undefined) throw new HttpError(400, "the body is not valid JSON");
  return request.body;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((i) => ({ path: i.path.join("."), message: i.message }));
  throw new HttpError(400, "invalid input", issues);
}

const provider = (request: Request) =>
  parse(providerQuery, request.query.get("provider") ?? undefined);

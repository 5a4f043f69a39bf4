/** The controls over HTTP, under `/__control`: JSON in, JSON out, 400 with the reasons for bad input. */
import { z } from "zod";
import type { Control } from "./control";
import { readJson, parseInput } from "./controlInput";
import { faultSchema } from "./faults";
import { HttpError, PROVIDERS, type Reply, type Request } from "../http";
import { eventSchema, receivedSchema } from "../resend/received";
import { scriptSchema } from "../openrouter/scripts";
import { SMS_ROUTES } from "../twilio/controlRoutes";

const providerQuery = z.enum(PROVIDERS).optional();
const pace = z.strictObject({
  firstChunkMs: z.number().min(0).max(60_000).optional(),
  chunksPerSecond: z.number().min(0).max(10_000).optional(),
});

type Route = (request: Request, control: Control) => unknown;

const ROUTES: Record<string, Route> = {
  "GET /faults": (_, control) => ({ faults: control.faults() }),
  "POST /faults": (request, control) => control.fault(parseInput(faultSchema, readJson(request))),
  "DELETE /faults": (request, control) => (control.clearFaults(provider(request)), { ok: true }),
  "GET /requests": (request, control) => ({ requests: control.requests(provider(request)) }),
  "DELETE /requests": (_, control) => (control.clearRequests(), { ok: true }),
  "GET /script": (_, control) => ({ scripts: control.scripts() }),
  "POST /script": (request, control) => {
    const { id } = control.script(parseInput(scriptSchema, readJson(request)));
    return { id };
  },
  "DELETE /script": (_, control) => (control.clearScripts(), { ok: true }),
  "POST /release": (request, control) => {
    const { id } = parseInput(z.strictObject({ id: z.number().int() }), readJson(request));
    if (!control.release(id)) throw new HttpError(404, `no script ${id}`);
    return { ok: true };
  },
  "GET /emails": (request, control) => ({
    emails: control.emails(request.query.get("to") ?? undefined),
  }),
  "POST /emails/hook": (request, control) => {
    const { url } = parseInput(z.strictObject({ url: z.url().nullable() }), readJson(request));
    return (control.tellMailTo(url), { ok: true });
  },
  "POST /emails/receive": (request, control) =>
    control.receiveMail(parseInput(receivedSchema, readJson(request))),
  "POST /emails/event": async (request, control) => {
    const told = await control.mailEvent(parseInput(eventSchema, readJson(request)));
    if (told === undefined) throw new HttpError(404, "no such mail");
    return told;
  },
  "POST /pace": (request, control) => control.setPace(parseInput(pace, readJson(request))),
  "POST /reset": (_, control) => (control.reset(), { ok: true }),
  ...Object.fromEntries(
    Object.entries(SMS_ROUTES).map(([name, route]): [string, Route] => [
      name,
      (request, control) => route(request, control.texts),
    ]),
  ),
};

export async function handleControl(request: Request, control: Control): Promise<Reply> {
  const path = request.path.slice("/__control".length);
  const route = ROUTES[`${request.method} ${path}`];
  if (!route) {
    const known = Object.keys(ROUTES).filter((r) => r.endsWith(` ${path}`));
    throw known.length > 0
      ? new HttpError(405, `${path} answers ${known.map((r) => r.split(" ")[0]).join(", ")}`)
      : new HttpError(404, `no such control; there are ${Object.keys(ROUTES).join(", ")}`);
  }
  return { status: 200, body: await route(request, control) };
}

const provider = (request: Request) =>
  parseInput(providerQuery, request.query.get("provider") ?? undefined);

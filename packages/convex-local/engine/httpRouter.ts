/** Runs the HTTP actions of an app: looks the route up in its `http.ts` and calls the handler. */
import { currentLaunch, type Launch, type RequestInfo } from "./context";
import { runHttpHandler } from "./isolate/functions";
import { runInContext, type EvaluateModule, type RunHooks } from "./instrument";
import type { TestInstance } from "./internals";

type HttpHandler = (ctx: Record<string, unknown>, request: Request) => Promise<Response>;

interface Router {
  isRouter: boolean;
  lookup(path: string, method: string): readonly [{ _handler: HttpHandler }, string, string] | null;
}

/** The app's answer; `null` if the app has no HTTP actions at all. */
export async function routeHttp(
  test: TestInstance,
  hooks: RunHooks,
  request: Request,
  info: RequestInfo,
  evaluate?: EvaluateModule,
): Promise<Response | null> {
  const { global, accessor, within } = test;
  const load = async (): Promise<unknown> =>
    (await global.components[""]?.modules("http"))?.default;
  const router = (await within(load).catch(() => undefined)) as Router | undefined;
  if (router?.isRouter !== true) return null;
  const { pathname } = new URL(request.url);
  const found = router.lookup(pathname, request.method);
  if (found === null) return new Response(`No HttpAction routed for ${pathname}`, { status: 404 });
  const [action, method, route] = found;
  const handler: HttpHandler = (ctx, received) => {
    const fresh = evaluate?.("http.js")?.default as Router | undefined;
    const [own] = fresh?.lookup(pathname, request.method) ?? [action];
    return own._handler(ctx, received);
  };
  const launch: Launch = {
    request: info,
    readLog: null,
    journal: { previous: null, next: null },
    holdsLock: false,
    event: null,
    commitTs: null,
  };
  const place = { componentPath: "", modulePath: "http", path: `${method} ${route}`, hooks };
  let response: Response | null = null;
  // An action of the mock's own gives the handler its context and its scope of globals.
  const run = async (ctx: Record<string, unknown>): Promise<null> => {
    response = await runInContext(place, "httpAction", ctx, async (own, event, options) => {
      const answer = await runHttpHandler(options, handler, own, request);
      event.status = String(answer.status);
      return answer;
    });
    return null;
  };
  await currentLaunch.run(launch, () => within(() => accessor.action(run, {})));
  return response;
}

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

/**
 * The app's answer; `null` if the app has no HTTP actions at all. The action has its place among those of its class until
 * its body has ended.
 */
export function serveHttp(
  test: TestInstance,
  hooks: RunHooks,
  request: Request,
  info: RequestInfo,
  evaluate?: EvaluateModule,
): Promise<Response | null> {
  return new Promise((resolve, reject) => {
    const serve = () =>
      new Promise<void>((end, fail) => {
        routeHttp({ test, hooks, request, info, evaluate }, end).then(resolve, (error: Error) => {
          // A handler that throws has ended before, and its place is free: whoever asked hears of it all the same.
          reject(error);
          fail(error);
        });
      });
    hooks.admission().run("httpAction", "http", serve).catch(reject);
  });
}

interface Asked {
  test: TestInstance;
  hooks: RunHooks;
  request: Request;
  info: RequestInfo;
  evaluate: EvaluateModule | undefined;
}

/** `onEnd`: nothing of it is running any more. */
async function routeHttp(
  { test, hooks, request, info, evaluate }: Asked,
  onEnd: () => void,
): Promise<Response | null> {
  const { global, accessor, within } = test;
  const load = async (): Promise<unknown> =>
    (await global.components[""]?.modules("http"))?.default;
  const router = (await within(load).catch(() => undefined)) as Router | undefined;
  const { pathname } = new URL(request.url);
  const found = router?.isRouter === true ? router.lookup(pathname, request.method) : null;
  if (found === null) {
    onEnd();
    if (router?.isRouter !== true) return null;
    return new Response(`No HttpAction routed for ${pathname}`, { status: 404 });
  }
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
      const answer = await runHttpHandler(options, handler, own, request, onEnd);
      event.status = String(answer.status);
      return answer;
    });
    return null;
  };
  await currentLaunch.run(launch, () => within(() => accessor.action(run, {})));
  return response;
}

/** Runs registered functions as the isolate does: what `convex-test` or the engine calls goes through here. */
import { fetch, receiveRequest, sendResponse } from "./fetch";
import { installIsolate } from "./globals";
import { IsolateRun, runIsolated, type IsolateOptions } from "./run";

type Context = Record<string, unknown>;
type Handler = (ctx: Context, args: unknown) => unknown;
type HttpHandler = (ctx: Context, request: Request) => Promise<Response>;

/** Calls of other functions, which an action waits for: they run as the host's code. */
const CALLS = ["runQuery", "runMutation", "runAction"];

function hostContext(run: IsolateRun, ctx: Context): Context {
  const own = { ...ctx };
  for (const name of CALLS) {
    const call = ctx[name];
    if (typeof call !== "function") continue;
    own[name] = (...args: unknown[]) =>
      run.perform(() => (call as (...args: unknown[]) => Promise<unknown>)(...args));
  }
  return own;
}

/** What `convex-test` keeps for each call comes before the accessors, and before what a test has put there. */
function open(options: IsolateOptions): IsolateRun {
  installIsolate();
  const run = new IsolateRun(options);
  if (run.isStrict && !run.inTransaction)
    globalThis.fetch = fetch as unknown as typeof globalThis.fetch;
  return run;
}

export async function runHandler(
  options: IsolateOptions,
  handler: Handler,
  ctx: Context,
  args: unknown,
): Promise<unknown> {
  const run = open(options);
  return await runIsolated(run, () => handler(hostContext(run, ctx), args));
}

/** The run goes on until the body of the answer has been sent. */
export async function runHttpHandler(
  options: IsolateOptions,
  handler: HttpHandler,
  ctx: Context,
  request: Request,
  onEnd: () => void = () => undefined,
): Promise<Response> {
  const run = open(options);
  run.onEnd(onEnd);
  try {
    const answer = await run.complete(() =>
      handler(hostContext(run, ctx), receiveRequest(run, request) as unknown as Request),
    );
    return sendResponse(run, answer);
  } catch (error) {
    run.end();
    throw error;
  }
}

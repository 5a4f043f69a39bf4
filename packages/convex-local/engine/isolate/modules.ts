/** Modules for `convexTest` whose functions run under the rules of the isolate, as a deployment's do. */
import { readFileSync } from "node:fs";
import { getRegisteredType } from "../instrument";
import type { Modules } from "../internals";
import { runHandler, runHttpHandler } from "./functions";
import type { IsolateOptions } from "./run";

interface Registered {
  (...args: unknown[]): unknown;
  _handler?: (ctx: Record<string, unknown>, args: unknown) => Promise<unknown>;
}

interface Router {
  isRouter: true;
  lookup(path: string, method: string): readonly [Registered, string, string] | null;
}

/**
 * As `import.meta.glob` gives them, and back. `base` is the address of the file that the names are relative to;
 * without it there is no "use node" among them. The variables are those of this process.
 */
export function isolateModules(modules: Modules, base?: string): Modules {
  return Object.fromEntries(
    Object.entries(modules).map(([name, load]) => {
      let isolated: Promise<unknown> | undefined;
      const loadOnce = (): Promise<unknown> =>
        (isolated ??= load().then((module) => {
          const isNode = base !== undefined && beginsWithUseNode(new URL(name, base));
          return isolateModule(module as Record<string, unknown>, isNode ? "node" : "isolate");
        }));
      return [name, loadOnce];
    }),
  );
}

const USE_NODE = /^(?:\s|\/\*[^]*?\*\/|\/\/.*)*["']use node["']/;

function beginsWithUseNode(file: URL): boolean {
  return USE_NODE.test(readFileSync(file, "utf8"));
}

function isolateModule(
  module: Record<string, unknown>,
  runtime: IsolateOptions["runtime"],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(module).map(([name, value]) => [
      name,
      isRouter(value) ? isolateRouter(value) : isolateFunction(value, runtime),
    ]),
  );
}

function options(kind: IsolateOptions["kind"], runtime: IsolateOptions["runtime"]): IsolateOptions {
  return { kind, runtime, readVariable: (name) => process.env[name] };
}

function isolateFunction(value: unknown, runtime: IsolateOptions["runtime"]): unknown {
  const kind = getRegisteredType(value);
  if (kind === null) return value;
  const fn = value as Registered;
  const { _handler: handler } = fn;
  if (handler === undefined) return value;
  return Object.assign((...args: unknown[]) => fn(...args), fn, {
    _handler: (ctx: Record<string, unknown>, args: unknown) =>
      runHandler(options(kind, runtime), handler, ctx, args),
  });
}

function isRouter(value: unknown): value is Router {
  return typeof value === "object" && value !== null && "isRouter" in value;
}

function isolateRouter(router: Router): Router {
  const lookup: Router["lookup"] = (path, method) => {
    const found = router.lookup(path, method);
    if (found === null) return null;
    const [action, ...route] = found;
    const handler = action._handler as unknown as Parameters<typeof runHttpHandler>[1];
    const isolated = Object.assign((...args: unknown[]) => action(...args), action, {
      _handler: (ctx: Record<string, unknown>, request: unknown) =>
        runHttpHandler(options("httpAction", "isolate"), handler, ctx, request as Request),
    });
    return [isolated, ...route];
  };
  return Object.assign(Object.create(router) as Router, { lookup });
}

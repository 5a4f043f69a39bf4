/**
 * Puts every registered function of a module behind a wrapper that opens a run: it records the event,
 * the caller's identity, the console, and checks the return value before the transaction commits.
 */
import { randomUUID } from "node:crypto";
import type { UserIdentity } from "convex/server";
import type { Value } from "convex/values";
import { isAction, limitCalls } from "./actionCalls";
import type { Admission } from "./admission";
import {
  currentLaunch,
  currentRun,
  type FunctionEvent,
  type LogLine,
  type ReadLog,
  type RunContext,
  type UdfType,
} from "./context";
import type { Modules } from "./internals";
import { runHandler } from "./isolate/functions";
import type { IsolateOptions } from "./isolate/run";
import { Limiter } from "./limiter";
import { captureConsole } from "./logging";
import { checkReturned } from "./limits";
import { noRows } from "./readLog";
import { CallError, describeError } from "./results";
import { findMismatch, type ValidatorJson } from "./validate";

type Handler = (ctx: Record<string, unknown>, args: unknown) => unknown;

interface RegisteredFunction {
  (...args: unknown[]): unknown;
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isHttp?: boolean;
  isPublic?: boolean;
  isInternal?: boolean;
  exportArgs?(): string;
  exportReturns?(): string;
  _handler?: Handler;
}

export interface RunHooks {
  /** A run ended, well or badly. */
  ended(event: FunctionEvent): void;
  /** A function wrote to its console. */
  logged(event: FunctionEvent, line: LogLine): void;
  /** The log of what a mutation reads, if anybody wants to know. */
  readLogOf(event: FunctionEvent): ReadLog | null;
  /** Which runtime the functions of a module have. The default one, if this is left out. */
  runtimeOf?(componentPath: string, module: string): FunctionEvent["environment"];
  /** A variable of the deployment, as `process.env` has it. */
  readVariable: (name: string) => string | undefined;
  /** Of a run's random numbers, 16 bytes. */
  seed?: () => Uint8Array;
  /** The limits of the deployment's class. */
  admission: () => Admission;
  newRequestId: () => string;
  /** The table of an ID in a component. */
  tableOf(componentPath: string, id: string): string | null;
}

export type EvaluateModule = (file: string) => Record<string, unknown> | null;

const wrappers = new WeakSet();
/** What one action may do at a time; the rest waits (`MAX_CONCURRENT_ACTION_OPS` of Convex's). */
const ACTION_OPERATIONS = 8;

export function getRegisteredType(value: unknown): UdfType | null {
  if (typeof value !== "function") return null;
  const fn = value as RegisteredFunction;
  if (fn.isQuery) return "query";
  if (fn.isMutation) return "mutation";
  if (fn.isAction) return "action";
  return null;
}

/** The modules of a component, each instrumented when it is first loaded. */
export function instrumentModules(
  modules: Modules,
  componentPath: string,
  hooks: RunHooks,
  evaluate?: EvaluateModule,
): Modules {
  const generated = Object.keys(modules).find((name) => name.includes("_generated"));
  const root = generated?.split("_generated", 2)[0] ?? "./";
  return Object.fromEntries(
    Object.entries(modules).map(([name, load]) => {
      const path = name.slice(root.length).replace(/\.[^.]+$/, "");
      let loaded: Promise<unknown> | undefined;
      const loadOnce = (): Promise<unknown> =>
        (loaded ??= load().then((module) =>
          instrumentModule(module as Record<string, unknown>, componentPath, path, hooks, evaluate),
        ));
      return [name, loadOnce];
    }),
  );
}

/** A copy of a module whose registered functions report their runs. */
export function instrumentModule(
  module: Record<string, unknown>,
  componentPath: string,
  modulePath: string,
  hooks: RunHooks,
  evaluate?: EvaluateModule,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(module)) {
    const udfType = getRegisteredType(value);
    copy[name] =
      udfType === null
        ? value
        : instrumentFunction(value as RegisteredFunction, udfType, {
            componentPath,
            modulePath,
            path: name === "default" ? modulePath : `${modulePath}:${name}`,
            hooks,
            evaluate: () =>
              evaluate?.(`${modulePath}.js`)?.[name] as RegisteredFunction | undefined,
          });
  }
  return copy;
}

interface Place {
  componentPath: string;
  modulePath: string;
  path: string;
  hooks: RunHooks;
  /** The function of a module evaluated anew, where modules are not kept. */
  evaluate?: () => RegisteredFunction | undefined;
}

function instrumentFunction(
  fn: RegisteredFunction,
  udfType: UdfType,
  place: Place,
): RegisteredFunction {
  const handler = fn._handler;
  if (handler === undefined || wrappers.has(fn)) return fn;
  const returns = JSON.parse(fn.exportReturns?.() ?? "null") as ValidatorJson | null;
  const wrapped = (...args: unknown[]): unknown => fn(...args);
  const run: Handler = (ctx, args) =>
    runInContext(place, udfType, ctx, async (ownCtx, event, options) => {
      const result = await runHandler(
        options,
        (inner, given) => (place.evaluate?.()?._handler ?? handler)(inner, given),
        ownCtx,
        args,
      );
      checkReturn(place, returns, result);
      event.returnBytes = checkReturned(place.path, result as Value | undefined);
      return result;
    });
  wrappers.add(wrapped);
  return Object.assign(wrapped, fn, { _handler: run });
}

function checkReturn(
  { componentPath, hooks }: Place,
  returns: ValidatorJson | null,
  result: unknown,
): void {
  if (returns === null) return;
  const tableOf = (id: string) => hooks.tableOf(componentPath, id);
  const problem = findMismatch(returns, result === undefined ? null : result, tableOf);
  if (problem !== null) throw new CallError(`ReturnsValidationError: ${problem}`);
}

/** Opens a run below the current one, or the top-level run that the engine has announced. */
export async function runInContext<T>(
  place: Place,
  udfType: UdfType,
  ctx: Record<string, unknown>,
  body: (ctx: Record<string, unknown>, event: FunctionEvent, isolate: IsolateOptions) => Promise<T>,
): Promise<T> {
  const { hooks } = place;
  const parent = currentRun.getStore() ?? null;
  const launch = parent === null ? currentLaunch.getStore() : undefined;
  const inTransaction = parent !== null && isTransaction(parent.event.udfType);
  const request = launch?.request ?? parent?.request ?? anonymousRequest(hooks);
  const caller = parent === null || inTransaction ? request.caller : "action";
  const event: FunctionEvent = {
    path: place.path,
    componentPath: place.componentPath,
    udfType,
    caller: inTransaction ? parent.event.caller : caller,
    nested: inTransaction,
    ...noRows(),
    durationMs: 0,
    requestId: request.requestId,
    executionId: randomUUID(),
    parentExecutionId: parent?.event.executionId ?? null,
    environment: "isolate",
    identityType: request.identityType,
    transport: request.transport,
    logLines: [],
    startedAt: Date.now(),
  };
  if (launch) launch.event = event;
  const run: RunContext = {
    request,
    event,
    parent,
    readLog: launch?.readLog ?? (inTransaction ? parent.readLog : hooks.readLogOf(event)),
    journal: launch?.journal ?? { previous: null, next: null },
    meter: inTransaction
      ? parent.meter
      : isTransaction(udfType)
        ? hooks.admission().openMeter()
        : null,
    operations: new Limiter(ACTION_OPERATIONS),
    done: false,
  };
  const started = performance.now();
  return await currentRun.run(run, async () => {
    globalThis.console = captureConsole(run, globalThis.console, ({ event }, line) =>
      hooks.logged(event, line),
    );
    event.environment = hooks.runtimeOf?.(place.componentPath, place.modulePath) ?? "isolate";
    const isolate: IsolateOptions = {
      kind: udfType,
      runtime: event.environment,
      readVariable: hooks.readVariable,
      operations: run.operations,
      ...(hooks.seed === undefined ? {} : { seed: hooks.seed() }),
    };
    try {
      const own = limitCalls(withAuth(ctx, run), run, hooks.admission);
      const result = await body(own, event, isolate);
      run.meter?.check();
      return result;
    } catch (error) {
      event.error = describeError(error);
      throw error;
    } finally {
      run.done = true;
      event.durationMs = performance.now() - started;
      hooks.ended(event);
    }
  });
}

function isTransaction(type: UdfType): boolean {
  return type === "query" || type === "mutation";
}

/** The caller's identity reaches the app's functions, not those of components. */
function withAuth(ctx: Record<string, unknown>, run: RunContext): Record<string, unknown> {
  const identity: UserIdentity | null =
    run.event.componentPath === "" ? run.request.identity : null;
  const { tokenProblem } = run.request;
  const getUserIdentity = (): Promise<UserIdentity | null> =>
    tokenProblem !== null && isAction(run)
      ? Promise.reject(new Error(tokenProblem))
      : Promise.resolve(identity);
  return { ...ctx, auth: { getUserIdentity } };
}

function anonymousRequest(hooks: RunHooks): RunContext["request"] {
  return {
    requestId: hooks.newRequestId(),
    caller: "client",
    identity: null,
    token: null,
    tokenProblem: null,
    ip: null,
    userAgent: null,
    scheduledFunctionId: null,
    identityType: "unknown",
    transport: null,
  };
}

/** Timers of actions, after npm-packages/udf-runtime/src/02_timers.ts: numbers, and gone with their run. */
import { AsyncLocalStorage } from "node:async_hooks";
import { currentIsolate, runOutside, type IsolateRun } from "./run";

let lastId = 0;
const cancellations = new Map<number, () => void>();

function start(
  run: IsolateRun,
  repeat: boolean,
  handler: unknown,
  delayMs: unknown,
  args: unknown[],
): number {
  const name = repeat ? "setInterval" : "setTimeout";
  if (typeof handler === "string") {
    run.terminate(`Not implemented: code string argument for ${name}.`);
  }
  lastId += 1;
  const id = lastId;
  const resume = AsyncLocalStorage.snapshot();
  const close = run.openOperation();
  const fire = (): void => {
    if (!repeat) cancel();
    resume(handler as (...args: unknown[]) => void, ...args);
  };
  // The host's timers of the moment: a test may hold them, and the mock has others for each of its calls.
  const handle = runOutside(() =>
    repeat
      ? globalThis.setInterval(fire, Number(delayMs))
      : globalThis.setTimeout(fire, Number(delayMs)),
  );
  const cancel = (): void => {
    close();
    forget();
    cancellations.delete(id);
    runOutside(() => (repeat ? globalThis.clearInterval(handle) : globalThis.clearTimeout(handle)));
  };
  const forget = run.onEnd(cancel);
  cancellations.set(id, cancel);
  return id;
}

export function makeTimers(): Record<string, (run: IsolateRun) => unknown> {
  const starter =
    (repeat: boolean) =>
    (handler: unknown, delayMs?: unknown, ...args: unknown[]): number => {
      const run = currentIsolate();
      if (run === null) throw new Error("A timer of the isolate outside of a run");
      return start(run, repeat, handler, delayMs ?? 0, args);
    };
  const clear = (id: unknown): void => cancellations.get(id as number)?.();
  return {
    setTimeout: () => starter(false),
    setInterval: () => starter(true),
    clearTimeout: () => clear,
    clearInterval: () => clear,
  };
}

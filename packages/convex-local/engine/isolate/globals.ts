/**
 * The globals of the default runtime, in the place of the host's for as long as a function of it runs. Every
 * global that differs becomes an accessor that asks for the run: two functions side by side, and the host's
 * own code between them, each see their own.
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { AbortController, AbortSignal } from "abortcontroller-polyfill/dist/cjs-ponyfill.js";
import * as streams from "web-streams-polyfill/dist/ponyfill.es2018.mjs";
import { Blob, File, HostBlob, Request, Response } from "./bodies";
import { fetch } from "./fetch";
import { makeCrypto, makeDate, makeMath } from "./random";
import { currentIsolate, leaveIsolate, type IsolateRun } from "./run";
import { TextDecoder, TextDecoderStream, TextEncoderStream } from "./text";
import { makeTimers } from "./timers";

/** What V8 has without a host, and what npm-packages/udf-runtime/src/setup.ts adds as the host here has it too. */
const SAME_AS_HOST = new Set(
  `Object Function eval Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Promise RegExp Error
  AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis JSON Intl ArrayBuffer
  Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray
  BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet Proxy Reflect FinalizationRegistry WeakRef
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN SharedArrayBuffer Atomics
  WebAssembly Iterator
  URL URLSearchParams Crypto SubtleCrypto CryptoKey DOMException Event EventTarget atob btoa TextEncoder Headers FormData
  Performance PerformanceEntry PerformanceMark PerformanceMeasure performance`.split(/\s+/),
);

type Maker = (run: IsolateRun, host: unknown) => unknown;

const constant =
  (value: unknown): Maker =>
  () =>
    value;

const MAKERS: Record<string, Maker> = {
  AbortController: constant(AbortController),
  AbortSignal: constant(AbortSignal),
  AsyncLocalStorage: constant(AsyncLocalStorage),
  AsyncResource: constant(AsyncResource),
  ReadableStream: constant(streams.ReadableStream),
  ReadableStreamBYOBReader: constant(streams.ReadableStreamBYOBReader),
  ReadableStreamDefaultReader: constant(streams.ReadableStreamDefaultReader),
  TransformStream: constant(streams.TransformStream),
  WritableStream: constant(streams.WritableStream),
  WritableStreamDefaultWriter: constant(streams.WritableStreamDefaultWriter),
  TextDecoder: constant(TextDecoder),
  TextDecoderStream: constant(TextDecoderStream),
  TextEncoderStream: constant(TextEncoderStream),
  Blob: constant(Blob),
  File: constant(File),
  Request: constant(Request),
  Response: constant(Response),
  fetch: constant(fetch),
  self: constant(globalThis),
  process: (run) => ({ env: makeEnvironment(run) }),
  Date: (run, host) => makeDate(run, host as DateConstructor),
  Math: (run, host) => makeMath(run, host as Math),
  crypto: (run, host) => makeCrypto(run, host as Crypto),
  console: (_run, host) => asHost(host as Console),
  structuredClone: (run, host) => makeStructuredClone(run, host as typeof structuredClone),
  Convex: (run, host) => makeSyscalls(run, host as Syscalls),
  ...makeTimers(),
};

/** npm-packages/udf-runtime/src/setup.ts: a Proxy with `get` alone. */
function makeEnvironment(run: IsolateRun): object {
  const target = {};
  return new Proxy(target, {
    get(own, key, receiver) {
      if (typeof key !== "string") return Reflect.get(own, key, receiver) as unknown;
      return leaveIsolate(() => run.options.readVariable(key));
    },
  });
}

/** The host's console prints with the host's globals. */
function asHost(console: Console): Console {
  return new Proxy(console, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        leaveIsolate(() => (value as (...args: unknown[]) => unknown).apply(target, args));
    },
  });
}

/** npm-packages/udf-runtime/src/02_structured_clone.ts */
function makeStructuredClone(run: IsolateRun, host: typeof structuredClone) {
  return (value: unknown, options?: unknown): unknown => {
    if (options !== undefined) run.terminate("structuredClone with transfer not supported");
    return host(value);
  };
}

interface Syscalls {
  syscall(op: string, args: string): string;
  asyncSyscall(op: string, args: string): Promise<string>;
  jsSyscall(op: string, args: Record<string, unknown>): Promise<unknown>;
}

/** System calls are the host's code, and what a function waits for. */
function makeSyscalls(run: IsolateRun, host: Syscalls): Syscalls {
  return {
    syscall: (op, args) => leaveIsolate(() => host.syscall(op, args)),
    asyncSyscall: (op, args) => run.perform(() => host.asyncSyscall(op, args)),
    jsSyscall: async (op, args) => {
      const result = await run.perform(() => host.jsSyscall(op, toHost(args)));
      return result instanceof Blob ? new Blob([result], { type: result.type }) : result;
    },
  };
}

/** What is stored outlives the run, and whoever reads it knows nothing of the isolate's streams. */
function toHost(args: Record<string, unknown>): Record<string, unknown> {
  const { blob } = args;
  return blob instanceof Blob ? { ...args, blob: new HostBlob([blob], { type: blob.type }) } : args;
}

/** crates/isolate/src/client.rs: `--disallow-code-generation-from-strings` */
function refuseCodeFromString(): never {
  throw new EvalError("Code generation from strings disallowed for this context");
}

let forbiddenEverywhere = false;

function isForbidden(): boolean {
  return forbiddenEverywhere || currentIsolate()?.isStrict === true;
}

/** V8 has it there, and the streams' polyfill would take `structuredClone` with a transfer in its place. */
function addTransfer(): void {
  if ("transfer" in ArrayBuffer.prototype) return;
  const { structuredClone } = globalThis;
  Object.defineProperty(ArrayBuffer.prototype, "transfer", {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer) {
      return structuredClone(this, { transfer: [this] });
    },
  });
}

/** `Function` and its kin, which make code of strings wherever one gets hold of them. */
function forbidConstructors(): void {
  const samples = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as object;
    const { constructor } = prototype;
    const guarded = new Proxy(constructor, {
      apply: refuseCodeFromString,
      construct: refuseCodeFromString,
    });
    guard(prototype, "constructor", guarded);
    if (constructor === Function) guard(globalThis, "Function", guarded);
  }
  guard(globalThis, "eval", refuseCodeFromString);
}

function guard(holder: object, name: string, guarded: unknown): void {
  let host: unknown = Reflect.get(holder, name);
  Object.defineProperty(holder, name, {
    configurable: true,
    get: () => (isForbidden() ? guarded : host),
    set: (value: unknown) => {
      host = value;
    },
  });
}

const HELD_BY_RUN = new Set(["process", "console", "structuredClone", "Convex"]);
let installed = false;

/**
 * For a process whose modules are loaded outside of any function: libraries ask once whether they may make code,
 * and must get the answer that they get on Convex.
 */
export function forbidCodeFromStrings(): void {
  installIsolate();
  forbiddenEverywhere = true;
}

/** Puts the accessors in place, once for a process. The values are the host's outside of functions. */
export function installIsolate(): void {
  if (installed) return;
  installed = true;
  addTransfer();
  forbidConstructors();
  const names = new Set([...Object.getOwnPropertyNames(globalThis), ...Object.keys(MAKERS)]);
  for (const name of names) {
    if (name.startsWith("__") || (SAME_AS_HOST.has(name) && MAKERS[name] === undefined)) continue;
    installAccessor(name);
  }
}

function installAccessor(name: string): void {
  // Node puts some in place when they are first read, over whatever is there.
  Reflect.get(globalThis, name);
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  if (before?.configurable === false) return;
  const make = MAKERS[name];
  let host: unknown = before?.value;
  const readHost = (): unknown =>
    before?.get === undefined ? host : (before.get.call(globalThis) as unknown);
  const setHost = (value: unknown): void => {
    if (before?.set === undefined) host = value;
    else before.set.call(globalThis, value);
  };
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: before?.enumerable ?? false,
    get: () => {
      const run = currentIsolate();
      if (run === null || !run.isStrict) return readHost();
      if (run.assigned.size > 0 && run.assigned.has(name)) return run.assigned.get(name);
      if (make === undefined) return undefined;
      return HELD_BY_RUN.has(name) ? hold(run, name, make, readHost()) : make(run, readHost());
    },
    set: (value: unknown) => {
      const run = currentIsolate();
      if (run?.isStrict) run.assigned.set(name, value);
      else setHost(value);
    },
  });
}

function hold(run: IsolateRun, name: string, make: Maker, host: unknown): unknown {
  const held = run.made.get(name);
  if (held !== undefined) return held;
  const made = make(run, host);
  run.made.set(name, made);
  return made;
}

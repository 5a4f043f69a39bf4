/**
 * Clock, random numbers and crypto of a run. In queries and mutations the clock stands still and random numbers
 * come from the run's seed, so nothing there may need the system's randomness.
 */
import { Buffer } from "node:buffer";
import { randomFillSync } from "node:crypto";
import type { IsolateRun } from "./run";

/** Chris Doty-Humphrey's sfc32: fast, and good enough for what is no secret anyway. */
function makeGenerator(seed: Uint8Array): () => number {
  const state = new Uint32Array(seed.slice(0, SEED_BYTES).buffer);
  let [a = 0, b = 0, c = 0, counter = 0] = state;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}

const SEED_BYTES = 16;
/** Seeds to come: asking the system for one at a time costs more than many a run. */
const seeds = new Uint8Array(256 * SEED_BYTES);
let seedsTaken = seeds.length;

function takeSeed(): Uint8Array {
  if (seedsTaken === seeds.length) {
    randomFillSync(seeds);
    seedsTaken = 0;
  }
  seedsTaken += SEED_BYTES;
  return seeds.subarray(seedsTaken - SEED_BYTES, seedsTaken);
}

function once<T>(run: IsolateRun, name: string, make: () => T): T {
  const held = run.made.get(name);
  if (held !== undefined) return held as T;
  const made = make();
  run.made.set(name, made);
  return made;
}

function generatorOf(run: IsolateRun): () => number {
  return once(run, "generator", () => makeGenerator(run.options.seed ?? takeSeed()));
}

export function makeMath(run: IsolateRun, host: Math): Math {
  if (!run.inTransaction) return host;
  return once(run, "Math", () => {
    const random = (): number => {
      const next = generatorOf(run);
      return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
    };
    // Over the host's: nearly every run asks for it, and a copy of forty functions costs more than many a run.
    return Object.create(host, {
      random: { value: random, writable: true, configurable: true },
    }) as Math;
  });
}

/** Stands still in queries and mutations, from their start. */
export function makeDate(run: IsolateRun, host: DateConstructor): DateConstructor {
  if (!run.inTransaction) return host;
  return once(run, "Date", () => {
    const { startedAt } = run;
    const now = (): number => startedAt;
    return new Proxy(host, {
      get: (target, key) => (key === "now" ? now : (Reflect.get(target, key) as unknown)),
      apply: (target) => new target(startedAt).toString(),
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [startedAt] : args, newTarget) as object,
    });
  });
}

export function makeCrypto(run: IsolateRun, host: Crypto): Crypto {
  return once(run, "crypto", () => {
    const subtle = new Proxy(host.subtle, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        const method = value as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) =>
          run.perform(() => {
            if (run.inTransaction) refuseSystemRandomness(String(key), args[0]);
            return method.apply(target, args);
          });
      },
    });
    const getRandomValues = run.inTransaction ? fillSeeded(run) : host.getRandomValues.bind(host);
    const randomUUID = (): string =>
      run.inTransaction ? seededUuid(run) : host.randomUUID.call(host);
    return new Proxy(host, {
      get(target, key) {
        if (key === "subtle") return subtle;
        if (key === "getRandomValues") return getRandomValues;
        if (key === "randomUUID") return randomUUID;
        return Reflect.get(target, key, target) as unknown;
      },
    });
  });
}

function fillSeeded(run: IsolateRun): Crypto["getRandomValues"] {
  return (array) => {
    const next = generatorOf(run);
    const view = array as unknown as ArrayBufferView;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = next() >>> 24;
    return array;
  };
}

function seededUuid(run: IsolateRun): string {
  const bytes = fillSeeded(run)(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes.buffer).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** crates/isolate/src/ops/subtle_crypto: what asks for `crypto_rng`, by operation; "*" is any algorithm. */
const NEEDS_SYSTEM_RANDOMNESS: Record<string, ReadonlySet<string>> = {
  generateKey: new Set(["*"]),
  encrypt: new Set(["RSA-OAEP"]),
  sign: new Set(["ECDSA", "RSA-PSS"]),
};

function refuseSystemRandomness(operation: string, algorithm: unknown): void {
  const refused = NEEDS_SYSTEM_RANDOMNESS[operation];
  if (refused === undefined) return;
  const named =
    typeof algorithm === "string" ? algorithm : (algorithm as { name?: unknown } | null)?.name;
  const name = String(named).toUpperCase();
  if (!refused.has("*") && !refused.has(name)) return;
  throw new Error(
    `crypto.subtle.${operation} with ${name} is not supported in queries and mutations, as it needs randomness. Use an action.`,
  );
}

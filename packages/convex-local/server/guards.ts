/**
 * What the default runtime forbids and Node allows, enforced while a function runs: no system
 * randomness in queries and mutations, no Node globals outside `"use node"`.
 */
import { currentRun } from "../engine/context";
import type { BundleRuntime } from "./runtime";

let installed = false;

function inTransaction(): boolean {
  const type = currentRun.getStore()?.event.udfType;
  return type === "query" || type === "mutation";
}

const NONDETERMINISTIC_SIGNATURES = new Set(["ECDSA", "RSA-PSS"]);

function algorithmName(algorithm: unknown): string {
  const name =
    typeof algorithm === "string" ? algorithm : (algorithm as { name?: unknown } | null)?.name;
  return String(name).toUpperCase();
}

function refuse(what: string): never {
  throw new Error(
    `${what} is not supported in queries and mutations, as it needs randomness. Use an action.`,
  );
}

/** Makes `crypto.subtle` refuse, in queries and mutations, what needs a system random source. */
export function installCryptoGuard(): void {
  if (installed) return;
  installed = true;
  const real = globalThis.crypto;
  const subtle = new Proxy(real.subtle, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const method = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]): unknown => {
        if (inTransaction()) {
          if (key === "generateKey" || key === "encrypt") refuse(`crypto.subtle.${key}`);
          if (key === "sign" && NONDETERMINISTIC_SIGNATURES.has(algorithmName(args[0]))) {
            refuse(`crypto.subtle.sign with ${algorithmName(args[0])}`);
          }
        }
        return method.apply(target, args);
      };
    },
  });
  const guarded = new Proxy(real, {
    get(target, key) {
      if (key === "subtle") return subtle;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  Object.defineProperty(globalThis, "crypto", {
    configurable: true,
    writable: true,
    value: guarded,
  });
}

/** Called at the start of each run, inside its own scope of globals. */
export function enterRuntime(runtime: BundleRuntime, environment: "isolate" | "node"): void {
  globalThis.process =
    environment === "node"
      ? runtime.nodeProcess
      : (runtime.isolateProcess as unknown as NodeJS.Process);
}

/**
 * What "use node" modules and `auth.config.ts` see instead of Node's globals. `bundles.ts` redirects the names to
 * one object per deployment, which this file puts on `globalThis`; so two deployments in one process (tests) keep
 * their variables apart.
 */
import type { DeploymentEnvironment } from "./environment";
import { PushError } from "./push/errors";

const realProcess = globalThis.process;
let instances = 0;

export class BundleRuntime {
  /** The global under which the object is found, e.g. `__convexLocal1`. */
  readonly name: string;
  /** `process` of `"use node"` modules: Node's, with the deployment's variables. */
  readonly nodeProcess: NodeJS.Process;

  constructor(environment: DeploymentEnvironment) {
    instances += 1;
    this.name = `__convexLocal${instances}`;
    const nodeEnv = environment.asProcessEnv();
    const nodeProcess = new Proxy(realProcess, {
      get: (target, key) => {
        if (key === "env") return nodeEnv;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    this.nodeProcess = nodeProcess;
    const authProcess = Object.freeze({ env: environment.asProcessEnv(missingInAuthConfig) });
    Object.defineProperty(globalThis, this.name, {
      configurable: true,
      value: Object.freeze({
        nodeProcess,
        authProcess,
        authDate: forbidden("Date"),
        authRandom: forbiddenCall("Math.random()"),
        authRandomValues: forbiddenCall("crypto.getRandomValues()"),
        authRandomUuid: forbiddenCall("crypto.randomUUID()"),
      }),
    });
  }

  /** `define` replacements for `auth.config.js`, which is evaluated under stricter rules. */
  authDefines(): Record<string, string> {
    const own = (property: string): string => `${this.name}.${property}`;
    return {
      process: own("authProcess"),
      Date: own("authDate"),
      "globalThis.Date": own("authDate"),
      "Math.random": own("authRandom"),
      "crypto.getRandomValues": own("authRandomValues"),
      "crypto.randomUUID": own("authRandomUuid"),
    };
  }

  dispose(): void {
    Reflect.deleteProperty(globalThis, this.name);
  }
}

function missingInAuthConfig(name: string): never {
  throw new PushError(
    "AuthConfigMissingEnvironmentVariable",
    `Environment variable ${name} is used in auth config file but its value was not set`,
  );
}

function forbiddenCall(what: string): () => never {
  return () => {
    throw new PushError("InvalidAuthConfig", `${what} is not supported in auth.config.ts`);
  };
}

function forbidden(what: string): unknown {
  const fail = forbiddenCall(what);
  return new Proxy(function () {}, { construct: fail, apply: fail, get: fail });
}

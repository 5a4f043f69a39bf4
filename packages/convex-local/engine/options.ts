/** What an engine is made with, and what is deployed on it. */
import { Admission } from "./admission";
import type { DeploymentClass } from "./classes";
import { REAL_CLOCK, type Clock } from "./clock";
import { measureCpu, type CpuBudget } from "./cpu";
import type { EvaluateModule, RunHooks } from "./instrument";
import type { Modules, Schema } from "./internals";
import type { StorageUrls } from "./syscalls";

export interface ComponentVersion {
  /** `""` is the app. */
  path: string;
  schema: Schema | null;
  /** As `import.meta.glob` gives it: file names to loaders, one name with `_generated` among them. */
  modules: Modules;
  /** A module by its path with everything that it imports, evaluated anew for each run; `null` keeps the first. */
  evaluate?: EvaluateModule;
}

export interface EngineOptions {
  storage?: StorageUrls;
  runtimeOf?: RunHooks["runtimeOf"];
  /** Of the random numbers of a query or mutation. Default: another one for each run. */
  seed?: RunHooks["seed"];
  /** Default: the variables of this process. */
  readVariable?: RunHooks["readVariable"];
  /** How much runs at a time. Nothing is limited if it is left out. */
  deploymentClass?: DeploymentClass | null;
  /** For waits and retries. */
  clock?: Clock;
  /** For the second of CPU of a class; measured, if it is left out. */
  cpu?: CpuBudget;
}

export function admissionOf(options: EngineOptions): Admission {
  const { deploymentClass = null, clock = REAL_CLOCK, cpu } = options;
  return new Admission(
    deploymentClass,
    clock,
    deploymentClass === null ? null : (cpu ?? measureCpu()),
  );
}

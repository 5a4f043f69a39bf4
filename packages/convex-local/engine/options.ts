/** What an engine is made with, and what is deployed on it. */
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
}

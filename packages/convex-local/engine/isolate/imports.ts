/** `import()` of functions whose modules a test loads: the deployment has its own (`server/push/moduleSet.ts`). */
import { currentIsolate } from "./run";

const loading = new Set<Promise<unknown>>();

/** As crates/isolate/src/request_scope.rs: for actions, which wait for it. The module is loaded as the host's. */
export async function importInIsolate<T>(load: () => Promise<T>): Promise<T> {
  const run = currentIsolate();
  if (run === null) return await load();
  if (run.inTransaction) throw new TypeError("dynamic module import unsupported");
  const loaded = run.perform(load);
  loading.add(loaded);
  try {
    return await loaded;
  } finally {
    loading.delete(loaded);
  }
}

/** When all that functions are loading is there: a test that moves a clock must wait for it. */
export async function waitForImports(): Promise<void> {
  while (loading.size > 0) await Promise.allSettled(loading);
}

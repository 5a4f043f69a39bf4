/**
 * Starts the stand-ins for function tests, which run where no server can be started: one for each worker, so that a
 * fault that one file asks for never meets another file's request. A worker's is `standIns[VITEST_POOL_ID - 1]`.
 */
import type { TestProject } from "vitest/node";
import { startProviders } from "./server";

declare module "vitest" {
  export interface ProvidedContext {
    standIns: {
      /** Environment variables that point the providers' SDKs at them. */
      env: Record<string, string>;
      /** Their origin, for the control API. */
      url: string;
    }[];
  }
}

export default async function setup(project: TestProject) {
  const started = await Promise.all(
    Array.from({ length: project.vitest.config.maxWorkers }, () =>
      startProviders({ port: 0, pace: { firstChunkMs: 0, chunksPerSecond: 0 } }),
    ),
  );
  project.provide(
    "standIns",
    started.map(({ env, url }) => ({ env, url })),
  );
  return () => Promise.all(started.map((one) => one.close()));
}

/** Starts the provider stand-ins once for the function tests, which run where no server can be started. */
import type { TestProject } from "vitest/node";
import { startProviders } from "./server";

declare module "vitest" {
  export interface ProvidedContext {
    /** Environment variables that point the providers' SDKs at the stand-ins. */
    providerEnv: Record<string, string>;
    /** Origin of the stand-ins, for their control API. */
    providersUrl: string;
  }
}

export default async function setup(project: TestProject) {
  const providers = await startProviders({
    port: 0,
    pace: { firstChunkMs: 0, chunksPerSecond: 0 },
  });
  project.provide("providerEnv", providers.env);
  project.provide("providersUrl", providers.url);
  return () => providers.close();
}

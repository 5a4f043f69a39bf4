/**
 * After every test of functions, and after each file, whose modules the next one shares: the real clock, environment
 * and functions are back, and no provider fails.
 */
import { forbidCodeFromStrings } from "@computer-guys/convex-local/testing";
import { afterAll, afterEach, inject, vi } from "vitest";

forbidCodeFromStrings();

const restore = () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
};
afterEach(restore);
afterAll(async () => {
  restore();
  // The next file of this worker has the same stand-ins.
  const { url } = inject("standIns")[Number(process.env["VITEST_POOL_ID"]) - 1]!;
  await fetch(`${url}/__control/faults`, { method: "DELETE" });
});

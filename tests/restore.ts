/**
 * After every test of functions, and after each file, whose modules the next one shares: the real clock, environment
 * and functions are back.
 */
import { forbidCodeFromStrings } from "@computer-guys/convex-local/testing";
import { afterAll, afterEach, vi } from "vitest";

forbidCodeFromStrings();

const restore = () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
};
afterEach(restore);
afterAll(restore);

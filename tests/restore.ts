/**
 * After every test of functions, and after each file, whose modules the next one shares: the real clock, environment
 * and functions are back.
 */
import { afterAll, afterEach, vi } from "vitest";

const restore = () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
};
afterEach(restore);
afterAll(restore);

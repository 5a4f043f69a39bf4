/** For the worlds that `sequences.ts` has bundled: Node alone, with room for what lives as briefly as a sequence does. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [".local/sequences/*.test.js"],
    execArgv: ["--max-semi-space-size=64"],
    testTimeout: 0,
  },
});

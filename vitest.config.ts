/** Four kinds of tests, each in the environment nearest to where the code runs. */
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { countImports } from "./packages/convex-local/vitest.ts";

/**
 * Limits are for what hangs, not for what is slow on a busy machine: how long the suite takes is read off its
 * report. Properties set longer ones of their own, by the number of their runs.
 */
const testTimeout = process.env.CI_LONG ? 900_000 : 60_000;
const hookTimeout = 180_000;
const expect = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    // More files at once than cores: many of them wait for a server of their own.
    maxWorkers: 3,
    projects: [
      {
        plugins: [countImports("convex")],
        test: {
          name: "functions",
          include: ["{convex,tests}/**/*.test.ts"],
          exclude: ["tests/local/**"],
          environment: "edge-runtime",
          // What files share, they put back (`tests/restore.ts`): the functions' modules are loaded once a worker.
          isolate: false,
          globalSetup: ["packages/stand-ins/vitest.setup.ts", "tests/seed.ts"],
          setupFiles: ["tests/restore.ts"],
          server: { deps: { inline: ["convex-test"] } },
          testTimeout,
          hookTimeout,
          expect,
        },
      },
      {
        // The packages from their source: a test doesn't look at what was built of an older one.
        ssr: { resolve: { conditions: ["@computer-guys/source", ...defaultServerConditions] } },
        test: {
          name: "node",
          include: [
            "{bench,client,packages,scripts,tests/local,web/src}/**/*.test.ts",
            "web/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.{load,cli}.test.ts"],
          environment: "node",
          testTimeout,
          hookTimeout,
          expect,
        },
      },
      {
        test: {
          // Each file pushes, starts the Convex CLI, or packs and compiles what others get: that takes seconds.
          name: "cli",
          include: ["{bench,client,packages,scripts,tests/local}/**/*.cli.test.ts"],
          environment: "node",
          testTimeout: 180_000,
          hookTimeout,
          expect,
        },
      },
      {
        test: {
          name: "pages",
          include: ["web/pages/**/*.test.ts"],
          globalSetup: ["web/pages/build.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout,
          hookTimeout,
          expect,
        },
      },
    ],
  },
});

/** Four kinds of tests, each in the environment nearest to where the code runs. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // More files at once than cores: many of them wait for a server of their own.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "functions",
          include: ["convex/**/*.test.ts"],
          environment: "edge-runtime",
          globalSetup: ["local/providers/vitest.setup.ts"],
          server: { deps: { inline: ["convex-test"] } },
        },
      },
      {
        test: {
          name: "node",
          include: ["{bench,client,local,scripts,web/src}/**/*.test.ts", "web/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.{load,cli}.test.ts"],
          environment: "node",
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Each test starts the Convex CLI several times, which takes seconds.
          name: "cli",
          include: ["{local,scripts}/**/*.cli.test.ts"],
          environment: "node",
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "pages",
          include: ["web/pages/**/*.test.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

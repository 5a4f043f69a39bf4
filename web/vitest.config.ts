/** Unit tests of the client's framework-free parts; pages are tested in a real browser. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});

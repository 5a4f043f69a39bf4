/** A page around the `Chat` of the README, which is built as it is written there. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { snippetsOf } from "../../../client/test.snippets.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `readme:chat` is the README's first snippet, as a file that lies beside this one. */
function readmeChat(): Plugin {
  const file = here("./Chat.tsx");
  return {
    name: "readme-chat",
    enforce: "pre",
    resolveId: (id) => (id === "readme:chat" ? file : null),
    load: (id) => (id === file ? snippetsOf("README.md")[0]!.text : null),
  };
}

export default defineConfig({
  root: here("."),
  plugins: [readmeChat(), react()],
  resolve: { conditions: ["@computer-guys/source", ...defaultClientConditions] },
  build: {
    target: "es2022",
    outDir: here("../../../.local/readme-chat"),
    emptyOutDir: true,
    chunkSizeWarningLimit: 1_000,
  },
});

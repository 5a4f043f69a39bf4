import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { tokens } from "./server.ts";

// Where the chat is: the demo's page.
process.env["VITE_CHAT_URL"] ??= "http://127.0.0.1:5173";

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  plugins: [react(), tokens()],
  build: {
    target: "es2022",
    rolldownOptions: { input: [page("index.html"), page("react.html")] },
  },
});

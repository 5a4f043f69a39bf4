/**
 * The client's build. It is served from one origin and loads nothing from another host; the deployment
 * it talks to is `VITE_CONVEX_URL`.
 */
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { security } from "./security.ts";
import { widgetScript } from "./widgetScript.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The application's scripts go behind the first screen, so that they don't take the line from what draws it. */
const paintFirst = (): Plugin => ({
  name: "computer-guys:paint-first",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (html) => {
      const scripts =
        html.match(
          /\s*<script type="module"[^>]*><\/script>|\s*<link rel="modulepreload"[^>]*>/g,
        ) ?? [];
      const rest = scripts.reduce((left, script) => left.replace(script, ""), html);
      const low = scripts.map((script) => script.replace("crossorigin", '$& fetchpriority="low"'));
      return rest.replace("</body>", () => `${low.join("")}\n  </body>`);
    },
  },
});

export default defineConfig({
  root: here("."),
  plugins: [react(), tailwindcss(), security(), paintFirst(), widgetScript()],
  // The backend's API from its source: nothing to build, and a change of it is there at once.
  resolve: { conditions: ["@computer-guys/source", ...defaultClientConditions] },
  server: {
    host: "127.0.0.1",
    strictPort: true,
    // Only this package, the backend's API and installed packages: never the backend's `.env` files.
    fs: { allow: [here("."), here("../client"), here("../node_modules")] },
  },
  preview: { host: "127.0.0.1", strictPort: true },
  build: {
    target: "es2022",
    // Libraries change less often than the app: a new version of the app leaves them in the cache.
    rolldownOptions: {
      input: [here("index.html"), here("widget.html")],
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: "convex", test: /node_modules[\\/]convex[\\/]/ },
            {
              name: "markdown",
              test: /node_modules[\\/](react-markdown|remend|remark-|rehype-|mdast-|micromark|hast-|unist-|unified|vfile)/,
            },
          ],
        },
      },
    },
  },
});

/** `/widget.js`: one classic script that every page may load, built apart from the application, which is modules. */
import { fileURLToPath } from "node:url";
import { build, type Plugin, type Rolldown } from "vite";

const ENTRY = fileURLToPath(new URL("./src/widget/script.ts", import.meta.url));

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      write: false,
      target: "es2022",
      minify: true,
      lib: { entry: ENTRY, formats: ["iife"], name: "ComputerGuysLoader" },
    },
  });
  const [{ output }] = [result].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}

export const widgetScript = (): Plugin => ({
  name: "computer-guys:widget-script",
  async generateBundle() {
    this.emitFile({ type: "asset", fileName: "widget.js", source: await bundle() });
  },
  configureServer: ({ middlewares }) =>
    void middlewares.use("/widget.js", (_request, response, next) => {
      bundle().then((code) => {
        response.setHeader("Content-Type", "text/javascript");
        response.end(code);
      }, next);
    }),
});

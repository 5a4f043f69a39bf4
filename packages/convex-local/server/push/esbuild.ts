/** The esbuild that the Convex CLI itself bundles with: no second copy, no second version. */
import { realpath } from "node:fs/promises";
import { createRequire } from "node:module";

interface OnResolve {
  path: string;
  importer: string;
  namespace: string;
  kind: string;
}

type Resolved = { errors: { text: string }[] } | { path: string; namespace?: string } | undefined;

export interface PluginBuild {
  onResolve(options: { filter: RegExp }, callback: (args: OnResolve) => Resolved): void;
  onLoad(
    options: { filter: RegExp; namespace: string },
    callback: () => { contents: string; resolveDir: string },
  ): void;
}

interface Esbuild {
  transform: (
    source: string,
    options: {
      loader: "js";
      format: "esm" | "cjs";
      target: string;
      define: Record<string, string>;
      supported: Record<string, boolean>;
    },
  ) => Promise<{ code: string }>;
  build: (options: {
    stdin: { contents: string; sourcefile: string; resolveDir: string; loader: "js" };
    bundle: true;
    write: false;
    format: "esm";
    target: string;
    logLevel: "silent";
    define: Record<string, string>;
    supported: Record<string, boolean>;
    plugins: { name: string; setup(build: PluginBuild): void }[];
  }) => Promise<{ outputFiles: { text: string }[] }>;
}

let loaded: Promise<Esbuild> | undefined;

export function loadEsbuild(): Promise<Esbuild> {
  loaded ??= (async () => {
    const here = createRequire(import.meta.url);
    const convexPackage = await realpath(here.resolve("convex/package.json"));
    return createRequire(convexPackage)("esbuild") as Esbuild;
  })();
  return loaded;
}

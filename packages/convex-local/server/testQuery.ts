/**
 * `convex run --inline-query`: runs a query that is not deployed. The CLI sends it as a module that may
 * import Convex's `query` and nothing else; it sees what a query sees and can only read.
 */
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Engine } from "../engine/engine";
import { getRegisteredType } from "../engine/instrument";
import { encodeResult } from "./functionsApi";
import { HttpError, readOrigin, readJson, isSameSecret, sendJson, type Handler } from "./http";
import type { BundleFolder } from "./push/bundles";
import type { LoadedModule } from "./push/moduleSet";
import { loadEsbuild, type PluginBuild } from "./push/esbuild";

interface Body {
  adminKey: string;
  bundle: { path: string; source: string };
  componentId?: string;
}

interface TestQueryTarget {
  readonly adminKey: string;
  readonly engine: Engine;
  readonly folder: BundleFolder;
}

const WRAPPERS = "convex:/_system/repl/wrappers.js";
const QUERIES = `export { queryGeneric as query, internalQueryGeneric as internalQuery } from "convex/server";`;
/** A query has no network, and its module does not have one either while it loads. */
const NETWORK = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];
const MAX_BUNDLE_BYTES = 1024 * 1024;

export function createTestQueryRoutes(target: TestQueryTarget): Record<string, Handler> {
  return {
    "POST /api/run_test_function": async ({ request, response }) => {
      const { adminKey, bundle, componentId = "" } = await readJson<Body>(request);
      if (typeof adminKey !== "string" || !isSameSecret(adminKey, target.adminKey)) {
        throw new HttpError(401, "BadDeployKey", "The provided deploy key was invalid");
      }
      if (target.engine.database(componentId) === undefined) {
        throw new HttpError(400, "InvalidComponentId", `No component has the ID "${componentId}"`);
      }
      const module = await load(target, bundle.source);
      requireQuery(module);
      const result = await target.engine.runModule(module, "testQuery", {
        ...readOrigin(request),
        componentPath: componentId,
        transport: "tester",
      });
      sendJson(response, encodeResult(result));
    },
  };
}

async function load(target: TestQueryTarget, source: string): Promise<LoadedModule> {
  if (Buffer.byteLength(source) > MAX_BUNDLE_BYTES) {
    throw new HttpError(400, "InvalidModules", "The query is too large");
  }
  try {
    const code = await bundleQuery(source);
    return await target.folder.importOnce(code);
  } catch (error) {
    const reason = isBuildFailure(error)
      ? error.errors.map(({ text }) => text).join("\n")
      : String(error);
    throw new HttpError(
      400,
      "InvalidModules",
      `Could not analyze the given module:\nUncaught ${reason}`,
    );
  }
}

/** One file with everything in it, so that no import is left to Node. */
async function bundleQuery(source: string): Promise<string> {
  const { build } = await loadEsbuild();
  const missing = NETWORK.flatMap((name) => [name, `globalThis.${name}`]);
  const { outputFiles } = await build({
    stdin: {
      contents: source,
      sourcefile: "testQuery.js",
      resolveDir: path.resolve("."),
      loader: "js",
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "node20",
    logLevel: "silent",
    define: Object.fromEntries([...missing, "require"].map((name) => [name, "undefined"])),
    // `import(name)` with a name that is not known yet would be left to Node.
    supported: { "dynamic-import": false },
    plugins: [{ name: "only-the-wrappers", setup: onlyTheWrappers }],
  });
  return outputFiles[0]?.text ?? "";
}

function onlyTheWrappers(build: PluginBuild): void {
  const here = createRequire(import.meta.url);
  const convexPackage = realpathSync(path.dirname(here.resolve("convex/package.json")));
  build.onResolve({ filter: /.*/ }, ({ path: name, importer, namespace, kind }) => {
    const isConvexOwn = namespace === "wrappers" || importer.startsWith(convexPackage + path.sep);
    if (kind === "entry-point" || isConvexOwn) return undefined;
    if (name === WRAPPERS) return { path: WRAPPERS, namespace: "wrappers" };
    return { errors: [{ text: `Could not resolve "${name}": an inline query imports nothing` }] };
  });
  build.onLoad({ filter: /.*/, namespace: "wrappers" }, () => ({
    contents: QUERIES,
    resolveDir: convexPackage,
  }));
}

function isBuildFailure(error: unknown): error is { errors: { text: string }[] } {
  return typeof error === "object" && error !== null && "errors" in error;
}

function requireQuery(module: LoadedModule): void {
  if (Object.keys(module).some((name) => name !== "default")) {
    throw new HttpError(400, "InvalidTestQuery", "Only `export default` is supported.");
  }
  const type = getRegisteredType(module.default);
  if (type === null) {
    const message = "Default export is not a Convex function.";
    throw new HttpError(400, "InvalidTestQuery", message);
  }
  if (type !== "query") {
    const what = type === "mutation" ? "Mutations" : "Actions";
    const message = `${what} are not supported in the REPL yet.`;
    throw new HttpError(400, "UnsupportedTestQuery", message);
  }
}

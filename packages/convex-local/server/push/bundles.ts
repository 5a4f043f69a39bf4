/**
 * Pushed bundles on disk. The Convex CLI sends each module as ESM source; Node can import it as it
 * is, once it lies in a folder of its own. On the way every bundle goes through esbuild's `define`,
 * which swaps the globals that the real runtime lacks or replaces (`process`, `Buffer`, ...) for
 * properties of one runtime object per deployment. Unlike a prelude of declarations this cannot
 * clash with a name that the bundle declares itself.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { recognizeConvexErrors } from "./convexErrors";
import { PushError } from "./errors";
import { loadEsbuild } from "./esbuild";

export interface ModuleConfig {
  path: string;
  source: string;
  sourceMap?: string;
  environment: "isolate" | "node";
}

export type LoadedModule = Record<string, unknown>;
export type ModuleLoaders = Record<string, () => Promise<LoadedModule>>;

const ISOLATE_MISSING = [
  "Buffer",
  "global",
  "setImmediate",
  "clearImmediate",
  "require",
  "module",
  "__dirname",
  "__filename",
];

/** What a bundle of that runtime sees instead of Node's globals. */
export function buildDefines(
  environment: "isolate" | "node",
  runtimeName: string,
): Record<string, string> {
  if (environment === "node") {
    const process = `${runtimeName}.nodeProcess`;
    return { process, "globalThis.process": process };
  }
  return {
    process: `${runtimeName}.process`,
    "globalThis.process": `${runtimeName}.process`,
    ...Object.fromEntries(ISOLATE_MISSING.map((name) => [name, `${runtimeName}.missing`])),
    ...Object.fromEntries(
      ["Buffer", "setImmediate", "clearImmediate"].map((name) => [
        `globalThis.${name}`,
        `${runtimeName}.missing`,
      ]),
    ),
  };
}

const NODE_IMPORT = /(?:^|[;}\s])(?:import|export)\b[^;"']*["'](node:[a-z_/]+)["']/;

function assertNoNodeImport(module: ModuleConfig): void {
  const found = NODE_IMPORT.exec(module.source);
  if (found !== null) {
    throw new PushError(
      "InvalidModules",
      `Loading the pushed modules encountered the following error:\n${module.path} imports ` +
        `"${found[1]}", which the default runtime does not have. Use "use node" in an action file.`,
    );
  }
}

/** Removes what deployments that were killed have left below `root`; names begin with their pid. */
export async function sweepBundles(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const pid = Number.parseInt(name, 10);
    if (Number.isNaN(pid) || !isAlive(pid)) {
      await rm(path.join(root, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The folder of one deployment's bundles; each push gets a fresh subfolder, so imports are fresh. */
export class BundleFolder {
  private pushes = 0;

  constructor(
    private readonly root: string,
    /** Name of the global object that `define` redirects to. */
    private readonly runtimeName: string,
  ) {}

  /** Opens a subfolder for one push. */
  async openPush(): Promise<string> {
    this.pushes += 1;
    const folder = path.join(this.root, `push${this.pushes}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "package.json"), '{"type":"module"}\n');
    return folder;
  }

  /**
   * Writes modules below `folder` and returns a loader for each path. `overrides` are further
   * replacements of globals, by module path.
   */
  async write(
    folder: string,
    modules: ModuleConfig[],
    overrides: Record<string, Record<string, string>> = {},
  ): Promise<ModuleLoaders> {
    const { transform } = await loadEsbuild();
    const loaders: ModuleLoaders = {};
    await Promise.all(
      modules.map(async (module) => {
        if (module.environment === "isolate") assertNoNodeImport(module);
        const { code } = await transform(recognizeConvexErrors(module.source), {
          loader: "js",
          format: "esm",
          target: "node20",
          define: {
            ...buildDefines(module.environment, this.runtimeName),
            ...overrides[module.path],
          },
        });
        const file = resolveInside(folder, module.path);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, code);
        loaders[module.path] = () => import(pathToFileURL(file).href) as Promise<LoadedModule>;
      }),
    );
    return loaders;
  }

  /** Imports a module that imports nothing, and leaves no file behind. */
  async importOnce(source: string): Promise<LoadedModule> {
    const folder = await this.openPush();
    try {
      const file = path.join(folder, "module.js");
      await writeFile(file, source);
      return (await import(pathToFileURL(file).href)) as LoadedModule;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A module path comes from the network: it must stay inside the push's folder. */
function resolveInside(folder: string, modulePath: string): string {
  const file = path.resolve(folder, modulePath);
  if (!file.startsWith(folder + path.sep) || !/^[\w./-]+$/.test(modulePath)) {
    throw new PushError("InvalidModules", `Invalid module path "${modulePath}"`);
  }
  return file;
}

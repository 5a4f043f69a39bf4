/**
 * Pushed bundles. The Convex CLI sends each module as ESM source. Those of the default runtime become CommonJS,
 * which can be evaluated anew for each run; "use node" modules are written to a folder of their own and imported
 * by Node. Where a global differs for one deployment, esbuild's `define` puts a property of one object per
 * deployment in its place: unlike a prelude of declarations that can't clash with a name of the bundle's own.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { installIsolate } from "../../engine/isolate/globals";
import { IsolateRun } from "../../engine/isolate/run";
import { recognizeConvexErrors } from "./convexErrors";
import { PushError } from "./errors";
import { loadEsbuild } from "./esbuild";
import { ModuleSet, type Evaluated, type LoadedModule } from "./moduleSet";

export interface ModuleConfig {
  path: string;
  source: string;
  sourceMap?: string;
  environment: "isolate" | "node";
}

export type ModuleLoaders = Record<string, () => Promise<LoadedModule>>;

export interface PushedModules {
  /** Each module evaluated once, with the others. */
  loaders: ModuleLoaders;
  /** A module and all that it imports, evaluated anew where the code now runs; `null` for those of Node. */
  evaluate: (name: string) => LoadedModule | null;
}

/** Names that only the form of a module on this side has. */
const MODULE_NAMES = ["require", "module", "exports", "__dirname", "__filename"];

/** What a bundle of that runtime sees instead of Node's globals; the isolate's own are `engine/isolate`'s. */
export function buildDefines(
  environment: "isolate" | "node",
  runtimeName: string,
): Record<string, string> {
  if (environment === "isolate") {
    return Object.fromEntries(MODULE_NAMES.map((name) => [name, "undefined"]));
  }
  const process = `${runtimeName}.nodeProcess`;
  return { process, "globalThis.process": process };
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
    private readonly readVariable: (name: string) => string | undefined,
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
   * Takes modules in, those for Node into `folder`. `overrides` are further replacements of globals, by module
   * path.
   */
  async write(
    folder: string,
    modules: ModuleConfig[],
    overrides: Record<string, Record<string, string>> = {},
  ): Promise<PushedModules> {
    const loaders: ModuleLoaders = {};
    const set = new ModuleSet();
    const evaluated: Evaluated = new Map();
    await Promise.all(
      modules.map(async (module) => {
        if (module.environment === "isolate") assertNoNodeImport(module);
        const file = resolveInside(folder, module.path);
        const code = await this.compile(module, overrides[module.path]);
        if (module.environment === "isolate") {
          set.add(module.path, code, file);
          loaders[module.path] = () => this.evaluate(() => set.evaluate(module.path, evaluated));
          return;
        }
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, code);
        loaders[module.path] = () => import(pathToFileURL(file).href) as Promise<LoadedModule>;
      }),
    );
    return { loaders, evaluate: (name) => (set.has(name) ? set.evaluate(name) : null) };
  }

  private async compile(
    { source, environment }: Pick<ModuleConfig, "source" | "environment">,
    overrides: Record<string, string> = {},
  ): Promise<string> {
    const { transform } = await loadEsbuild();
    const { code } = await transform(recognizeConvexErrors(source), {
      loader: "js",
      format: environment === "node" ? "esm" : "cjs",
      target: "node20",
      define: { ...buildDefines(environment, this.runtimeName), ...overrides },
      supported: environment === "node" ? {} : { "dynamic-import": false },
    });
    return code;
  }

  /** Evaluates modules as a push does, outside of any function and under the rules of the isolate. */
  private async evaluate<T>(evaluate: () => T): Promise<T> {
    installIsolate();
    const run = new IsolateRun({
      kind: "query",
      runtime: "isolate",
      readVariable: this.readVariable,
    });
    return await run.enter(async () => evaluate());
  }

  /** A module that imports nothing. */
  async importOnce(source: string): Promise<LoadedModule> {
    const set = new ModuleSet();
    set.add("module.js", await this.compile({ source, environment: "isolate" }), "module.js");
    return await this.evaluate(() => set.evaluate("module.js"));
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

/**
 * One deployment: the engine, the running version of the app, its variables, tokens, crons and logs.
 * The HTTP and WebSocket servers are thin layers over it.
 */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import path from "node:path";
import type { DeploymentClass } from "../engine/classes";
import { Engine, type ComponentVersion } from "../engine/engine";
import type { Modules } from "../engine/internals";
import { TokenVerifier } from "./auth";
import { CronRunner } from "./crons";
import type { DeploymentEnvironment, EnvironmentChange } from "./environment";
import { FunctionLog } from "./functionLog";
import { MutationLog } from "./mutationLog";
import { BundleFolder, sweepBundles } from "./push/bundles";
import { evaluateAuthConfig } from "./push/authConfig";
import { PushEvaluator } from "./push/push";
import type { CheckedComponent } from "./push/types";
import { describeDatabase, type Database } from "./push/storedDocuments";
import type { AppVersion } from "./push/version";
import type { PushTarget } from "./pushApi";
import { BundleRuntime } from "./runtime";
import { Snapshots } from "./snapshot/snapshotApi";
import { FileStorage } from "./storage";
import { runSystemQuery } from "./systemQueries";

const CACHE_FOLDER = "node_modules/.cache/convex-local";

export class Deployment implements PushTarget {
  readonly engine: Engine;
  readonly evaluator: PushEvaluator;
  readonly mutations = new MutationLog();
  readonly log = new FunctionLog();
  readonly storage: FileStorage;
  readonly snapshots: Snapshots;
  private readonly runtime: BundleRuntime;
  readonly folder: BundleFolder;
  private readonly crons: CronRunner;
  private version: AppVersion | undefined;
  private tokens = new TokenVerifier([]);

  constructor(
    readonly adminKey: string,
    readonly env: DeploymentEnvironment,
    private readonly options: {
      allowUnvalidated: boolean;
      deploymentClass: DeploymentClass | null;
      keepModules: boolean;
    },
  ) {
    void sweepBundles(path.resolve(CACHE_FOLDER));
    this.runtime = new BundleRuntime(env);
    // Below the project, so that external packages of Node actions resolve.
    const folder = path.resolve(CACHE_FOLDER, `${process.pid}-${this.runtime.name}`);
    this.folder = new BundleFolder(folder, this.runtime.name, (name) => this.env.get(name));
    this.evaluator = new PushEvaluator({
      folder: this.folder,
      authDefines: this.runtime.authDefines(),
      allowUnvalidated: options.allowUnvalidated,
    });
    this.storage = new FileStorage(() => this.url());
    this.engine = new Engine({
      storage: this.storage,
      // Components have no "use node" files.
      runtimeOf: (componentPath, module) =>
        (componentPath === "" && this.version?.sources.get(`${module}.js`)?.environment) ||
        "isolate",
      readVariable: (name) => this.env.get(name),
      deploymentClass: options.deploymentClass,
    });
    this.engine.onEvent((event) => this.log.completed(event));
    this.engine.onLogLine((event, line) => this.log.progress(event, line));
    this.crons = new CronRunner(this.engine);
    this.snapshots = new Snapshots(this.engine, path.join(folder, "snapshots"));
  }

  url(): string {
    return this.env.get("CONVEX_CLOUD_URL") ?? "";
  }

  current(): AppVersion | undefined {
    return this.version;
  }

  verifier(): TokenVerifier {
    return this.tokens;
  }

  environmentVariables(): { name: string; value: string }[] {
    return this.env.list();
  }

  systemQuery(name: string, args: Record<string, unknown>, component: string): unknown {
    const host = {
      engine: this.engine,
      env: this.env,
      snapshots: this.snapshots,
      current: () => this.version,
      url: () => this.url(),
    };
    return runSystemQuery(host, name, args, component);
  }

  stored(componentPath: string): Database | undefined {
    const database = this.engine.database(componentPath);
    return database === undefined ? undefined : describeDatabase(database);
  }

  knownComponents(): ReadonlySet<string> {
    return new Set(this.engine.knownComponents());
  }

  async activate(version: AppVersion): Promise<void> {
    await this.engine.deploy(componentsOf(version, this.options.keepModules));
    this.version = version;
    this.tokens = new TokenVerifier(version.auth);
    this.crons.update(version);
  }

  /**
   * Changes variables, and with them what `auth.config.ts` says and what queries may answer. A change
   * that breaks `auth.config.ts` is refused, as the deployment would lose its sign-in.
   */
  async changeEnvironment(changes: EnvironmentChange[]): Promise<void> {
    await this.env.change(changes, async () => {
      const version = this.version;
      const source = version?.sources.get("auth.config.js");
      if (version === undefined || source === undefined) return;
      const folder = await this.folder.openPush();
      const { loaders } = await this.folder.write(folder, [source], {
        "auth.config.js": this.runtime.authDefines(),
      });
      version.auth = await evaluateAuthConfig(loaders["auth.config.js"]);
      this.tokens = new TokenVerifier(version.auth);
    });
    this.engine.subscriptions.invalidateAll();
  }

  async close(): Promise<void> {
    this.crons.stop();
    this.engine.close();
    this.log.close();
    await this.snapshots.close();
    await this.folder.remove();
    this.runtime.dispose();
  }
}

/** The mounted components of a version, as the engine takes them. */
function componentsOf(version: AppVersion, keepModules: boolean): ComponentVersion[] {
  const result: ComponentVersion[] = [];
  const visit = (component: CheckedComponent): void => {
    const implementation = version.implementations[component.definitionPath];
    const modules: Modules = { "./_generated/api.js": () => Promise.resolve({}) };
    for (const [name, load] of Object.entries(implementation?.loaders ?? {})) {
      if (!name.startsWith("_deps/") && name !== "auth.config.js") modules[`./${name}`] = load;
    }
    result.push({
      path: component.componentPath,
      schema: (implementation?.schema ?? null) as SchemaDefinition<GenericSchema, boolean> | null,
      modules,
      ...(keepModules || implementation === undefined ? {} : { evaluate: implementation.evaluate }),
    });
    Object.values(component.childComponents).forEach(visit);
  };
  visit(version.app);
  return result;
}

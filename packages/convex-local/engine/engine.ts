/**
 * The engine: one in-memory Convex deployment around `convex-test`. The server runs pushed bundles on
 * it; tests and the benchmark run a map of modules. Every function run is reported as an event, and
 * live queries re-run exactly when a commit touches what they read.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes, randomUUID } from "node:crypto";
import { convexToJson, type Value } from "convex/values";
import type { Admission } from "./admission";
import type { WantedType } from "./calls";
import type { Caller, CommittedMutation, FunctionEvent, LogLine, ReadLog } from "./context";
import { IndexedDatabase, type Installation } from "./database";
import { storeFile } from "./files";
import { serveHttp } from "./httpRouter";
import {
  instrumentModule,
  instrumentModules,
  type EvaluateModule,
  type RunHooks,
} from "./instrument";
import { createTestInstance, type TestInstance } from "./internals";
import { JobRunner } from "./jobs";
import { FifoLock } from "./lock";
import { admissionOf, type ComponentVersion, type EngineOptions } from "./options";
import { MutationWatch, readObserver } from "./readLog";
import { describeRequest, type CallOptions } from "./request";
import { unwrap, type FunctionResult } from "./results";
import { runFunction } from "./runFunction";
import { Scheduler } from "./scheduler";
import { takeSnapshot, type Snapshot } from "./snapshots";
import { Subscriptions, type QueryRequest } from "./subscriptions";
import { installSyscalls, NO_STORAGE } from "./syscalls";
import { takeOverTransactions } from "./transactions";

export type { ComponentVersion, EngineOptions } from "./options";
export type { CallOptions } from "./request";

export class Engine {
  readonly subscriptions: Subscriptions;
  readonly scheduler: Scheduler;
  /** What its class lets run. */
  readonly admission: Admission;
  private readonly test: TestInstance;
  private readonly databases = new Map<string, IndexedDatabase>();
  private readonly lock = new FifoLock();
  private readonly listeners = new Set<(event: FunctionEvent) => void>();
  private readonly standalone = new Map<string, Record<string, unknown>>();
  private readonly commitListeners = new Set<() => void>();
  /** How long transactions take. They overlap while they wait for that, and run one after another. */
  latencyMs: () => number = () => 0;
  /** Whether the mutation that begins now runs once for nothing first, as one on Convex whose commit conflicts. */
  conflicts: () => boolean = () => false;
  private deployed: ComponentVersion[] = [];
  private readonly mutations = new MutationWatch();
  private readonly hooks: RunHooks;
  private evaluateRoot: EvaluateModule | undefined;
  private logListener: ((event: FunctionEvent, line: LogLine) => void) | undefined;
  /** Runs engine work outside of whatever function happens to be on the stack. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(options: EngineOptions = {}) {
    this.test = createTestInstance();
    const requestPrefix = randomBytes(4).toString("hex");
    let requests = 0;
    this.hooks = {
      ended: (event) => this.report(event),
      logged: (event, line) => this.outside(() => this.logListener?.(event, line)),
      readLogOf: (event) => this.mutations.logOf(event),
      admission: () => this.admission,
      newRequestId: () => `${requestPrefix}${(++requests).toString(16).padStart(8, "0")}`,
      tableOf: (component, id) => this.databases.get(component)?.db._tableNameFromId(id) ?? null,
      readVariable: options.readVariable ?? ((name) => process.env[name]),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.runtimeOf === undefined ? {} : { runtimeOf: options.runtimeOf }),
    };
    this.admission = admissionOf(options);
    this.scheduler = new Scheduler(new JobRunner(this), this.admission);
    this.subscriptions = new Subscriptions({
      // In this order: whoever has a permit may be waiting for the lock.
      acquire: () => this.admission.beginBatch().then(() => this.lock.acquire()),
      release: () => {
        this.lock.release();
        this.admission.endBatch();
      },
      timestamp: () => this.timestamp(),
      runLocked: (query, caller, log, journal) => this.runLocked(query, caller, log, journal),
    });
    const { global } = this.test;
    Object.defineProperty(global, "mutationsRunTwice", { get: () => this.conflicts() });
    global.transactionManager._lastCommitTs = BigInt(Date.now()) * 1_000_000n;
    takeOverTransactions(global.transactionManager, this.lock, {
      latencyMs: () => this.latencyMs(),
      begun: (requestedAt) => this.mutations.begun(requestedAt),
      committed: () => this.committed(),
      ended: () => {
        for (const database of this.databases.values()) database.forgetStreams();
      },
    });
    installSyscalls(global, {
      storage: options.storage ?? NO_STORAGE,
      scheduled: (component, jobId, target) => this.scheduler.scheduled(component, jobId, target),
      storeFile: (component, blob) => storeFile(this, component, blob),
    });
    const root = global.components[""];
    if (root !== undefined) this.attach("", root.db);
  }

  /** An engine for a map of modules, as `import.meta.glob("./**\/*.*s")` gives it. */
  static async fromModules(
    app: Omit<ComponentVersion, "path"> & { components?: ComponentVersion[] },
    options: EngineOptions = {},
  ): Promise<Engine> {
    const engine = new Engine(options);
    const { components = [], ...root } = app;
    await engine.deploy([{ path: "", ...root }, ...components]);
    return engine;
  }

  /** Swaps in a new version of everything between two transactions; documents stay. */
  async deploy(components: ComponentVersion[]): Promise<void> {
    await this.lock.acquire();
    this.deployed = components;
    try {
      const { global, accessor } = this.test;
      const gone = new Set(Object.keys(global.components));
      for (const { path, schema, modules, evaluate } of components) {
        gone.delete(path);
        if (path === "") this.evaluateRoot = evaluate;
        const instrumented = instrumentModules(modules, path, this.hooks, evaluate);
        accessor.registerComponent(path, schema, instrumented);
        const fresh = global.components[path];
        if (fresh === undefined) throw new Error(`Component "${path}" did not register`);
        const deployed = fresh.modules;
        fresh.modules = async (name) => this.standalone.get(name) ?? (await deployed(name));
        const known = this.databases.get(path);
        if (known === undefined) {
          this.attach(path, fresh.db);
        } else {
          known.db._schema = fresh.db._schema;
          fresh.db = known.db;
          known.schemaChanged();
        }
      }
      // An unmounted component keeps its documents, in case it is mounted again.
      for (const path of gone) if (path !== "") Reflect.deleteProperty(global.components, path);
    } finally {
      this.lock.release();
    }
    this.subscriptions.invalidateAll();
  }

  /** The same version once more, while its functions run. */
  async redeploy(): Promise<void> {
    await this.deploy(this.deployed);
  }

  onEvent(listener: (event: FunctionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Told of each console line as it is written, before its run has ended. */
  onLogLine(listener: (event: FunctionEvent, line: LogLine) => void): void {
    this.logListener = listener;
  }

  /** Told after each commit, before live queries run again. */
  onCommit(listener: () => void): () => void {
    this.commitListeners.add(listener);
    return () => this.commitListeners.delete(listener);
  }

  /** Told of each mutation that commits, with its read set and its changes. */
  onMutation(listener: (mutation: CommittedMutation) => void): () => void {
    return this.mutations.add(listener);
  }

  /** The last commit, in nanoseconds since the epoch. */
  timestamp(): bigint {
    return this.test.global.transactionManager._lastCommitTs;
  }

  database(componentPath = ""): IndexedDatabase | undefined {
    return this.databases.get(componentPath);
  }

  /** Components that are mounted or were, and have kept their documents. */
  knownComponents(): string[] {
    return [...this.databases.keys()];
  }

  componentPaths(): string[] {
    return Object.keys(this.test.global.components);
  }

  /** Runs a function of any type; `args` and the result are encoded as JSON. */
  async run(
    udfType: WantedType,
    path: string,
    args: unknown,
    options: CallOptions = {},
  ): Promise<FunctionResult> {
    return await this.outside(() =>
      runFunction(this.test, this.hooks, {
        wanted: udfType,
        path,
        args,
        options,
        readLog: null,
        holdsLock: false,
      }),
    );
  }

  /** Runs the default export of a module that is not deployed, among the deployed ones of a component. */
  async runModule(
    module: Record<string, unknown>,
    path: string,
    options: CallOptions,
  ): Promise<FunctionResult> {
    const name = `_standalone/${randomUUID()}`;
    const component = options.componentPath ?? "";
    this.standalone.set(name, instrumentModule(module, component, path, this.hooks));
    try {
      return await this.run("any", `${name}:default`, {}, { ...options, admin: true });
    } finally {
      this.standalone.delete(name);
    }
  }

  /** `run` for decoded values; throws what a client would see. For tests and benchmarks. */
  async call<T = unknown>(
    udfType: "query" | "mutation" | "action",
    path: string,
    args: Record<string, unknown> = {},
    options: CallOptions = {},
  ): Promise<T> {
    const encoded: unknown = convexToJson(args as Value);
    const result = await this.run(udfType, path, encoded, { admin: true, ...options });
    return unwrap(result) as T;
  }

  /** A live query in this process. `onChange` is called with each new result. */
  subscribe(
    path: string,
    args: Record<string, unknown>,
    onChange: (result: FunctionResult) => void,
    options: CallOptions = {},
  ): { readonly runs: number; unsubscribe(): void } {
    const query = {
      path,
      componentPath: options.componentPath ?? "",
      args: convexToJson(args as Value) as unknown,
      identity: options.identity ?? null,
      admin: options.admin ?? true,
      journal: options.journal ?? null,
    };
    return this.subscriptions.watch(query, onChange);
  }

  /** Answers an HTTP request with the app's router; `null` if there is none. */
  async runHttp(request: Request, options: CallOptions = {}): Promise<Response | null> {
    const info = describeRequest({ ...options, caller: "http" }, this.hooks);
    return await this.outside(() =>
      serveHttp(this.test, this.hooks, request, info, this.evaluateRoot),
    );
  }

  /** Reads or writes documents in a transaction of the engine's own, which is not a function run. */
  async system<T>(component: string, body: (db: IndexedDatabase) => T): Promise<T> {
    return await this.outside(() =>
      this.test.within(async () => {
        const database = this.databases.get(component);
        if (database === undefined) throw new Error(`No component "${component}"`);
        const { transactionManager } = this.test.global;
        await transactionManager.begin(false);
        try {
          const result = body(database);
          transactionManager.commit(false);
          return result;
        } catch (error) {
          transactionManager.rollback(false);
          throw error;
        }
      }),
    );
  }

  /** All documents and files at one point between two transactions. */
  async snapshot(): Promise<Snapshot> {
    await this.lock.acquire();
    try {
      return { ts: this.timestamp(), components: [...this.databases.values()].map(takeSnapshot) };
    } finally {
      this.lock.release();
    }
  }

  /** Commits what `plan` returns, by component, as one transaction; if it throws, nothing changes. */
  async install(plan: (engine: Engine) => Map<string, Installation>): Promise<bigint> {
    await this.system("", () => {
      const installations = plan(this);
      for (const component of installations.keys()) this.mount(component);
      for (const [component, installation] of installations) {
        this.databases.get(component)?.install(installation);
      }
    });
    this.admission.imported();
    // An ID that a query was refused may be one now, and the other way round.
    this.subscriptions.invalidateAll();
    return this.timestamp();
  }

  /** Gives a component that no app mounts yet a place for its documents. */
  private mount(component: string): void {
    if (this.databases.has(component)) return;
    const { accessor, global } = this.test;
    accessor.registerComponent(component, null, {
      "./_generated/api.js": () => Promise.resolve({}),
    });
    const fresh = global.components[component];
    if (fresh === undefined) throw new Error(`Component "${component}" did not register`);
    this.attach(component, fresh.db);
    Reflect.deleteProperty(global.components, component);
  }

  /** Waits until no scheduled function runs and every subscriber has been told. */
  async settle(): Promise<void> {
    await this.scheduler.settle();
    await this.subscriptions.settled();
  }

  /** Stops timers. Running functions end on their own. */
  close(): void {
    this.scheduler.stop();
  }

  private attach(component: string, db: IndexedDatabase["db"]): void {
    this.databases.set(component, new IndexedDatabase(db, component, readObserver));
  }

  private report(event: FunctionEvent): void {
    // Not in the run's own scope, where `process`, for one, is not Node's.
    this.outside(() => {
      for (const listener of this.listeners) listener(event);
    });
  }

  private committed(): void {
    const changes = [...this.databases.values()].flatMap((database) => database.takeChanges());
    this.outside(() => {
      this.mutations.committed(changes);
      this.admission.written(changes, (path) => this.databases.get(path)?.db._schema);
      this.scheduler.committed(changes);
      this.subscriptions.committed(changes);
      for (const listener of this.commitListeners) listener();
    });
  }

  private async runLocked(
    query: QueryRequest,
    caller: Caller,
    readLog: ReadLog,
    journal: string | null,
  ): Promise<FunctionResult> {
    const { path, args, componentPath, identity, admin } = query;
    const options = { componentPath, identity, admin, caller, journal };
    return await this.outside(() =>
      runFunction(this.test, this.hooks, {
        wanted: "query",
        path,
        args,
        options,
        readLog,
        holdsLock: true,
      }),
    );
  }
}

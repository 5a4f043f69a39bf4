/**
 * What a push is answered with: every module's functions, validators, HTTP routes and crons, the
 * evaluated schema, and the component tree. The CLI generates `_generated/` from this answer.
 */
import { findCronProblem } from "../cronSchedules";
import type { ModuleLoaders } from "./bundles";
import type { LoadedModule } from "./moduleSet";
import { PushError } from "./errors";
import { checkSchemaRules } from "./schemaRules";
import type {
  AnalyzedFunction,
  AnalyzedModule,
  AnalyzedSchema,
  CheckedComponent,
  ComponentDefinitionMetadata,
  ComponentExports,
  CronSpec,
  EvaluatedDefinition,
} from "./types";

interface RegisteredFunction {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isHttp?: true;
  isPublic?: true;
  isInternal?: true;
  exportArgs(): string;
  exportReturns(): string;
}

interface Router {
  isRouter: true;
  getRoutes(): readonly (readonly [string, string, unknown])[];
}

interface Crons {
  isCrons: true;
  export(): string;
}

interface SchemaDefinition {
  tables: Record<string, unknown>;
  export(): string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null;
}

function isSchemaDefinition(value: unknown): value is SchemaDefinition {
  return isObject(value) && isObject(value.tables) && typeof value.export === "function";
}

function isRouter(value: unknown): value is Router {
  return isObject(value) && value.isRouter === true;
}

function isCrons(value: unknown): value is Crons {
  return isObject(value) && value.isCrons === true;
}

function analyzeFunction(name: string, value: unknown): AnalyzedFunction | null {
  if (typeof value !== "function") return null;
  const fn = value as unknown as RegisteredFunction;
  const udfType = fn.isQuery
    ? "Query"
    : fn.isMutation
      ? "Mutation"
      : fn.isAction
        ? "Action"
        : undefined;
  if (udfType === undefined || (!fn.isPublic && !fn.isInternal)) return null;
  return {
    name,
    pos: null,
    udfType,
    visibility: fn.isPublic ? { kind: "public" } : { kind: "internal" },
    args: fn.exportArgs(),
    returns: fn.exportReturns(),
  };
}

function cronSpecs(crons: Crons): [string, CronSpec][] {
  const jobs = JSON.parse(crons.export()) as Record<
    string,
    { name: string; args: unknown; schedule: Record<string, unknown> }
  >;
  return Object.entries(jobs).map(([name, job]) => {
    const problem = findCronProblem(job.schedule);
    if (problem !== null) throw new PushError("InvalidCron", `Cron job "${name}": ${problem}`);
    return [name, { udfPath: job.name, udfArgs: job.args, cronSchedule: job.schedule }];
  });
}

async function load(path: string, loader: () => Promise<LoadedModule>): Promise<LoadedModule> {
  try {
    return await loader();
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw new PushError(
      "InvalidModules",
      `Loading the pushed modules encountered the following error:\n` +
        `Failed to analyze ${path}: Uncaught ${String(error)}`,
    );
  }
}

/** Imports every module of one component and lists what it registers. */
export async function analyzeModules(
  loaders: ModuleLoaders,
): Promise<Record<string, AnalyzedModule>> {
  const analyzed: Record<string, AnalyzedModule> = {};
  for (const [path, loader] of Object.entries(loaders)) {
    if (path.startsWith("_deps/") || path === "auth.config.js") continue;
    const module = await load(path, loader);
    const functions: AnalyzedFunction[] = [];
    for (const [name, value] of Object.entries(module)) {
      const fn = analyzeFunction(name, value);
      if (fn !== null) functions.push(fn);
    }
    analyzed[path] = {
      functions,
      httpRoutes:
        path === "http.js" && isRouter(module.default)
          ? module.default.getRoutes().map(([route, method]) => ({ path: route, method }))
          : null,
      cronSpecs: path === "crons.js" && isCrons(module.default) ? cronSpecs(module.default) : null,
      sourceMapped: null,
    };
  }
  return analyzed;
}

/** Evaluates `schema.ts`; returns the definition (for the engine) and its description (for the CLI). */
export async function analyzeSchema(
  loader: () => Promise<LoadedModule>,
): Promise<{ definition: SchemaDefinition; analyzed: AnalyzedSchema }> {
  const module = await load("schema.js", loader);
  if (!isSchemaDefinition(module.default)) {
    throw new PushError("InvalidSchema", "Default export from schema file isn't a schema");
  }
  const { tables, schemaValidation } = JSON.parse(module.default.export()) as AnalyzedSchema;
  checkSchemaRules({ tables, schemaValidation });
  return { definition: module.default, analyzed: { tables, schemaValidation } };
}

/** Evaluates a `convex.config.ts` bundle. */
export async function evaluateDefinition(
  path: string,
  loader: () => Promise<LoadedModule>,
): Promise<ComponentDefinitionMetadata> {
  const module = await load(path === "" ? "convex.config.js" : path, loader);
  const definition = module.default as { export?: () => Omit<ComponentDefinitionMetadata, "path"> };
  if (!isObject(definition) || typeof definition.export !== "function") {
    throw new PushError("InvalidDefinition", `convex.config.ts of "${path}" has no definition`);
  }
  return { path, ...definition.export() };
}

/** A component exports its public functions, one branch for each folder and file. */
export function addFunctionExports(evaluated: EvaluatedDefinition): void {
  if (evaluated.definition.definitionType.type === "app") return;
  const root: ComponentExports = { type: "branch", branch: evaluated.definition.exports.branch };
  for (const [path, module] of Object.entries(evaluated.functions)) {
    const name = path.replace(/\.js$/, "");
    for (const fn of module.functions) {
      if (fn.visibility.kind !== "public") continue;
      let node = root;
      for (const part of name.split("/")) node = childBranch(node, part);
      node.branch?.push([
        fn.name,
        { type: "leaf", leaf: `_reference/function/${name}:${fn.name}` },
      ]);
    }
  }
}

function childBranch(node: ComponentExports, name: string): ComponentExports {
  const existing = node.branch?.find(([key]) => key === name);
  if (existing !== undefined) return existing[1];
  const child: ComponentExports = { type: "branch", branch: [] };
  node.branch?.push([name, child]);
  return child;
}

/** The mounted tree, from the app down: which definition sits at which component path. */
export function checkComponent(
  analysis: Record<string, EvaluatedDefinition>,
  definitionPath: string,
  componentPath: string,
): CheckedComponent {
  const evaluated = analysis[definitionPath];
  if (evaluated === undefined) {
    throw new PushError("InvalidDefinition", `No definition for component "${definitionPath}"`);
  }
  const childComponents: Record<string, CheckedComponent> = {};
  for (const child of evaluated.definition.childComponents) {
    const childPath = componentPath === "" ? child.name : `${componentPath}/${child.name}`;
    childComponents[child.name] = checkComponent(analysis, child.path, childPath);
  }
  return {
    definitionPath,
    componentPath,
    args: {},
    childComponents,
    httpRoutes: {
      httpModuleRoutes: evaluated.functions["http.js"]?.httpRoutes ?? null,
      mounts: Object.keys(evaluated.definition.httpMounts),
    },
    exports: {},
  };
}

/**
 * The push state machine: `start_push` evaluates everything that came from the CLI and keeps it as
 * a candidate; `wait_for_schema` checks the stored documents against it; `finish_push` makes it the
 * running version. Until then the running version is untouched.
 */
import { createHash } from "node:crypto";
import {
  analyzeModules,
  analyzeSchema,
  checkComponent,
  evaluateDefinition,
  addFunctionExports,
} from "./analyze";
import { evaluateAuthConfig } from "./authConfig";
import type { BundleFolder, ModuleConfig, ModuleLoaders } from "./bundles";
import type { LoadedModule } from "./moduleSet";
import { PushError } from "./errors";
import type { EvaluatedDefinition, StartPushRequest } from "./types";
import { requireValidators } from "./validatorRule";
import type { AppVersion } from "./version";

interface Options {
  folder: BundleFolder;
  authDefines: Record<string, string>;
  /** May functions of the app lack `args` or `returns`? */
  allowUnvalidated: boolean;
}

const DEFAULT_DEFINITION = {
  path: "",
  definitionType: { type: "app" as const },
  childComponents: [],
  httpMounts: {},
  exports: { type: "branch" as const, branch: [] },
};

/** The hash by which the CLI decides whether a module changed. */
export function hashModule(module: ModuleConfig): string {
  return createHash("sha256")
    .update(module.source)
    .update(module.sourceMap ?? "")
    .digest("hex");
}

/** All modules of the app: the changed ones as sent, the others from the running version. */
function mergeSources(
  request: StartPushRequest,
  previous: AppVersion | undefined,
): Map<string, ModuleConfig> {
  const merged = new Map<string, ModuleConfig>();
  for (const module of request.appDefinition.changedModules) merged.set(module.path, module);
  for (const { path, sha256 } of request.appDefinition.unchangedModuleHashes) {
    const known = previous?.sources.get(path);
    if (known === undefined || hashModule(known) !== sha256) {
      throw new PushError("RaceDetected", `Module ${path} changed on the deployment; push again`);
    }
    merged.set(path, known);
  }
  return merged;
}

/**
 * Definitions import each other as `./_componentDeps/<base64 of the path>`. That can be longer than
 * a file name may be, so here each is `./_componentDeps/<number>.js`.
 */
function withLocalDeps(module: ModuleConfig, paths: string[]): ModuleConfig {
  const source = module.source.replace(/\.\/_componentDeps\/([\w-]+)/g, (_, encoded: string) => {
    const path = Buffer.from(encoded, "base64url").toString("utf8");
    return `./_componentDeps/${paths.indexOf(path)}.js`;
  });
  return { ...module, source };
}

function componentDependencies(paths: string[], names: Record<string, string>): ModuleConfig[] {
  return paths.map((path, index) => {
    const definition = { componentDefinitionPath: path, defaultName: names[path] ?? `c${index}` };
    return {
      path: `_componentDeps/${index}.js`,
      source: `export default ${JSON.stringify(definition)};\n`,
      environment: "isolate",
    };
  });
}

export class PushEvaluator {
  private versions = 0;

  constructor(private readonly options: Options) {}

  /** Evaluates a pushed app. Throws `PushError` if anything in it is invalid. */
  async evaluate(request: StartPushRequest, previous?: AppVersion): Promise<AppVersion> {
    const folder = await this.options.folder.openPush();
    const sources = mergeSources(request, previous);
    const definitions = await this.evaluateDefinitions(folder, request);
    const analysis: Record<string, EvaluatedDefinition> = {};
    const implementations: AppVersion["implementations"] = {};
    const components = [
      {
        definitionPath: "",
        schema: request.appDefinition.schema,
        functions: [...sources.values()],
        serverVersion: request.appDefinition.udfServerVersion,
      },
      ...request.componentDefinitions.map((component) => ({
        ...component,
        serverVersion: component.udfServerVersion,
      })),
    ];
    for (const [index, component] of components.entries()) {
      const { definitionPath } = component;
      const modules = component.schema
        ? [...component.functions, component.schema]
        : component.functions;
      const pushed = await this.options.folder.write(`${folder}/c${index}`, modules, {
        "auth.config.js": this.options.authDefines,
      });
      const { loaders, evaluate } = pushed;
      const schemaLoader = component.schema ? loaders[component.schema.path] : undefined;
      const schema = schemaLoader === undefined ? null : await analyzeSchema(schemaLoader);
      if (component.schema) delete loaders[component.schema.path];
      const evaluated: EvaluatedDefinition = {
        definition: definitions[definitionPath] ?? DEFAULT_DEFINITION,
        schema: schema?.analyzed ?? null,
        functions: await analyzeModules(loaders),
        udfConfig: {
          serverVersion: component.serverVersion,
          importPhaseRngSeed: { $bytes: Buffer.alloc(32).toString("base64") },
          importPhaseUnixTimestamp: { $integer: Buffer.alloc(8).toString("base64") },
        },
      };
      addFunctionExports(evaluated);
      analysis[definitionPath] = evaluated;
      implementations[definitionPath] = { schema: schema?.definition ?? null, loaders, evaluate };
    }
    if (!this.options.allowUnvalidated) requireValidators(analysis[""]?.functions ?? {});
    const auth = await evaluateAuthConfig(implementations[""]?.loaders["auth.config.js"]);
    this.versions += 1;
    return {
      id: this.versions,
      analysis,
      app: checkComponent(analysis, "", ""),
      auth,
      implementations,
      sources,
      serverVersion: request.appDefinition.udfServerVersion,
    };
  }

  private async evaluateDefinitions(
    folder: string,
    request: StartPushRequest,
  ): Promise<Record<string, EvaluatedDefinition["definition"]>> {
    const paths = request.componentDefinitions.map(({ definitionPath }) => definitionPath);
    const entries = [
      ...request.componentDefinitions,
      { definitionPath: "", definition: request.appDefinition.definition },
    ];
    const modules = entries.flatMap(({ definition }, index) =>
      definition === null ? [] : [{ ...withLocalDeps(definition, paths), path: `d${index}.js` }],
    );
    const write = async (into: string, names: Record<string, string>): Promise<ModuleLoaders> => {
      const all = [...modules, ...componentDependencies(paths, names)];
      return (await this.options.folder.write(into, all)).loaders;
    };

    // A parent asks its children for their default names, so the names are read in a first pass.
    const first = await write(`${folder}/names`, {});
    const names: Record<string, string> = {};
    for (const [index, path] of paths.entries()) {
      const module: LoadedModule | undefined = await first[`d${index}.js`]?.();
      const definition = module?.default as { _name?: string } | undefined;
      if (definition?._name !== undefined) names[path] = definition._name;
    }
    const second = await write(`${folder}/definitions`, names);
    const result: Record<string, EvaluatedDefinition["definition"]> = {};
    for (const [index, { definitionPath, definition }] of entries.entries()) {
      const loader = second[`d${index}.js`];
      if (definition === null || loader === undefined) continue;
      result[definitionPath] = await evaluateDefinition(definitionPath, loader);
    }
    return result;
  }
}

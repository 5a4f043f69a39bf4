/** The endpoints that `convex dev`, `convex deploy` and `convex codegen` push through. */
import { HttpError, makeAdminGuard, readJson, sendJson, type Call, type Handler } from "./http";
import { PushError } from "./push/errors";
import { hashModule, type PushEvaluator } from "./push/push";
import type { StartPushRequest } from "./push/types";
import { diffComponents } from "./push/components";
import { diffIndexes } from "./push/indexes";
import { evaluateSchema } from "./push/schemaEvaluation";
import { findSchemaFailure, type Database } from "./push/storedDocuments";
import type { AppVersion } from "./push/version";

/** What the push endpoints need of the deployment. */
export interface PushTarget {
  readonly adminKey: string;
  readonly evaluator: PushEvaluator;
  current(): AppVersion | undefined;
  environmentVariables(): { name: string; value: string }[];
  /** The stored documents of a component, mounted now or once. */
  stored(componentPath: string): Database | undefined;
  /** Components that have documents, mounted or not. */
  knownComponents(): ReadonlySet<string>;
  /** Makes `version` the running one. */
  activate(version: AppVersion): Promise<void>;
}

/** Candidates are kept until they are finished; a few, as a CLI may crash between two steps. */
const MAX_CANDIDATES = 8;

export function createPushRoutes(target: PushTarget): Record<string, Handler> {
  const admin = makeAdminGuard(target.adminKey);
  const pushes = new Pushes(target);
  return {
    "POST /api/get_config_hashes": admin((call) => pushes.configHashes(call)),
    "POST /api/deploy2/start_push": admin((call) => pushes.start(call)),
    "POST /api/deploy2/evaluate_push": admin((call) => pushes.start(call)),
    "POST /api/deploy2/evaluate_schema": admin((call) => pushes.evaluateSchema(call)),
    "POST /api/deploy2/wait_for_schema": admin((call) => pushes.waitForSchema(call)),
    "POST /api/deploy2/finish_push": admin((call) => pushes.finish(call)),
    "POST /api/deploy2/report_push_completed": admin(async ({ request, response }) => {
      await readJson(request);
      sendJson(response, null);
    }),
  };
}

/** The pushes under way, and the steps of one in their order. */
class Pushes {
  private readonly candidates = new Map<number, AppVersion>();

  constructor(private readonly target: PushTarget) {}

  /** What the deployment runs, so that the CLI sends only what changed. */
  async configHashes({ request, response }: Call): Promise<void> {
    await readJson(request);
    const current = this.target.current();
    sendJson(response, {
      config: { functions: "convex/" },
      moduleHashes: [...(current?.sources.values() ?? [])].map((module) => ({
        path: module.path,
        environment: module.environment,
        hash: hashModule(module),
      })),
      nodeDependencies: [],
      udfServerVersion: current?.serverVersion,
    });
  }

  async start({ request, response }: Call): Promise<void> {
    const body = await readJson<StartPushRequest>(request);
    const current = this.target.current();
    const version = await whilePushing(() => this.target.evaluator.evaluate(body, current));
    this.keep(version);
    sendJson(response, {
      environmentVariables: this.variables(),
      externalDepsId: null,
      componentDefinitionPackages: {},
      appAuth: version.auth,
      analysis: version.analysis,
      app: version.app,
      schemaChange: {
        allocatedComponentIds: {},
        schemaIds: {},
        indexDiffs: diffIndexes(current, version),
        candidate: version.id,
      },
    });
  }

  async evaluateSchema({ request, response }: Call): Promise<void> {
    const body = await readJson<StartPushRequest>(request);
    const current = this.target.current();
    const version = await this.target.evaluator.evaluate(body, current);
    sendJson(response, evaluateSchema(current, version, this.stored));
  }

  async waitForSchema({ request, response }: Call): Promise<void> {
    const body = await readJson<{ schemaChange: SchemaChange }>(request);
    const failure = findSchemaFailure(this.candidate(body.schemaChange), this.stored);
    sendJson(response, failure === null ? { type: "complete" } : { type: "failed", ...failure });
  }

  async finish({ request, response }: Call): Promise<void> {
    const { startPush, dryRun } = await readJson<{
      startPush: { schemaChange: SchemaChange; environmentVariables: Record<string, string> };
      dryRun: boolean;
    }>(request);
    const version = this.candidate(startPush.schemaChange);
    // As on Convex, where a dry run has changed nothing that could be compared.
    if (dryRun) {
      const nothing = { added: [], removed: [] };
      sendJson(response, { authDiff: nothing, definitionDiffs: {}, componentDiffs: {} });
      return;
    }
    const before = this.target.current();
    const known = new Set(this.target.knownComponents());
    await whilePushing(() => this.activate(version, startPush.environmentVariables));
    this.candidates.delete(version.id);
    sendJson(response, {
      authDiff: authDiff(before, version),
      definitionDiffs: {},
      componentDiffs: diffComponents(before, version, known),
    });
  }

  private async activate(version: AppVersion, variables: Record<string, string>): Promise<void> {
    if (!sameVariables(variables, this.variables())) {
      throw new PushError("RaceDetected", "Environment variables have changed during push");
    }
    const failure = findSchemaFailure(version, this.stored);
    if (failure !== null) throw new PushError("SchemaValidationFailed", failure.error);
    await this.target.activate(version);
  }

  private keep(version: AppVersion): void {
    this.candidates.set(version.id, version);
    const oldest = this.candidates.keys().next();
    if (this.candidates.size > MAX_CANDIDATES && !oldest.done) this.candidates.delete(oldest.value);
  }

  private candidate({ candidate: id }: SchemaChange): AppVersion {
    const version = typeof id === "number" ? this.candidates.get(id) : undefined;
    if (version !== undefined) return version;
    throw new HttpError(400, "RaceDetected", "Unknown push; start the push again");
  }

  private variables(): Record<string, string> {
    const variables = this.target.environmentVariables();
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  }

  private readonly stored = (componentPath: string): Database | undefined =>
    this.target.stored(componentPath);
}

/** What the CLI sends back of the answer to `start_push`. */
interface SchemaChange {
  candidate?: number;
}

/** Refusals begin with the sentence that Convex begins them with. */
async function whilePushing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    const message = `Hit an error while pushing:\n${error.message}`;
    throw new PushError(error.code, message, error.status);
  }
}

function sameVariables(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function authDiff(
  before: AppVersion | undefined,
  after: AppVersion,
): { added: string[]; removed: string[] } {
  const old = new Set((before?.auth ?? []).map((provider) => JSON.stringify(provider)));
  const now = new Set(after.auth.map((provider) => JSON.stringify(provider)));
  return {
    added: [...now].filter((provider) => !old.has(provider)),
    removed: [...old].filter((provider) => !now.has(provider)),
  };
}

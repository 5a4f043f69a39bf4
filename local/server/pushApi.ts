/** The endpoints that `convex dev`, `convex deploy` and `convex codegen` push through. */
import { HttpError, readJson, requireAdmin, sendJson, type Call, type Handler } from "./http.ts";
import { PushError } from "./push/errors.ts";
import { moduleHash, type AppVersion, type PushEvaluator } from "./push/push.ts";
import type { StartPushRequest } from "./push/types.ts";
import { diffIndexes } from "./push/indexDiff.ts";

/** What the push endpoints need of the deployment. */
export interface PushTarget {
  readonly adminKey: string;
  readonly evaluator: PushEvaluator;
  current(): AppVersion | undefined;
  environmentVariables(): { name: string; value: string }[];
  /** Why the stored documents break `version`'s schemas, or `null`. */
  checkSchema(version: AppVersion): SchemaFailure | null;
  /** Makes `version` the running one. */
  activate(version: AppVersion): Promise<void>;
}

export interface SchemaFailure {
  error: string;
  componentPath: string;
  tableName: string | null;
}

/** Candidates are kept until they are finished; a few, as a CLI may crash between two steps. */
const MAX_CANDIDATES = 8;

export function pushRoutes(target: PushTarget): Record<string, Handler> {
  const candidates = new Map<number, AppVersion>();
  const admin =
    (handler: Handler): Handler =>
    (call) => {
      requireAdmin(call.request, target.adminKey);
      return handler(call);
    };

  const candidate = (id: unknown): AppVersion => {
    const version = typeof id === "number" ? candidates.get(id) : undefined;
    if (version === undefined) {
      throw new HttpError(400, "RaceDetected", "Unknown push; start the push again");
    }
    return version;
  };

  const startPush = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<StartPushRequest>(request);
    const current = target.current();
    const version = await target.evaluator.evaluate(body, current);
    candidates.set(version.id, version);
    const oldest = candidates.keys().next();
    if (candidates.size > MAX_CANDIDATES && !oldest.done) candidates.delete(oldest.value);
    sendJson(response, {
      environmentVariables: Object.fromEntries(
        target.environmentVariables().map(({ name, value }) => [name, value]),
      ),
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
  };

  const evaluateSchema = async ({ request, response }: Call): Promise<void> => {
    await readJson(request);
    sendJson(response, { componentSchemaEvaluations: {}, newComponentDefinitions: [] });
  };

  const waitForSchema = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<{ schemaChange: { candidate?: number } }>(request);
    const failure = target.checkSchema(candidate(body.schemaChange.candidate));
    sendJson(response, failure === null ? { type: "complete" } : { type: "failed", ...failure });
  };

  const finishPush = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<{
      startPush: { schemaChange: { candidate?: number } };
      dryRun: boolean;
    }>(request);
    const version = candidate(body.startPush.schemaChange.candidate);
    const before = target.current();
    const failure = target.checkSchema(version);
    if (failure !== null) throw new PushError("SchemaValidationFailed", failure.error);
    if (!body.dryRun) {
      await target.activate(version);
      candidates.delete(version.id);
    }
    sendJson(response, {
      authDiff: authDiff(before, version),
      definitionDiffs: {},
      componentDiffs: {},
    });
  };

  const configHashes = async ({ request, response }: Call): Promise<void> => {
    await readJson(request);
    const current = target.current();
    sendJson(response, {
      config: { functions: "convex/" },
      moduleHashes: [...(current?.sources.values() ?? [])].map((module) => ({
        path: module.path,
        environment: module.environment,
        hash: moduleHash(module),
      })),
      nodeDependencies: [],
      udfServerVersion: current?.serverVersion,
    });
  };

  return {
    "POST /api/get_config_hashes": admin(configHashes),
    "POST /api/deploy2/start_push": admin(startPush),
    "POST /api/deploy2/evaluate_push": admin(startPush),
    "POST /api/deploy2/evaluate_schema": admin(evaluateSchema),
    "POST /api/deploy2/wait_for_schema": admin(waitForSchema),
    "POST /api/deploy2/finish_push": admin(finishPush),
    "POST /api/deploy2/report_push_completed": admin(async ({ request, response }) => {
      await readJson(request);
      sendJson(response, null);
    }),
  };
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

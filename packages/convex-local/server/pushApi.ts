/** The endpoints that `convex dev`, `convex deploy` and `convex codegen` push through. */
import { HttpError, readJson, requireAdmin, sendJson, type Call, type Handler } from "./http";
import { PushError } from "./push/errors";
import { moduleHash, type AppVersion, type PushEvaluator } from "./push/push";
import type { StartPushRequest } from "./push/types";
import { diffComponents } from "./push/components";
import { diffIndexes } from "./push/indexes";
import { evaluateSchema } from "./push/schemaEvaluation";
import { schemaFailure, type Database } from "./push/storedDocuments";

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

export function pushRoutes(target: PushTarget): Record<string, Handler> {
  const candidates = new Map<number, AppVersion>();
  const admin =
    (handler: Handler): Handler =>
    (call) => {
      requireAdmin(call.request, target.adminKey);
      return handler(call);
    };

  const stored = (componentPath: string): Database | undefined => target.stored(componentPath);
  const variables = (): Record<string, string> =>
    Object.fromEntries(target.environmentVariables().map(({ name, value }) => [name, value]));

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
    const version = await whilePushing(() => target.evaluator.evaluate(body, current));
    candidates.set(version.id, version);
    const oldest = candidates.keys().next();
    if (candidates.size > MAX_CANDIDATES && !oldest.done) candidates.delete(oldest.value);
    sendJson(response, {
      environmentVariables: variables(),
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

  const schemaEvaluation = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<StartPushRequest>(request);
    const current = target.current();
    const version = await target.evaluator.evaluate(body, current);
    sendJson(response, evaluateSchema(current, version, stored));
  };

  const waitForSchema = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<{ schemaChange: { candidate?: number } }>(request);
    const failure = schemaFailure(candidate(body.schemaChange.candidate), stored);
    sendJson(response, failure === null ? { type: "complete" } : { type: "failed", ...failure });
  };

  const finishPush = async ({ request, response }: Call): Promise<void> => {
    const body = await readJson<{
      startPush: {
        schemaChange: { candidate?: number };
        environmentVariables: Record<string, string>;
      };
      dryRun: boolean;
    }>(request);
    const version = candidate(body.startPush.schemaChange.candidate);
    // As on Convex, where a dry run has changed nothing that could be compared.
    if (body.dryRun) {
      const nothing = { added: [], removed: [] };
      sendJson(response, { authDiff: nothing, definitionDiffs: {}, componentDiffs: {} });
      return;
    }
    const before = target.current();
    const known = new Set(target.knownComponents());
    await whilePushing(async () => {
      if (!sameVariables(body.startPush.environmentVariables, variables())) {
        throw new PushError("RaceDetected", "Environment variables have changed during push");
      }
      const failure = schemaFailure(version, stored);
      if (failure !== null) throw new PushError("SchemaValidationFailed", failure.error);
      await target.activate(version);
    });
    candidates.delete(version.id);
    sendJson(response, {
      authDiff: authDiff(before, version),
      definitionDiffs: {},
      componentDiffs: diffComponents(before, version, known),
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
    "POST /api/deploy2/evaluate_schema": admin(schemaEvaluation),
    "POST /api/deploy2/wait_for_schema": admin(waitForSchema),
    "POST /api/deploy2/finish_push": admin(finishPush),
    "POST /api/deploy2/report_push_completed": admin(async ({ request, response }) => {
      await readJson(request);
      sendJson(response, null);
    }),
  };
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

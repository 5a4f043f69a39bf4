/** Refuses calls that never reach the app's code, in the words of the real backend. */
import { jsonToConvex } from "convex/values";
import type { FunctionEvent, RequestInfo, UdfType } from "./context";
import { getRegisteredType } from "./instrument";
import type { ConvexGlobal } from "./internals";
import { checkArguments } from "./limits";
import { noRows } from "./readLog";
import { CallError } from "./results";
import { findMismatch, type TableOf, type ValidatorJson } from "./validate";

export type WantedType = "query" | "mutation" | "action" | "any";

interface RegisteredExport {
  isPublic?: boolean;
  isInternal?: boolean;
  exportArgs(): string;
}

export interface Call {
  wanted: WantedType;
  componentPath: string;
  path: string;
  /** Encoded arguments. */
  args: unknown;
  /** May internal functions and functions of components be called? */
  admin: boolean;
}

/** The type of the function, if the call may go ahead. */
export async function checkCall(global: ConvexGlobal, call: Call): Promise<UdfType> {
  const { wanted, componentPath, path, args, admin } = call;
  const fn = await lookUp(global, componentPath, path);
  const type = getRegisteredType(fn);
  const hidden = !admin && (fn?.isPublic !== true || componentPath !== "");
  if (fn === undefined || type === null || hidden) throw new CallError(missing(call));
  if (wanted !== "any" && wanted !== type) {
    const file = path.replace(/(?=:)|$/, ".js");
    throw new CallError(
      `Trying to execute ${file}${inComponent(componentPath)} as ${NAMES[wanted]}, but it is defined as ${NAMES[type]}.`,
    );
  }
  const decoded = jsonToConvex(args as never);
  checkArguments(path, decoded);
  const validator = JSON.parse(fn.exportArgs()) as ValidatorJson;
  const tableOf: TableOf = (id) =>
    global.components[componentPath]?.db._tableNameFromId(id) ?? null;
  const problem = findMismatch(validator, decoded, tableOf);
  if (problem !== null) throw new CallError(`ArgumentValidationError: ${problem}`);
  return type;
}

const NAMES = { query: "Query", mutation: "Mutation", action: "Action", httpAction: "HttpAction" };

/** `convex run` knows the first sentence by its beginning, and lists the functions that there are. */
function missing({ wanted, path, componentPath }: Call): string {
  const where = `'${path.replace(/:default$/, "")}'${inComponent(componentPath)}`;
  return wanted === "any"
    ? `Could not find function for ${where}. Did you forget to run \`npx convex dev\`?`
    : `Could not find public function for ${where}.`;
}

function inComponent(componentPath: string): string {
  return componentPath === "" ? "" : ` in '${componentPath}'`;
}

async function lookUp(
  global: ConvexGlobal,
  componentPath: string,
  path: string,
): Promise<RegisteredExport | undefined> {
  const [modulePath = "", name = "default"] = path.split(":");
  try {
    const module = await global.components[componentPath]?.modules(modulePath);
    return module?.[name] as RegisteredExport | undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Could not find module")) {
      return undefined;
    }
    throw error;
  }
}

/** A refused call is a call: it is metered and logged, with no reads and no writes. */
export function describeRefusal(
  { wanted, componentPath, path }: Call,
  request: RequestInfo,
  executionId: string,
  error: string,
): FunctionEvent {
  return {
    path,
    componentPath,
    udfType: wanted === "any" ? "query" : wanted,
    caller: request.caller,
    nested: false,
    ...noRows(),
    durationMs: 0,
    requestId: request.requestId,
    executionId,
    parentExecutionId: null,
    environment: "isolate",
    identityType: request.identityType,
    transport: request.transport,
    logLines: [],
    startedAt: Date.now(),
    error,
  };
}

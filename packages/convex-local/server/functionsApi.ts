/** The HTTP endpoints of `ConvexHttpClient` and `convex run`. */
import type { IncomingMessage } from "node:http";
import { jsonToConvex } from "convex/values";
import { z } from "zod";
import type { Engine } from "../engine/engine";
import { formatLine } from "../engine/logging";
import type { FunctionResult } from "../engine/results";
import { authenticateCaller, type Authenticator } from "./caller";
import { HttpError, readJson, sendJson, type Call, type Handler } from "./http";
import { encodeTs } from "./timestamps";

const body = z.object({
  path: z.string(),
  /** `[args]` or `args`. */
  args: z.unknown(),
  format: z.enum(["convex_encoded_json", "json"]).nullish(),
  componentPath: z.string().nullish(),
});

async function readCall(request: IncomingMessage): Promise<z.infer<typeof body>> {
  const parsed = body.safeParse(await readJson(request));
  if (parsed.success) return parsed.data;
  throw new HttpError(400, "BadJsonBody", "The request body is not a call of a function");
}

/** What the real backend answers when the function itself failed. */
const STATUS_FUNCTION_FAILED = 560;

interface FunctionsTarget extends Authenticator {
  readonly engine: Engine;
  /** Built-in functions of the CLI and the dashboard; `null` if there is none of that name. */
  systemQuery(path: string, args: Record<string, unknown>, component: string): unknown;
}

export function createFunctionRoutes(target: FunctionsTarget): Record<string, Handler> {
  const run =
    (type: "query" | "mutation" | "action" | "any"): Handler =>
    async ({ request, response }: Call) => {
      const options = await authenticateCaller(request, target);
      const body = await readCall(request);
      const args = Array.isArray(body.args) ? (body.args[0] as unknown) : body.args;
      const componentPath = options.admin === true ? (body.componentPath ?? "") : "";
      if (body.path.startsWith("_system/") && options.admin === true) {
        const decoded = jsonToConvex((args ?? {}) as never) as Record<string, unknown>;
        sendJson(
          response,
          systemAnswer(() => target.systemQuery(body.path, decoded, componentPath)),
        );
        return;
      }
      const result = await target.engine.run(type, body.path, args ?? {}, {
        ...options,
        componentPath,
      });
      if (!result.ok && result.rateLimit !== undefined) {
        throw new HttpError(429, result.rateLimit, result.errorMessage);
      }
      const status = result.ok || body.format === "json" ? 200 : STATUS_FUNCTION_FAILED;
      sendJson(response, encodeResult(result), status);
    };
  return {
    "POST /api/query": run("query"),
    "POST /api/query_at_ts": run("query"),
    "POST /api/mutation": run("mutation"),
    "POST /api/action": run("action"),
    "POST /api/function": run("any"),
    "POST /api/query_ts": ({ response }) => {
      sendJson(response, { ts: encodeTs(target.engine.timestamp()) });
    },
  };
}

function systemAnswer(answer: () => unknown): unknown {
  try {
    return { status: "success", value: answer(), logLines: [] };
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { status: "error", errorMessage, logLines: [] };
  }
}

export function encodeResult(result: FunctionResult): unknown {
  const logLines = result.logLines.map(formatLine);
  if (result.ok) return { status: "success", value: result.value, logLines };
  const { errorMessage, errorData } = result;
  return {
    status: "error",
    errorMessage,
    ...(errorData === undefined ? {} : { errorData }),
    logLines,
  };
}

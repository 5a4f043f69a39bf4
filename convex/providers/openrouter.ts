/**
 * Chat completions over OpenRouter, with OpenAI's SDK. Streams plain deltas; every failure, also one in the
 * middle of a stream, is a `ModelError`. API: https://openrouter.ai/docs/api-reference/overview.
 */
import type { Infer } from "convex/values";
import OpenAI from "openai";
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from "openai/resources/chat/completions";
import { openRouterEnv } from "../env";
import { isAppError } from "../lib/errors";
import { logWarning } from "../lib/log";
import { makeStorable } from "../lib/text";
import { SECOND } from "../lib/time";
import type { vModelSettings } from "../validators";
import {
  readChunk,
  readGeneration,
  readInputKinds,
  readModels,
  type ChatDelta,
  type ChatUsage,
  type ListedModel,
} from "./chatChunks";
import { ModelError, remedyOf, retryAfterMsOf } from "./errors";
import { makeFetch } from "./fetch";

export type ChatMessage = ChatCompletionMessageParam & { reasoning_details?: unknown[] };
export type ChatTool = ChatCompletionTool;

export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
  /** Empty: the model must answer in words. `tool_choice: "none"` isn't known to every provider. */
  tools: ChatTool[];
  /** The agent's: see `docs/providers.md`. */
  settings?: Infer<typeof vModelSettings>;
  signal: AbortSignal;
  /** Called whenever anything comes: a comment says that the provider is at work. */
  onBytes: () => void;
};

/** Longest answer, in tokens, with what a reasoning model thinks before it. */
const MAX_TOKENS = 2_000;
/** Of a stream: so many tokens, each in an event of its own, are a tenth of it. */
const MAX_BYTES = 8 * 1024 * 1024;
/** For a stopped generation's bill: its reply is settled after that. */
const USAGE_TIMEOUT = 5 * SECOND;

/** What OpenRouter takes beyond OpenAI's parameters. */
type OpenRouterParams = {
  usage: { include: true };
  reasoning: { effort: string };
  provider?: { order?: string[]; allow_fallbacks?: boolean; data_collection?: "allow" | "deny" };
  cache_control?: { type: "ephemeral"; ttl: string };
};

/** Support answers need little thought, and customers wait for it. */
const USUAL_EFFORT = "low";

function settingsParams({
  effort = USUAL_EFFORT,
  order,
  allowFallbacks,
  dataCollection,
  cacheFor,
}: NonNullable<ChatRequest["settings"]>): Omit<OpenRouterParams, "usage"> {
  const provider = {
    ...(order !== undefined && { order }),
    ...(allowFallbacks !== undefined && { allow_fallbacks: allowFallbacks }),
    ...(dataCollection !== undefined && { data_collection: dataCollection }),
  };
  return {
    reasoning: { effort },
    ...(Object.keys(provider).length > 0 && { provider }),
    ...(cacheFor !== undefined && { cache_control: { type: "ephemeral", ttl: cacheFor } }),
  };
}

function client(limits: Parameters<typeof makeFetch>[0]): OpenAI {
  const env = openRouterEnv();
  return new OpenAI({
    apiKey: env.OPENROUTER_API_KEY,
    baseURL: env.OPENROUTER_BASE_URL,
    // Retries are the pipeline's: it knows what has been shown and which model is next.
    maxRetries: 0,
    fetch: makeFetch({ maxBytes: MAX_BYTES, ...limits }),
    // The SDK would print a malformed event with its text; what fails here is reported by code.
    logLevel: "off",
    dangerouslyAllowBrowser: true,
  });
}

/** The stream of one completion. Ends normally only after the provider said why it finished. */
export async function* streamChat(request: ChatRequest): AsyncGenerator<ChatDelta, void, void> {
  const { signal, onBytes, tools, messages, model, settings = {} } = request;
  const body: Omit<ChatCompletionCreateParamsStreaming, "messages"> & OpenRouterParams = {
    model,
    ...(tools.length > 0 ? { tools, parallel_tool_calls: false } : {}),
    ...settingsParams(settings),
    max_tokens: settings.maxTokens ?? MAX_TOKENS,
    stream: true,
    stream_options: { include_usage: true },
    usage: { include: true },
  };
  let finished = false;
  try {
    const chat = client({ onBytes }).chat.completions;
    for await (const chunk of await chat.create({ ...body, messages }, { signal })) {
      for (const delta of readChunk(chunk)) {
        finished ||= delta.kind === "finish";
        yield delta;
      }
    }
  } catch (error) {
    // What breaks after the end is the bill's: the answer is whole.
    if (!finished) throw asModelError(error);
  }
  if (!finished) throw new ModelError("The model's answer was cut off.", "again", { fault: "cut" });
}

/** What a stopped generation cost, or null if OpenRouter doesn't know (yet). */
export async function loadGenerationUsage(
  id: string,
): Promise<{ usage: ChatUsage; model: string } | null> {
  try {
    const openRouter = client({ withinMs: USAGE_TIMEOUT });
    return readGeneration(await openRouter.get("/generation", { query: { id } }));
  } catch (error) {
    const failure = asModelError(error);
    logWarning("usage of a stopped generation is estimated", failure.message);
    return null;
  }
}

/** For what a model takes: the customer waits for it. */
const KINDS_TIMEOUT = 3 * SECOND;

/** What a model can be given, `text` and `image` for two. Nothing that it doesn't say, or that can't be asked. */
export async function loadInputKinds(model: string): Promise<string[]> {
  try {
    const openRouter = client({ withinMs: KINDS_TIMEOUT });
    return readInputKinds(await openRouter.get(`/models/${model}/endpoints`));
  } catch (error) {
    logWarning(`nobody says what ${model} takes`, asModelError(error).message);
    return [];
  }
}

/** For an admin's form: some 400 models, half a megabyte. */
const LIST_TIMEOUT = 10 * SECOND;

/** All models that write, with prices. Throws `ModelError`. https://openrouter.ai/docs/api-reference/list-available-models */
export async function listModels(): Promise<ListedModel[]> {
  try {
    return readModels(await client({ withinMs: LIST_TIMEOUT }).get("/models"));
  } catch (error) {
    throw asModelError(error);
  }
}

/** Also of the chunk by which OpenRouter reports a failure after the headers: its `code` is the status then. */
function asModelError(error: unknown): Error {
  if (error instanceof ModelError || isAppError(error)) return error;
  if (error instanceof OpenAI.APIUserAbortError) return error;
  if (error instanceof OpenAI.APIError) {
    const { code, headers } = error as { code?: unknown; headers?: Headers };
    const status =
      (error.status as number | undefined) ?? (typeof code === "number" ? code : undefined);
    const fault = faultOf(status, error.error);
    const remedy = remedyOf(status, fault);
    const retryAfterMs = retryAfterMsOf(headers);
    return new ModelError(makeStorable(error.message), remedy, { fault, retryAfterMs });
  }
  // Broken SSE, broken JSON, a socket that closed: the stream was cut.
  const reason = makeStorable(error instanceof Error ? error.message : String(error));
  return new ModelError(`The model's answer was cut off (${reason}).`, "again", { fault: "cut" });
}

/** A 403 with reasons is about what the customer wrote; without, about our key. */
function faultOf(status: number | undefined, body: unknown): string {
  if (status === undefined) return "unreachable";
  const { metadata } = (body ?? {}) as { metadata?: { reasons?: unknown } };
  return status === 403 && Array.isArray(metadata?.reasons) ? "moderated" : String(status);
}

/**
 * Chat completions over OpenRouter, with OpenAI's SDK. Streams plain deltas; every failure, also one in the
 * middle of a stream, is a `ProviderError`. API: https://openrouter.ai/docs/api-reference/overview.
 */
import OpenAI from "openai";
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from "openai/resources/chat/completions";
import { openRouterEnv } from "../env";
import { logWarning } from "../lib/log";
import { ProviderError, isRetryableStatus, retryAfterMsOf, withDeadline } from "./errors";
import { fetchAbortedOnce } from "./fetch";

export type ChatMessage = ChatCompletionMessageParam;
export type ChatTool = ChatCompletionTool;
export type ChatUsage = { promptTokens: number; completionTokens: number; costMicroUsd: number };
export type ChatDelta =
  | { kind: "id"; id: string }
  | { kind: "text"; text: string }
  | { kind: "tool"; index: number; id?: string; name?: string; arguments: string }
  | { kind: "usage"; usage: ChatUsage; model: string }
  /** The model is at work, with nothing to show: it thinks. */
  | { kind: "alive" }
  /** Why it ended: `stop`, `tool_calls`, `length`, `content_filter`. */
  | { kind: "finish"; reason: string };

export type ChatRequest = {
  model: string;
  messages: ChatMessage[];
  tools: ChatTool[];
  /** False: the tools stand there for the history's sake, but the model must answer in words. */
  mayCall: boolean;
  signal: AbortSignal;
};

/** Longest answer, in tokens, with what a reasoning model thinks before it. */
const MAX_TOKENS = 2_000;

/** Nobody waits for it, and an estimate does. */
const USAGE_TIMEOUT_MS = 10_000;

/** What OpenRouter takes beyond OpenAI's parameters. */
type OpenRouterParams = {
  usage: { include: true };
  reasoning: { effort: "low"; exclude: true };
};

function client(): OpenAI {
  const env = openRouterEnv();
  return new OpenAI({
    apiKey: env.OPENROUTER_API_KEY,
    baseURL: env.OPENROUTER_BASE_URL,
    // Retries are the pipeline's: it knows what has been shown and which model is next.
    maxRetries: 0,
    // The SDK would print a malformed event with its text; what fails here is reported by code.
    logLevel: "off",
    dangerouslyAllowBrowser: true,
    fetch: fetchAbortedOnce,
  });
}

/** The stream of one completion. Ends normally only after the provider said why it finished. */
export async function* streamChat(request: ChatRequest): AsyncGenerator<ChatDelta, void, void> {
  const { signal, tools, mayCall, ...params } = request;
  const body: ChatCompletionCreateParamsStreaming & OpenRouterParams = {
    ...params,
    ...(tools.length > 0 ? { tools, parallel_tool_calls: false } : {}),
    ...(tools.length > 0 && !mayCall ? { tool_choice: "none" as const } : {}),
    // Support answers need little thought, and customers wait for it.
    reasoning: { effort: "low", exclude: true },
    max_tokens: MAX_TOKENS,
    stream: true,
    stream_options: { include_usage: true },
    usage: { include: true },
  };
  let finished = false;
  try {
    const stream = await client().chat.completions.create(body, { signal });
    let named = false;
    for await (const chunk of stream) {
      refuseErrorChunk(chunk);
      if (!named && chunk.id) yield { kind: "id", id: chunk.id };
      named ||= Boolean(chunk.id);
      const choice = chunk.choices[0];
      if (choice?.delta.content) yield { kind: "text", text: choice.delta.content };
      for (const call of choice?.delta.tool_calls ?? []) {
        const { index, id, function: fn } = call;
        yield { kind: "tool", index, id, name: fn?.name, arguments: fn?.arguments ?? "" };
      }
      if (chunk.usage) yield { kind: "usage", model: chunk.model, usage: usageOf(chunk.usage) };
      if (choice?.finish_reason) {
        finished = true;
        yield { kind: "finish", reason: choice.finish_reason };
      } else yield { kind: "alive" };
    }
  } catch (error) {
    throw asProviderError(error);
  }
  if (!finished) throw new ProviderError("The model's answer was cut off.", true, { fault: "cut" });
}

/** What a stopped generation cost, or null if OpenRouter doesn't know (yet). */
export async function loadGenerationUsage(
  id: string,
  model: string,
): Promise<(ChatUsage & { model: string }) | null> {
  try {
    const { data } = await withDeadline(USAGE_TIMEOUT_MS, "The model's usage", (signal) =>
      client().get<{ data: Record<string, unknown> }>("/generation", { query: { id }, signal }),
    );
    const number = (value: unknown) => (typeof value === "number" ? value : 0);
    return {
      model: typeof data.model === "string" ? data.model : model,
      promptTokens: number(data.tokens_prompt),
      completionTokens: number(data.tokens_completion),
      costMicroUsd: microUsd(number(data.total_cost)),
    };
  } catch (error) {
    const failure = asProviderError(error);
    logWarning("usage of a stopped generation is estimated", failure.message);
    return null;
  }
}

const microUsd = (usd: number) => Math.round(usd * 1_000_000);

function usageOf(usage: NonNullable<ChatCompletionChunk["usage"]>): ChatUsage {
  const cost = "cost" in usage && typeof usage.cost === "number" ? usage.cost : 0;
  return {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    costMicroUsd: microUsd(cost),
  };
}

/** OpenRouter reports a failure after the headers as a chunk with `error`. */
function refuseErrorChunk(chunk: ChatCompletionChunk): void {
  if (!("error" in chunk) || typeof chunk.error !== "object" || chunk.error === null) return;
  const { code, message } = chunk.error as { code?: unknown; message?: unknown };
  const status = typeof code === "number" ? code : undefined;
  throw new ProviderError(
    typeof message === "string" ? message : "The model failed in the middle of its answer.",
    isRetryableStatus(status),
    { fault: faultOf(status, chunk.error) },
  );
}

/** A 403 with reasons is about what the customer wrote; without, about our key. */
function faultOf(status: number | undefined, body: unknown): string {
  if (status === undefined) return "unreachable";
  const { metadata } = (body ?? {}) as { metadata?: { reasons?: unknown } };
  return status === 403 && Array.isArray(metadata?.reasons) ? "moderated" : String(status);
}

function asProviderError(error: unknown): Error {
  if (error instanceof ProviderError) return error;
  if (error instanceof OpenAI.APIUserAbortError) return error;
  if (error instanceof OpenAI.APIError) {
    const status = error.status as number | undefined;
    return new ProviderError(error.message, isRetryableStatus(status), {
      retryAfterMs: retryAfterMsOf(error.headers as Headers | undefined),
      fault: faultOf(status, error.error),
    });
  }
  // Broken SSE, broken JSON, a socket that closed: the stream was cut.
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return new ProviderError(`The model's answer was cut off (${error.message}).`, true, {
      fault: "cut",
    });
  }
  // ConvexError: the key is not configured.
  return error instanceof Error && error.name === "ConvexError"
    ? error
    : new ProviderError(`The model's answer was cut off (${String(error)}).`, true, {
        fault: "cut",
      });
}

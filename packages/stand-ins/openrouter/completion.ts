/**
 * What one chat completion says and when: the text or tool calls of the deterministic model or of a
 * script, cut into the chunks that will be streamed, with the time each is due.
 */
import { randomBytes } from "node:crypto";
import type { ChatRequest } from "./chatRequest";
import { decideReply } from "../model/decide";
import { estimateTokens } from "../model/text";
import type { Pace } from "./pace";
import type { Script, ScriptRecord } from "./scripts";

type Price = { prompt: number; completion: number };
/** Dollars per million tokens: of the order of a small hosted model. */
const USUAL_PRICE: Price = { prompt: 0.15, completion: 0.6 };
/** Models that are listed, and what those cost that cost otherwise. */
const PRICES: Record<string, Price> = {
  "anthropic/claude-3.5-haiku": { prompt: 0.8, completion: 4 },
  "anthropic/claude-haiku-4.5": { prompt: 1, completion: 5 },
  "anthropic/claude-sonnet-4.5": { prompt: 3, completion: 15 },
  "deepseek/deepseek-chat": { prompt: 0.3, completion: 1.2 },
  "google/gemini-2.0-flash-001": { prompt: 0.1, completion: 0.4 },
  "google/gemini-2.5-flash": { prompt: 0.3, completion: 2.5 },
  "google/gemini-2.5-pro": { prompt: 1.25, completion: 10 },
  "openai/gpt-4o-mini": USUAL_PRICE,
  "openai/gpt-5-mini": USUAL_PRICE,
  "openai/gpt-5.1": { prompt: 1.25, completion: 10 },
  "qwen/qwen3-32b": { prompt: 0.1, completion: 0.3 },
};
export const LISTED_MODELS = Object.keys(PRICES);
export const priceOf = (model = ""): Price => PRICES[model] ?? USUAL_PRICE;

/** One piece of an assistant message as it goes over the wire. */
export type Delta = { content: string } | { tool_calls: Array<Record<string, unknown>> };

export interface Output {
  text: string;
  toolCalls: Array<{ id: string; name: string; arguments: string }>;
  deltas: Delta[];
  finish: "stop" | "tool_calls" | "length";
  /** Milliseconds after the start at which delta `i` is due. */
  dueMs: (i: number) => number;
  script?: ScriptRecord;
}

interface Said {
  text: string;
  calls: Array<{ name: string; arguments: string }>;
}

/** What the script says, else what the model does. */
function say(chat: ChatRequest, script: Script | undefined): Said {
  if (script?.text !== undefined || script?.toolCalls) {
    const calls = (script.toolCalls ?? []).map(({ name, arguments: given }) => ({
      name,
      arguments: typeof given === "string" ? given : JSON.stringify(given),
    }));
    return { text: script.text ?? "", calls };
  }
  const decision = decideReply(chat.messages, chat.tools);
  if (decision.kind === "text") return { text: decision.text, calls: [] };
  return { text: "", calls: [{ name: decision.name, arguments: JSON.stringify(decision.args) }] };
}

/** A completion as it will be sent, at the given pace unless its script has one. */
export function planCompletion(
  chat: ChatRequest,
  { script, pace }: { script: ScriptRecord | undefined; pace: Pace },
): Output {
  const { text: all, calls } = say(chat, script?.script);
  const limit = script?.script.endless ? Infinity : chat.maxTokens * 4;
  const tooLong = all.length > limit;
  const text = tooLong ? all.slice(0, limit) : all;
  const toolCalls = calls.map((call) => ({
    id: `call_${randomBytes(12).toString("hex")}`,
    ...call,
  }));
  const { chunks, overMs } = script?.script ?? {};
  const pieces = chunks === undefined || tooLong ? splitWords(text) : splitEvenly(text, chunks);
  const deltas = [
    ...pieces.map((content): Delta => ({ content })),
    ...toolCalls.flatMap(splitCall),
  ];
  const interval = pace.chunksPerSecond > 0 ? 1_000 / pace.chunksPerSecond : 0;
  const dueMs = (i: number) =>
    overMs === undefined
      ? pace.firstChunkMs + i * interval
      : (i * overMs) / Math.max(1, deltas.length - 1);
  return {
    text,
    toolCalls,
    deltas,
    dueMs,
    finish: tooLong ? "length" : toolCalls.length > 0 ? "tool_calls" : "stop",
    ...(script ? { script } : {}),
  };
}

/** A call begins with its name; its arguments follow piece by piece. */
function splitCall({ id, name, arguments: json }: Output["toolCalls"][number], index: number) {
  const first = { index, id, type: "function", function: { name, arguments: "" } };
  const others = (json.match(/[\s\S]{1,12}/g) ?? []).map((piece) => ({
    index,
    function: { arguments: piece },
  }));
  return [first, ...others].map((call): Delta => ({ tool_calls: [call] }));
}

const splitWords = (text: string) => text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text ? [text] : []);

/** Exactly `count` chunks of equal length, give or take one character; no character is split. */
function splitEvenly(text: string, count: number): string[] {
  const characters = [...text];
  return Array.from({ length: count }, (_, i) =>
    characters
      .slice(
        Math.floor((i * characters.length) / count),
        Math.floor(((i + 1) * characters.length) / count),
      )
      .join(""),
  );
}

/** As GPT-4o counts one of 1,024 by 1,024. */
export const PICTURE_TOKENS = 765;

/** Token counts are estimates; `cost` is in dollars, as OpenRouter reports it. */
export function estimateUsage(chat: ChatRequest, output: Output) {
  const prompt =
    chat.messages.reduce((sum, m) => sum + estimateTokens(m.content) + 4, 0) +
    chat.pictures * PICTURE_TOKENS;
  const completion = estimateTokens(
    output.text + output.toolCalls.map((c) => c.name + c.arguments).join(""),
  );
  const price = priceOf(chat.models[0]);
  const dollars = (prompt * price.prompt + completion * price.completion) / 1e6;
  const cost = Number(dollars.toFixed(10));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cost,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

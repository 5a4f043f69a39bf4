/**
 * What one chat completion says and when: the text or tool calls of the deterministic model or of a
 * script, cut into the chunks that will be streamed, with the time each is due.
 */
import { randomBytes } from "node:crypto";
import type { ChatRequest } from "./chatRequest";
import { decideReply } from "../model/decide";
import { estimateTokens } from "../model/text";
import type { ScriptRecord } from "./scripts";
import type { StandIns } from "../state";

/** Dollars per million tokens: of the order of a small hosted model. */
export const PROMPT_PRICE = 0.15;
export const COMPLETION_PRICE = 0.6;

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

export function planCompletion(chat: ChatRequest, state: StandIns): Output {
  const script = state.scripts.take(chat.question);
  let text = script?.script.text ?? "";
  let calls = script?.script.toolCalls?.map((c) => ({
    name: c.name,
    arguments: typeof c.arguments === "string" ? c.arguments : JSON.stringify(c.arguments),
  }));
  if (script?.script.text === undefined && !calls) {
    const decision = decideReply(chat.messages, chat.tools);
    if (decision.kind === "text") text = decision.text;
    else calls = [{ name: decision.name, arguments: JSON.stringify(decision.args) }];
  }
  const limit = chat.maxTokens * 4;
  const tooLong = text.length > limit;
  if (tooLong) text = text.slice(0, limit);
  const toolCalls = (calls ?? []).map((c) => ({
    id: `call_${randomBytes(12).toString("hex")}`,
    ...c,
  }));
  const pieces =
    script?.script.chunks === undefined || tooLong
      ? words(text)
      : evenly(text, script.script.chunks);
  const deltas: Delta[] = pieces.map((content) => ({ content }));
  toolCalls.forEach((call, index) => {
    deltas.push({
      tool_calls: [
        { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } },
      ],
    });
    for (const piece of call.arguments.match(/[\s\S]{1,12}/g) ?? []) {
      deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  });
  const { firstChunkMs, chunksPerSecond } = state.pace;
  const interval = chunksPerSecond > 0 ? 1_000 / chunksPerSecond : 0;
  const overMs = script?.script.overMs;
  const dueMs = (i: number) =>
    overMs === undefined
      ? firstChunkMs + i * interval
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

const words = (text: string) => text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text ? [text] : []);

/** Exactly `count` chunks of equal length, give or take one character; no character is split. */
function evenly(text: string, count: number): string[] {
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

/** Token counts are estimates; `cost` is in dollars, as OpenRouter reports it. */
export function estimateUsage(chat: ChatRequest, output: Output) {
  const prompt = chat.messages.reduce((sum, m) => sum + estimateTokens(m.content) + 4, 0);
  const completion = estimateTokens(
    output.text + output.toolCalls.map((c) => c.name + c.arguments).join(""),
  );
  const cost = Number(((prompt * PROMPT_PRICE + completion * COMPLETION_PRICE) / 1e6).toFixed(10));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cost,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

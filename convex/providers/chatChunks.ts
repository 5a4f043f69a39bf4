/**
 * One chunk of a completion's stream, as plain deltas. Pure, and takes whatever comes: OpenRouter passes on what some
 * two hundred providers send, and a field may be absent, `null`, empty or of another type (`docs/providers.md`).
 */
import type { Infer } from "convex/values";
import { makeStorable } from "../lib/text";
import type { vListedModel } from "../validators";

export type ChatUsage = { promptTokens: number; completionTokens: number; costMicroUsd: number };
export type ChatDelta =
  | { kind: "id"; id: string }
  | { kind: "text"; text: string }
  /** What the model says in place of an answer that it won't give. */
  | { kind: "refusal"; text: string }
  | { kind: "tool"; index?: number; id: string; name: string; arguments: string }
  /** What a reasoning model wants to have back with the tool's result, as it came. */
  | { kind: "reasoning"; details: unknown[] }
  | { kind: "usage"; usage: ChatUsage; model: string }
  /** Why it ended: `stop`, `tool_calls`, `length`, `content_filter`, `error`. */
  | { kind: "finish"; reason: string };

/** Longest id or model's name that is kept. */
const MAX_NAME_CHARS = 200;

export function readChunk(chunk: unknown): ChatDelta[] {
  const { id, model, choices, usage } = fieldsOf(chunk);
  const { delta, finish_reason: reason } = fieldsOf(listOf(choices)[0]);
  const { content, refusal, tool_calls: calls, reasoning_details: details } = fieldsOf(delta);
  const deltas: ChatDelta[] = [];
  if (nameOf(id) !== "") deltas.push({ kind: "id", id: nameOf(id) });
  if (listOf(details).length > 0) deltas.push({ kind: "reasoning", details: listOf(details) });
  const text = textOf(content);
  if (text !== "") deltas.push({ kind: "text", text });
  const refused = stringOf(refusal) + refusalOf(content);
  if (refused !== "") deltas.push({ kind: "refusal", text: refused });
  deltas.push(...listOf(calls).map(callOf));
  if (typeof usage === "object" && usage !== null) {
    deltas.push({ kind: "usage", usage: usageOf(usage), model: nameOf(model) });
  }
  if (nameOf(reason) !== "") deltas.push({ kind: "finish", reason: nameOf(reason) });
  return deltas;
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");
const nameOf = (value: unknown): string => makeStorable(stringOf(value).slice(0, MAX_NAME_CHARS));

/** A text, or the text parts of a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => (typeof part === "string" ? part : stringOf(fieldsOf(part).text)))
    .join("");
}

const refusalOf = (content: unknown): string =>
  listOf(content)
    .map((part) => stringOf(fieldsOf(part).refusal))
    .join("");

function callOf(call: unknown): ChatDelta {
  const { index, id, function: called } = fieldsOf(call);
  const { name, arguments: given } = fieldsOf(called);
  return {
    kind: "tool",
    ...(typeof index === "number" && { index }),
    id: nameOf(id),
    name: nameOf(name),
    arguments:
      typeof given === "object" && given !== null ? JSON.stringify(given) : stringOf(given),
  };
}

const countOf = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
const microUsd = (usd: number) => Math.round(usd * 1_000_000);

/** `cost` in dollars, as OpenRouter reports it. */
function usageOf(usage: object): ChatUsage {
  const { prompt_tokens, completion_tokens, cost } = fieldsOf(usage);
  return {
    promptTokens: countOf(prompt_tokens),
    completionTokens: countOf(completion_tokens),
    costMicroUsd: microUsd(countOf(cost)),
  };
}

/** The body of `GET /generation`. */
export function readGeneration(body: unknown): { usage: ChatUsage; model: string } {
  const { model, tokens_prompt, tokens_completion, total_cost } = fieldsOf(fieldsOf(body).data);
  return {
    model: nameOf(model),
    usage: usageOf({
      prompt_tokens: tokens_prompt,
      completion_tokens: tokens_completion,
      cost: total_cost,
    }),
  };
}

/** The body of `GET /models/…/endpoints`. https://openrouter.ai/docs/api-reference/list-endpoints-for-a-model */
export const readInputKinds = (body: unknown): string[] =>
  listOf(fieldsOf(fieldsOf(fieldsOf(body).data).architecture).input_modalities).map(stringOf);

export type ListedModel = Infer<typeof vListedModel>;
/** More than OpenRouter has. */
const MAX_MODELS = 1_000;

/** The body of `GET /models`: models that write words, by id. Prices come as strings, in dollars per token. */
export function readModels(body: unknown): ListedModel[] {
  const models = listOf(fieldsOf(body).data).map(fieldsOf).flatMap(modelOf);
  return models.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MAX_MODELS);
}

function modelOf(model: Record<string, unknown>): ListedModel[] {
  const { id, name, pricing, context_length, supported_parameters, architecture } = model;
  const { prompt, completion } = fieldsOf(pricing);
  const { input_modalities: inputs, output_modalities: outputs } = fieldsOf(architecture);
  const writes = outputs === undefined || listOf(outputs).includes("text");
  const [promptUsd, completionUsd] = [perMillion(prompt), perMillion(completion)];
  // A price of -1 is one that depends on what the router picks.
  if (nameOf(id) === "" || !writes || promptUsd === null || completionUsd === null) return [];
  return [
    {
      id: nameOf(id),
      name: nameOf(name) || nameOf(id),
      promptUsd,
      completionUsd,
      contextTokens: countOf(context_length),
      tools: listOf(supported_parameters).includes("tools"),
      pictures: listOf(inputs).includes("image"),
    },
  ];
}

function perMillion(price: unknown): number | null {
  const usd = typeof price === "string" && price !== "" ? Number(price) : Number.NaN;
  return usd >= 0 && Number.isFinite(usd) ? Math.round(usd * 1e6 * 1e4) / 1e4 : null;
}

/**
 * OpenAI's embeddings endpoint. Vectors are hashed features of the text (stemmed words mapped to
 * concepts, word pairs, character n-grams), so that related texts come out near each other with no
 * model and no download. Limits and error bodies follow OpenAI's API reference.
 */
import { z } from "zod";
import type { Reply, Request } from "../http";
import { estimateTokens, hashText, isCommon, listRelated, readTerms } from "../model/text";

const DEFAULT_DIMENSIONS = 1536;
const MAX_INPUTS = 2_048;
const MAX_TOKENS = 8_192;
const MAX_TOKENS_PER_REQUEST = 300_000;
const MODELS: Record<string, number> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

export function openaiError(
  status: number,
  message: string,
  extra: { type?: string; param?: string | null; code?: string | null } = {},
  headers?: Record<string, string>,
): Reply {
  const type =
    extra.type ??
    (status === 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error");
  return {
    status,
    body: { error: { message, type, param: extra.param ?? null, code: extra.code ?? null } },
    ...(headers ? { headers } : {}),
  };
}

export function openaiStatus(status: number): Reply {
  if (status === 429) {
    return openaiError(
      429,
      "Rate limit reached for text-embedding-3-small. Please try again in 1s.",
      { code: "rate_limit_exceeded" },
    );
  }
  if (status >= 500)
    return openaiError(
      status,
      "The server had an error while processing your request. Sorry about that!",
    );
  return openaiError(status, `The request was refused with status ${status}.`);
}

export function openaiUnauthorized(key: string): Reply {
  if (!key) {
    return openaiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.",
    );
  }
  const shown = `${key.slice(0, 3)}***${key.slice(-2)}`;
  return openaiError(
    401,
    `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    {
      code: "invalid_api_key",
    },
  );
}

/** The share of a passage's vector that its title and heading give. */
const LEAD_SHARE = 0.6;

const COMMON_WEIGHT = 0.5;

/**
 * A deterministic unit vector for a text. A passage begins with a line "title › heading", which says
 * what it answers; a long table must not drown that, so the line has a fixed share of the vector.
 */
export function embedText(text: string, dimensions = DEFAULT_DIMENSIONS): number[] {
  const lead = /^[^\n]* › [^\n]*(?=\n)/.exec(text)?.[0];
  if (lead === undefined) return features(text, dimensions);
  const head = features(lead, dimensions);
  const body = features(text.slice(lead.length), dimensions);
  return unit(body.map((x, i) => x * (1 - LEAD_SHARE) + head[i]! * LEAD_SHARE));
}

function unit(vector: number[]): number[] {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((x) => x / norm);
}

/**
 * Signed feature hashing (Weinberger et al., 2009): each feature adds ± its weight at two positions,
 * so that unrelated texts are near orthogonal.
 */
function features(text: string, dimensions: number): number[] {
  const vector = new Float64Array(dimensions);
  const add = (feature: string, weight: number) => {
    for (const seed of [0x811c9dc5, 0x01234567]) {
      const h = hashText(feature, seed);
      const i = h % dimensions;
      vector[i] = vector[i]! + ((h >>> 31) & 1 ? weight : -weight);
    }
  };
  const words = readTerms(text);
  const counts = new Map<string, number>();
  const bump = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  words.forEach(({ concept, surface }, i) => {
    bump(`w:${concept}`, isCommon(concept) ? COMMON_WEIGHT : 1);
    for (const related of listRelated(concept)) bump(`w:${related}`, 0.5);
    const next = words[i + 1];
    if (next) bump(`p:${[concept, next.concept].sort().join("+")}`, 0.3);
    const padded = `^${surface}$`;
    for (let k = 0; k + 4 <= padded.length; k++) bump(`g:${padded.slice(k, k + 4)}`, 0.12);
  });
  // Sub-linear counts: a word that fills a passage does not drown the others.
  for (const [feature, n] of counts) add(feature, Math.sqrt(n));
  if (counts.size === 0) add(`raw:${text.trim().toLowerCase()}`, 1);
  return unit(Array.from(vector));
}

const toBase64 = (vector: number[]) =>
  Buffer.from(new Float32Array(vector).buffer).toString("base64");

const bodySchema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().min(1).max(3072).optional(),
  encoding_format: z.enum(["float", "base64"]).default("float"),
});

export function handleOpenai(request: Request): Reply {
  if (request.path === "/openai/v1/models" && request.method === "GET") {
    return {
      status: 200,
      body: {
        object: "list",
        data: Object.keys(MODELS).map((id) => ({ id, object: "model", owned_by: "openai" })),
      },
    };
  }
  if (request.path !== "/openai/v1/embeddings" || request.method !== "POST") {
    return openaiError(
      404,
      `Invalid URL (${request.method} ${request.path.replace("/openai", "")})`,
    );
  }
  if (request.body === undefined) {
    return openaiError(400, "We could not parse the JSON body of your request.");
  }
  const parsed = bodySchema.safeParse(request.body);
  if (!parsed.success) {
    const param = String(parsed.error.issues[0]?.path[0] ?? "input");
    return openaiError(
      400,
      `'$.${param}' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.`,
      { param },
    );
  }
  const { model, input, encoding_format: format } = parsed.data;
  const size = MODELS[model];
  if (!size) {
    return openaiError(
      404,
      `The model \`${model}\` does not exist or you do not have access to it.`,
      { code: "model_not_found" },
    );
  }
  const inputs = typeof input === "string" ? [input] : input;
  const problem = checkInputs(inputs, typeof input !== "string");
  if (problem) return problem;
  const dimensions = parsed.data.dimensions ?? size;
  if (dimensions > size) {
    return openaiError(
      400,
      `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${size}.`,
      { param: "dimensions" },
    );
  }
  const tokens = inputs.reduce((sum, text) => sum + estimateTokens(text), 0);
  const data = inputs.map((text, index) => {
    const vector = embedText(text, dimensions);
    return {
      object: "embedding",
      index,
      embedding: format === "base64" ? toBase64(vector) : vector,
    };
  });
  return {
    status: 200,
    body: { object: "list", data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
  };
}

function checkInputs(inputs: string[], isArray: boolean): Reply | undefined {
  const bad = (message: string, code: string | null = null) =>
    openaiError(400, message, { param: "input", code });
  if (inputs.length === 0)
    return bad(
      "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      "empty_array",
    );
  if (inputs.length > MAX_INPUTS) {
    return bad(
      `Invalid 'input': array too long. Expected an array with maximum length ${MAX_INPUTS}, but got an array with length ${inputs.length} instead.`,
      "array_above_max_length",
    );
  }
  const empty = inputs.findIndex((text) => text === "");
  if (empty >= 0)
    return bad(
      `Invalid '${isArray ? `input[${empty}]` : "input"}': input cannot be an empty string.`,
    );
  for (const text of inputs) {
    const tokens = estimateTokens(text);
    if (tokens > MAX_TOKENS) {
      return bad(
        `This model's maximum context length is ${MAX_TOKENS} tokens, however you requested ${tokens} tokens (${tokens} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`,
      );
    }
  }
  const total = inputs.reduce((sum, text) => sum + estimateTokens(text), 0);
  if (total > MAX_TOKENS_PER_REQUEST) {
    return bad(
      `Requested ${total} tokens, max ${MAX_TOKENS_PER_REQUEST} tokens per request`,
      "max_tokens_per_request",
    );
  }
  return undefined;
}

/** OpenAI's embeddings endpoint. Limits and error bodies follow OpenAI's API reference. */
import { z } from "zod";
import { CREDENTIALS } from "../credentials";
import { readBearerKey, type Reply, type Request } from "../http";
import { estimateTokens } from "../model/text";
import type { Provider } from "../provider";
import { embedText } from "./embedding";

const MAX_INPUTS = 2_048;
const MAX_TOKENS = 8_192;
const MAX_TOKENS_PER_REQUEST = 300_000;
/** Each with the dimensions of its vectors. */
const MODELS: Record<string, number> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

export const openai: Provider = { refuse, handle, answerStatus };

/** An answer that is none, as by a fault. Errors stay as they are. */
export function bendVectors(reply: Reply, how: "short" | "fewer" | "null" | "shifted"): Reply {
  if (reply.status !== 200) return reply;
  const body = reply.body as { data: { index: number; embedding: unknown[] }[] };
  const data = how === "fewer" ? body.data.slice(1) : body.data;
  const bent = data.map(({ index, embedding }) => ({
    object: "embedding",
    index: how === "shifted" ? index + 1 : index,
    embedding:
      how === "short"
        ? embedding.slice(0, 512)
        : how === "null"
          ? [null, ...embedding.slice(1)]
          : embedding,
  }));
  return { ...reply, body: { ...body, data: bent } };
}

function makeError(
  status: number,
  message: string,
  { param = null, code = null }: { param?: string | null; code?: string | null } = {},
): Reply {
  const type =
    status === 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
  return { status, body: { error: { message, type, param, code } } };
}

function answerStatus(status: number): Reply {
  if (status === 429) {
    return makeError(
      429,
      "Rate limit reached for text-embedding-3-small. Please try again in 1s.",
      {
        code: "rate_limit_exceeded",
      },
    );
  }
  if (status >= 500)
    return makeError(
      status,
      "The server had an error while processing your request. Sorry about that!",
    );
  return makeError(status, `The request was refused with status ${status}.`);
}

function refuse(request: Request): Reply | undefined {
  const key = readBearerKey(request);
  if (key === CREDENTIALS.OPENAI_API_KEY) return undefined;
  if (!key) {
    return makeError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.",
    );
  }
  const shown = `${key.slice(0, 3)}***${key.slice(-2)}`;
  return makeError(
    401,
    `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    { code: "invalid_api_key" },
  );
}

const toBase64 = (vector: number[]) =>
  Buffer.from(new Float32Array(vector).buffer).toString("base64");

const bodySchema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().min(1).max(3072).optional(),
  encoding_format: z.enum(["float", "base64"]).default("float"),
});

type EmbeddingsBody = z.output<typeof bodySchema>;

function handle(request: Request): Reply {
  const call = `${request.method} ${request.path.slice("/openai".length)}`;
  if (call === "GET /v1/models")
    return { status: 200, body: { object: "list", data: listModels() } };
  if (call !== "POST /v1/embeddings") return makeError(404, `Invalid URL (${call})`);
  if (request.body === undefined) {
    return makeError(400, "We could not parse the JSON body of your request.");
  }
  const parsed = bodySchema.safeParse(request.body);
  if (parsed.success) return checkBody(parsed.data) ?? createEmbeddings(parsed.data);
  const param = String(parsed.error.issues[0]?.path[0] ?? "input");
  return makeError(
    400,
    `'$.${param}' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.`,
    { param },
  );
}

const listModels = () =>
  Object.keys(MODELS).map((id) => ({ id, object: "model", owned_by: "openai" }));

function createEmbeddings({ model, input, dimensions, encoding_format: format }: EmbeddingsBody) {
  const inputs = [input].flat();
  const data = inputs.map((text, index) => {
    const vector = embedText(text, dimensions ?? MODELS[model]);
    return {
      object: "embedding",
      index,
      embedding: format === "base64" ? toBase64(vector) : vector,
    };
  });
  const tokens = inputs.reduce((sum, text) => sum + estimateTokens(text), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { status: 200, body: { object: "list", data, model, usage } };
}

/** The error for what is well-formed and yet not taken. */
function checkBody({ model, input, dimensions }: EmbeddingsBody): Reply | undefined {
  const size = MODELS[model];
  if (!size) {
    return makeError(
      404,
      `The model \`${model}\` does not exist or you do not have access to it.`,
      { code: "model_not_found" },
    );
  }
  const problem = checkInputs([input].flat(), typeof input !== "string");
  if (problem) return problem;
  if (dimensions === undefined || dimensions <= size) return undefined;
  return makeError(
    400,
    `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${size}.`,
    { param: "dimensions" },
  );
}

function checkInputs(inputs: string[], isArray: boolean): Reply | undefined {
  const bad = (message: string, code: string | null = null) =>
    makeError(400, message, { param: "input", code });
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

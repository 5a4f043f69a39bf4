/**
 * OpenRouter's API: routing over `models`, refusals in its error shape, and the list of models. What a
 * completion says is planned in `completion.ts`; how it travels, and breaks, is `completionStream.ts`.
 */
import { randomBytes } from "node:crypto";
import type { FaultRecord } from "../control/faults";
import { CREDENTIALS } from "../credentials";
import { pauseFor, readBearerKey, sendReply, waitForAbort, type Reply } from "../http";
import type { LoggedExchange } from "../provider";
import type { StandIns } from "../state";
import { parseChat, takesPictures, type ChatRequest } from "./chatRequest";
import { LISTED_MODELS, planCompletion, priceOf } from "./completion";
import { sendStreamed, sendWhole } from "./completionStream";

const BASE = "/openrouter/api/v1";

const MESSAGES: Record<number, string> = {
  400: "Provider returned error",
  402: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
  403: "The request was blocked by moderation",
  408: "Request timed out",
  429: "Provider returned error",
  502: "Provider returned error",
  503: "No allowed providers are available for the selected model.",
};

/** Of a question, by the moderation of the model's provider. */
const FLAGGED: Reply = {
  status: 403,
  body: {
    error: {
      code: 403,
      message: "Your chosen model requires moderation and your input was flagged",
      metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "Local" },
    },
  },
};

function makeError(code: number, message: string): Reply {
  return { status: code, body: { error: { message, code } } };
}

function answerStatus(status: number, model: string): Reply {
  const message =
    MESSAGES[status] ?? (status >= 500 ? "Internal Server Error" : `Request refused (${status})`);
  if (status !== 429) return makeError(status, message);
  const raw = `${model} is temporarily rate-limited upstream. Please retry shortly.`;
  return {
    status,
    body: { error: { message, code: 429, metadata: { raw, provider_name: "Local" } } },
  };
}

export async function serveOpenrouter(exchange: LoggedExchange): Promise<void> {
  const { request, res, state } = exchange;
  const key = readBearerKey(request);
  if (key !== CREDENTIALS.OPENROUTER_API_KEY) {
    return sendReply(res, makeError(401, key ? "User not found." : "No auth credentials found"));
  }
  const [, asked] = /^\/openrouter\/api\/v1\/models\/(.+)\/endpoints$/.exec(request.path) ?? [];
  if (request.method === "GET" && asked !== undefined) {
    const fault = state.faults.take("openrouter", request.path, asked);
    if (fault?.kind === "status") return sendReply(res, answerStatus(fault.status, asked));
    return sendReply(res, {
      status: 200,
      body: { data: { ...describeModel(asked), endpoints: [] } },
    });
  }
  switch (`${request.method} ${request.path}`) {
    case `GET ${BASE}/models`:
      return sendReply(res, { status: 200, body: { data: listModels() } });
    case `GET ${BASE}/generation`: {
      const found = state.generations.view(request.query.get("id") ?? "");
      if (found === null) return sendReply(res, makeError(404, "Generation not found"));
      return sendReply(res, { status: 200, body: found });
    }
    case `POST ${BASE}/chat/completions`: {
      const chat = parseChat(request.body);
      if ("problem" in chat) return sendReply(res, makeError(400, chat.problem));
      return complete(chat, exchange);
    }
    default:
      return sendReply(res, makeError(404, "Not Found"));
  }
}

async function complete(chat: ChatRequest, exchange: LoggedExchange): Promise<void> {
  const { res, state, record, signal } = exchange;
  const { model, fault } = chooseModel(chat, state);
  if (fault?.kind === "status") {
    const headers: Record<string, string> =
      fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    const refusal = fault.flagged === true ? FLAGGED : answerStatus(fault.status, model);
    return sendReply(res, { ...refusal, headers });
  }
  if (fault?.kind === "stall" && fault.afterChunks === undefined) {
    state.log.broken(record);
    return waitForAbort(signal);
  }
  if (fault?.kind === "slow") await pauseFor(fault.delayMs, signal);
  const created = Math.floor(Date.now() / 1000);
  const id = `gen-${created}-${randomBytes(10).toString("hex")}`;
  const script = state.scripts.take(chat.question);
  const output = planCompletion(chat, { script, pace: state.pace });
  state.generations.add(id, { model, chat, output, record });
  const completion = { chat, model, output, id, created, ...(fault ? { fault } : {}) };
  try {
    await (chat.stream ? sendStreamed : sendWhole)(completion, exchange);
  } finally {
    if (script) script.state = "done";
  }
}

/** The model that answers: one that a fault takes out is passed over while there is another. */
function chooseModel(chat: ChatRequest, state: StandIns): { model: string; fault?: FaultRecord } {
  for (const [i, model] of chat.models.entries()) {
    const fault = state.faults.take("openrouter", chat.question, model);
    if (!fault) return { model };
    const passesOn =
      fault.kind === "status" && fault.model !== undefined && i + 1 < chat.models.length;
    if (!passesOn) return { model, fault };
  }
  return { model: chat.models.at(-1)! };
}

const listModels = () => LISTED_MODELS.map(describeModel);

function describeModel(id: string) {
  const inputs = takesPictures(id) ? ["text", "image"] : ["text"];
  const price = priceOf(id);
  return {
    id,
    name: id,
    created: 1_735_689_600,
    context_length: 128_000,
    architecture: {
      modality: `${inputs.join("+")}->text`,
      input_modalities: inputs,
      output_modalities: ["text"],
      tokenizer: "Other",
    },
    pricing: { prompt: String(price.prompt / 1e6), completion: String(price.completion / 1e6) },
    supported_parameters: ["tools", "tool_choice", "max_tokens"],
  };
}

/**
 * OpenRouter's API: routing over `models`, refusals in its error shape, and the list of models. What a
 * completion says is planned in `completion.ts`; how it travels, and breaks, is `completionStream.ts`.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { parseChat, type ChatRequest } from "./chatRequest";
import { COMPLETION_PRICE, PROMPT_PRICE, planCompletion } from "./completion";
import { sendStreamed, sendWhole, type Exchange } from "./completionStream";
import type { FaultRecord } from "../control/faults";
import { waitForAbort, pauseFor, sendReply, type Reply, type Request } from "../http";
import type { RequestRecord } from "../control/requestLog";
import type { StandIns } from "../state";

const MESSAGES: Record<number, string> = {
  400: "Provider returned error",
  402: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
  403: "The request was blocked by moderation",
  408: "Request timed out",
  429: "Provider returned error",
  502: "Provider returned error",
  503: "No allowed providers are available for the selected model.",
};

export function openrouterError(
  code: number,
  message: string,
  headers?: Record<string, string>,
): Reply {
  return { status: code, body: { error: { message, code } }, ...(headers ? { headers } : {}) };
}

export function openrouterStatus(status: number, model?: string): Reply {
  const message =
    MESSAGES[status] ?? (status >= 500 ? "Internal Server Error" : `Request refused (${status})`);
  if (status !== 429) return openrouterError(status, message);
  const raw = `${model ?? "The model"} is temporarily rate-limited upstream. Please retry shortly.`;
  return {
    status,
    body: { error: { message, code: 429, metadata: { raw, provider_name: "Local" } } },
  };
}

export const openrouterUnauthorized = (key: string): Reply =>
  openrouterError(401, key ? "User not found." : "No auth credentials found");

export async function handleOpenrouter(
  request: Request,
  res: ServerResponse,
  state: StandIns,
  record: RequestRecord,
  signal: AbortSignal,
): Promise<void> {
  if (request.path === "/openrouter/api/v1/models" && request.method === "GET")
    return sendReply(res, models());
  if (request.path === "/openrouter/api/v1/generation" && request.method === "GET") {
    const found = state.generations.view(request.query.get("id") ?? "");
    if (found === null) return sendReply(res, openrouterError(404, "Generation not found"));
    return sendReply(res, { status: 200, body: found });
  }
  if (request.path !== "/openrouter/api/v1/chat/completions" || request.method !== "POST") {
    return sendReply(res, openrouterError(404, "Not Found"));
  }
  const chat = parseChat(request.body);
  if ("problem" in chat) return sendReply(res, openrouterError(400, chat.problem));
  const { model, fault } = route(chat, state);
  if (fault?.kind === "status") {
    const reply = openrouterStatus(fault.status, model);
    const retry: Record<string, string> =
      fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    return sendReply(res, { ...reply, headers: retry });
  }
  if (fault?.kind === "stall" && fault.afterChunks === undefined) {
    state.log.broken(record);
    return waitForAbort(signal);
  }
  if (fault?.kind === "slow") await pauseFor(fault.delayMs, signal);
  const id = `gen-${Math.floor(Date.now() / 1000)}-${randomBytes(10).toString("hex")}`;
  const output = planCompletion(chat, state);
  const exchange: Exchange = {
    chat,
    model,
    output,
    id,
    created: Math.floor(Date.now() / 1000),
    res,
    record,
    state,
    signal,
    ...(fault ? { fault } : {}),
  };
  state.generations.add(id, { model, chat, output, record });
  try {
    await (chat.stream ? sendStreamed(exchange) : sendWhole(exchange));
  } finally {
    if (output.script) output.script.state = "done";
  }
}

/** The model that answers: one that a fault takes out is passed over while there is another. */
function route(chat: ChatRequest, state: StandIns): { model: string; fault?: FaultRecord } {
  for (const [i, model] of chat.models.entries()) {
    const fault = state.faults.take("openrouter", chat.question, model);
    if (!fault) return { model };
    const passesOn =
      fault.kind === "status" && fault.model !== undefined && i + 1 < chat.models.length;
    if (!passesOn) return { model, fault };
  }
  return { model: chat.models.at(-1)! };
}

function models(): Reply {
  const data = [
    "openai/gpt-4o-mini",
    "anthropic/claude-3.5-haiku",
    "google/gemini-2.0-flash-001",
  ].map((id) => ({
    id,
    name: id,
    created: 1_735_689_600,
    context_length: 128_000,
    architecture: {
      modality: "text->text",
      input_modalities: ["text"],
      output_modalities: ["text"],
      tokenizer: "Other",
    },
    pricing: { prompt: String(PROMPT_PRICE / 1e6), completion: String(COMPLETION_PRICE / 1e6) },
    supported_parameters: ["tools", "tool_choice", "max_tokens"],
  }));
  return { status: 200, body: { data } };
}

/** The part of a chat completion request that the stand-in for OpenRouter understands. */
import { z } from "zod";
import type { ChatMessage, OfferedTool } from "../model/decide";
import { lacksThought } from "./shapes";

const content = z
  .union([
    z.string(),
    z.array(
      z.looseObject({
        type: z.string(),
        text: z.string().optional(),
        image_url: z.looseObject({ url: z.string() }).optional(),
      }),
    ),
  ])
  .nullish();

const schema = z.looseObject({
  model: z.string().optional(),
  /** Fallbacks, tried in order after `model`. */
  models: z.array(z.string()).optional(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["system", "developer", "user", "assistant", "tool"]),
        content,
        tool_calls: z
          .array(
            z.looseObject({
              id: z.string(),
              function: z.looseObject({ name: z.string(), arguments: z.string() }),
            }),
          )
          .nullish(),
        tool_call_id: z.string().optional(),
      }),
    )
    .min(1),
  tools: z
    .array(
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }),
      }),
    )
    .nullish(),
  tool_choice: z.unknown().optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  usage: z.looseObject({ include: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
});

/** Of the models that the stand-in knows by their makers' names these read pictures. */
export const takesPictures = (model: string): boolean =>
  /^(?:openai\/gpt-(?:4o|4\.1|5)|anthropic\/claude|google\/gemini)/.test(model);

/** A data URL whose bytes are what it says. */
function isPictureUrl(url: string): boolean {
  const [, type, base64 = ""] =
    /^data:image\/(png|jpeg|webp|gif);base64,([\w+/=]+)$/.exec(url) ?? [];
  const head = Buffer.from(base64.slice(0, 24), "base64").toString("latin1");
  const begins = { png: "\x89PNG", jpeg: "\xff\xd8\xff", webp: "RIFF", gif: "GIF8" };
  return type !== undefined && head.startsWith(begins[type as keyof typeof begins]);
}

export interface ChatRequest {
  models: string[];
  messages: ChatMessage[];
  tools: OfferedTool[];
  stream: boolean;
  includeUsage: boolean;
  maxTokens: number;
  pictures: number;
  /** The newest customer message(s), for matching scripts and faults. */
  question: string;
}

/** The request, or the reason OpenRouter would refuse it with. */
export function parseChat(body: unknown): ChatRequest | { problem: string } {
  if (body === undefined) return { problem: "Invalid JSON in request body" };
  if (typeof body !== "object" || body === null || !("messages" in body)) {
    return { problem: 'Input required: specify "prompt" or "messages"' };
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `${issue?.path.join(".") ?? "body"}: ${issue?.message ?? "invalid"}` };
  }
  const { data } = parsed;
  const models = [...new Set([...(data.model ? [data.model] : []), ...(data.models ?? [])])];
  if (models.length === 0) return { problem: "No models provided" };
  const unknown = models.find((m) => !/^[\w.-]+\/[\w.:-]+$/.test(m));
  if (unknown !== undefined) return { problem: `${unknown} is not a valid model ID` };
  if (data.messages.some(lacksThought)) {
    return { problem: "Function call is missing a thought_signature in functionCall parts." };
  }
  const pictures = data.messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.flatMap((part) => part.image_url?.url ?? []) : [],
  );
  const blind = models.find((model) => !takesPictures(model));
  if (pictures.length > 0 && blind !== undefined) {
    return { problem: "No endpoints found that support image input" };
  }
  if (!pictures.every(isPictureUrl)) return { problem: "Invalid image URL" };
  const messages = data.messages.map((m): ChatMessage => ({
    role: m.role,
    content:
      typeof m.content === "string"
        ? m.content
        : (m.content ?? []).map((p) => p.text ?? "").join("\n"),
    ...(m.tool_calls?.length
      ? { toolCalls: m.tool_calls.map((c) => ({ id: c.id, name: c.function.name })) }
      : {}),
    ...(m.tool_call_id ? { toolCallId: m.tool_call_id } : {}),
  }));
  const tools = data.tool_choice === "none" ? [] : (data.tools ?? []).map((t) => t.function);
  return {
    models,
    messages,
    tools: tools.map((t) => ({ name: t.name, parameters: t.parameters })),
    stream: data.stream === true,
    includeUsage: data.usage?.include === true || data.stream_options?.include_usage === true,
    pictures: pictures.length,
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? Infinity,
    question: messages.findLast((m) => m.role === "user")?.content ?? "",
  };
}

/**
 * The writer of a reply: an action that reads once, streams from the model, and shows what it has at
 * growing intervals until it is done or overtaken. It owns no state but the fencing token it was admitted
 * with; killed at any point, it leaves a lease that expires.
 */
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { hasEmbeddings } from "../../env";
import { isOperatorFault, ProviderError } from "../../providers/errors";
import { streamChat, type ChatMessage, type ChatRequest } from "../../providers/openrouter";
import { citePassages } from "./citations";
import { isAppError } from "../../lib/errors";
import { Overtaken, ReplyWriter } from "./writer";
import { buildMessages, passageBlock, searchQueryOf } from "./prompt";
import { logError, logWarning } from "../../lib/log";
import { redactSecrets } from "../../lib/redact";
import type { Assignment, ReplyResult } from "./admission";
import type { ReplyRef } from "../conversations/replyProcess";
import { searchKnowledge, searchTerms, type FoundPassage } from "../knowledge/search";
import { truncateText } from "../../lib/text";
import { SECOND } from "../../lib/time";
import { parseToolCall, toolDefinitions, type ToolCall } from "./tools";
import { readStream, type Round } from "./stream";

/** Model rounds per reply: each tool call costs one more. */
const MAX_ROUNDS = 4;
/** Requests per model before its fallback is tried. */
const TRIES_PER_MODEL = 2;
/** A question has at least so many telling words; "hi" and "thank you" are no gaps. */
const MIN_GAP_TERMS = 2;
/** Longest wait between two tries; a longer Retry-After means another model. */
const MAX_BACKOFF = 4 * SECOND;

/** Writes the reply of one turn. Never throws for what a provider does: that settles the row. */
export async function generateReply(ctx: ActionCtx, ref: ReplyRef): Promise<void> {
  const assignment = await ctx.runMutation(internal.replies.begin, ref);
  if (assignment === null) return;
  const { fence, agentId } = assignment;
  const writer = new ReplyWriter(ctx, { fence, agentId }, ref.conversationId);
  try {
    await writer.settle(await answer(ctx, assignment, writer));
  } catch (error) {
    if (error instanceof Overtaken) return await writer.chargeOvertaken();
    await writer.settle(failure(error, writer.text));
  }
}

type Answer = Omit<ReplyResult, "usage">;

async function answer(
  ctx: ActionCtx,
  assignment: Assignment,
  writer: ReplyWriter,
): Promise<Answer> {
  const { agent, context, earlier } = assignment;
  const query = searchQueryOf(context);
  const { passages, mode } = await searchKnowledge(ctx, query, writer.where);
  writer.textOnly = mode === "text" && hasEmbeddings();
  const messages = buildMessages(agent.prompt, context, passages, {
    earlier,
    channel: assignment.channel,
  });
  let malformed = 0;
  for (let round = 1; ; round++) {
    // The last round may call no tool, so that it ends in words.
    const mayCall = round < MAX_ROUNDS && malformed < 2;
    const request = { messages, tools: toolDefinitions(agent.tools), mayCall };
    const said = await completion(agent.models, request, writer);
    if (said.call === null) return complete(writer.text, passages, query);
    if (!mayCall) throw new ProviderError("The model went on calling tools.", true);
    const call = parseToolCall(said.call.name, said.call.arguments, agent.tools);
    if ("problem" in call) malformed += 1;
    else if (call.name === "escalate_to_human") {
      const { text, citations } = citePassages(writer.text, passages);
      return { text, citations, outcome: { kind: "handoff", handoff: call.args } };
    }
    const content = "problem" in call ? call.problem : await runTool(ctx, call, passages, writer);
    messages.push(...toolTurn(said, content));
  }
}

function complete(raw: string, passages: FoundPassage[], query: string): Answer {
  const { text, citations } = citePassages(raw, passages);
  // Whatever was found, an answer without a source is not from the shop's knowledge.
  const unanswered = citations.length === 0 && searchTerms(query).length >= MIN_GAP_TERMS;
  const gap = unanswered ? truncateText(redactSecrets(query), 200) : undefined;
  return { text, citations, outcome: { kind: "complete", gap } };
}

/** Found passages are added to `passages`, so that their numbers go on. Returns what the model reads. */
async function runTool(
  ctx: ActionCtx,
  call: Exclude<ToolCall, { name: "escalate_to_human" }>,
  passages: FoundPassage[],
  writer: ReplyWriter,
): Promise<string> {
  if (call.name === "set_contact") return await writer.setContact(call.args);
  await writer.show("searching");
  const { passages: more } = await searchKnowledge(ctx, redactSecrets(call.args.query));
  const fresh = more.filter((one) => passages.every((known) => known.passageId !== one.passageId));
  const first = passages.length + 1;
  passages.push(...fresh);
  return fresh.length > 0 ? passageBlock(fresh, first) : "Nothing else was found.";
}

function toolTurn(said: Round, content: string): ChatMessage[] {
  const call = said.call!;
  return [
    {
      role: "assistant",
      content: said.text || null,
      tool_calls: [
        { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } },
      ],
    },
    { role: "tool", tool_call_id: call.id, content },
  ];
}

/** One round, from the first model that manages it. Text of a failed try is taken back. */
async function completion(
  models: string[],
  request: Pick<ChatRequest, "messages" | "tools" | "mayCall">,
  writer: ReplyWriter,
): Promise<Round> {
  const before = writer.text;
  let last: unknown;
  for (const model of models) {
    for (let attempt = 1; attempt <= TRIES_PER_MODEL; attempt++) {
      const abort = new AbortController();
      try {
        const stream = streamChat({ ...request, model, signal: abort.signal });
        const promptChars = JSON.stringify(request.messages).length;
        return await readStream(stream, writer, { model, promptChars });
      } catch (error) {
        abort.abort();
        if (!(error instanceof ProviderError) || !error.retryable) throw error;
        last = error;
        logWarning(`a try of ${model} failed (${error.fault})`, JSON.stringify(writer.where));
        writer.rewind(before);
        const wait = error.retryAfterMs ?? SECOND * 0.4 * 2 ** (attempt - 1);
        if (wait > MAX_BACKOFF) break;
        if (attempt < TRIES_PER_MODEL) await writer.pause(wait);
      }
    }
  }
  throw last;
}

/**
 * A refusal of this one request is shown, with a retry. What another try won't mend, or no try has mended, hands over
 * to people.
 */
function failure(error: unknown, text: string): Answer {
  const settled = { text: citePassages(text, []).text, citations: [] };
  if (isAppError(error)) {
    const { code, message } = error.data;
    // A missing variable is for whoever runs the deployment: the log has the command that sets it.
    if (code === "not_configured") logError(message);
    const failed = { kind: "failed" as const, error: { code, message }, fault: code };
    return { ...settled, outcome: { ...failed, handOff: true } };
  }
  const known = error instanceof ProviderError;
  if (!known) logError("reply failed", error);
  const message = known ? error.message : "The assistant failed while it answered.";
  return {
    ...settled,
    outcome: {
      kind: "failed",
      error: { code: "provider_unavailable", message: truncateText(message, 300) },
      fault: known ? error.fault : undefined,
      handOff: !known || error.retryable || isOperatorFault(error.fault),
    },
  };
}

/**
 * The writer of a reply: an action that reads once, streams from the model, and shows what it has at
 * growing intervals until it is done or overtaken. It owns no state but the fencing token it was admitted
 * with; killed at any point, it leaves a lease that expires.
 */
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { hasEmbeddings } from "../../env";
import { ModelError } from "../../providers/errors";
import { streamChat, type ChatMessage, type ChatRequest } from "../../providers/openrouter";
import { citePassages } from "./citations";
import { listOwnHosts } from "../knowledge/guardrailRows";
import { saysUnknown } from "./unknown";
import { isAppError } from "../../lib/errors";
import { Grounding, Ungrounded, type Refusal } from "./grounding";
import { Overtaken, replyEffects, ReplyWriter, type Effects } from "./writer";
import { BRIEF_CHARS } from "../handoff/brief";
import { promptCharsOf } from "./budget";
import { loadPictures, type Pictures } from "./pictures";
import {
  buildMessages,
  draftQueryOf,
  measurePrompt,
  passageBlock,
  searchQueryOf,
  withoutPictures,
  type Draft,
} from "./prompt";
import { logError, logWarning } from "../../lib/log";
import { redactSecrets } from "../../lib/redact";
import type { Assignment, ReplyResult } from "./admission";
import type { ReplyRef } from "../conversations/replyProcess";
import {
  searchKnowledge,
  type DocumentSet,
  type FoundPassage,
  type Query,
} from "../knowledge/search";
import { truncateText } from "../../lib/text";
import { SECOND } from "../../lib/time";
import { parseToolCall, toolDefinitions, type ToolCall } from "./tools";
import type { Reader } from "./reader";
import type { Said } from "./round";
import { readStream } from "./stream";

/** Model rounds per reply: each tool call costs one more. */
const MAX_ROUNDS = 4;
/** Requests per model before its fallback is tried. */
const TRIES_PER_MODEL = 2;
/** Longest wait between two tries; a longer Retry-After means another model. */
const MAX_BACKOFF = 4 * SECOND;

/** Writes the reply of one turn, as a scheduled job does. */
export async function generateReply(ctx: ActionCtx, ref: ReplyRef): Promise<void> {
  const assignment = await ctx.runMutation(internal.replies.begin, ref);
  if (assignment !== null) await writeReply(ctx, ref.conversationId, assignment);
}

/**
 * Writes what was assigned, and tells it to whoever reads along. Never throws for what a provider does: that settles
 * the row. False: the turn had gone on without this writer.
 */
export async function writeReply(
  ctx: ActionCtx,
  conversationId: Id<"conversations">,
  assignment: Assignment,
  reader: Reader | null = null,
): Promise<boolean> {
  const { fence, agentId, checkId } = assignment;
  const held = { fence, agentId, ...(checkId !== undefined && { checkId }) };
  const grounding = groundingFor(assignment);
  const writer = new ReplyWriter(ctx, replyEffects(ctx, held, conversationId), {
    reader,
    grounding,
    byText: assignment.channel === "sms",
  });
  try {
    return await writer.settle(held, await answer(ctx, assignment, { writer, grounding }));
  } catch (error) {
    if (!(error instanceof Overtaken)) return await settleFailure(writer, held, error);
    await writer.chargeOvertaken(held);
    return false;
  }
}

/**
 * What this would answer, with the effects of `rehearsal.ts`, which are none, and with other documents. Throws what
 * `Effects.admitCall` throws.
 */
export async function rehearseReply(
  ctx: ActionCtx,
  brief: Brief,
  effects: Effects,
  documents: DocumentSet | undefined,
) {
  const forbidden = await ctx.runQuery(internal.guardrails.forbiddenWords, {});
  const grounding = groundingFor({ ...brief, forbidden });
  if (brief.draft) await grounding.addShop(() => ctx.runQuery(internal.knowledge.shopPage));
  const writer = new ReplyWriter(ctx, effects, { reader: null, grounding, byText: false });
  const pen = { writer, grounding, ...(documents && { documents }) };
  const said = await answer(ctx, brief, pen).catch(async (error: unknown) => {
    // Called off: what it used is asked for, and nothing else matters.
    if (error instanceof Overtaken) await writer.chargeBroken();
    else if (!(error instanceof ModelError) && !isAppError(error)) throw error;
    return failure(error, "");
  });
  const { checks, takenOut } = grounding;
  return { ...said, passages: writer.passages, usage: writer.close(), checks, takenOut };
}

/** With what the database has taken already; and with no words at all, should it not settle with those. */
async function settleFailure(
  writer: ReplyWriter,
  held: Parameters<ReplyWriter["settle"]>[0],
  error: unknown,
): Promise<boolean> {
  try {
    return await writer.settle(held, failure(error, writer.shown));
  } catch (again) {
    logError("a failed reply could not be settled with its words", again);
    return await writer.settle(held, failure(error, ""));
  }
}

type Answer = Omit<ReplyResult, "usage">;
/** What an answer is made from. `draft`: it is a technician's to send, who may have said what it is to say. */
export type Brief = Pick<Assignment, "agent" | "channel" | "context" | "earlier" | "forbidden"> & {
  draft?: Draft;
};

/** Links may go to the shop's own pages and those below them, and to hosts that a passage or the shop's list names. */
function groundingFor({ context, draft, forbidden = [] }: Brief): Grounding {
  const own = listOwnHosts();
  if (draft === undefined) return new Grounding(context, own, { forbidden });
  const { instruction = "" } = draft;
  const said = instruction === "" ? [] : [{ role: "technician" as const, text: instruction }];
  return new Grounding([...context, ...said], own, { takesOut: true, forbidden });
}

type Pen = { writer: ReplyWriter; grounding: Grounding; documents?: DocumentSet };

/** What can't be grounded, not even in a second try, is not said. */
async function answer(ctx: ActionCtx, assignment: Brief, pen: Pen): Promise<Answer> {
  const { context, draft } = assignment;
  const query = draft ? draftQueryOf(context, draft.instruction) : searchQueryOf(context);
  try {
    return await writeAnswer(ctx, assignment, { query, ...pen });
  } catch (error) {
    if (!(error instanceof Ungrounded)) throw error;
    return ungrounded(error.refusal, query.question, pen.writer);
  }
}

async function writeAnswer(
  ctx: ActionCtx,
  { agent, context, earlier, channel, draft }: Brief,
  { query, writer, grounding, documents }: Pen & { query: Query },
): Promise<Answer> {
  const asked = { ...query, ...(documents && { documents }) };
  const { passages, mode } = await searchKnowledge(ctx, asked, writer.where);
  writer.passages = passages;
  writer.textOnly = mode === "text" && hasEmbeddings();
  grounding.addPassages(passages);
  const { shown, seers } = await loadPictures(ctx, context, agent.models);
  const told = { earlier, channel, pictures: shown, draft };
  const messages = buildMessages(agent.prompt, context, passages, told);
  let malformed = 0;
  for (let round = 1; ; round++) {
    // The last round has no tools, so that it ends in words.
    const mayCall = round < MAX_ROUNDS && malformed < 2;
    const request = mayCall
      ? { messages, tools: toolDefinitions(agent.tools) }
      : { messages: withoutTools(messages), tools: [] };
    const said = await completion({ ...agent, seers }, request, { writer, grounding });
    if (said.call === null && said.refusal !== "") {
      return refused(said, { text: writer.text, passages, grounding });
    }
    if (said.call === null || (!mayCall && said.text !== "")) {
      return await complete(writer.text, passages, query.question);
    }
    if (!mayCall) throw new ModelError("The model went on calling tools.", "person");
    const call = parseToolCall(said.call.name, said.call.arguments, agent.tools);
    if ("problem" in call) malformed += 1;
    else if (call.name === "escalate_to_human") {
      const { text, citations } = citePassages(writer.text, passages);
      return { text, citations, outcome: { kind: "handoff", handoff: call.args } };
    }
    const tool = { passages, writer, grounding, ...(documents && { documents }) };
    const content = "problem" in call ? call.problem : await runTool(ctx, call, tool);
    messages.push(...toolTurn(said, said.call, content));
  }
}

/** A model that won't answer has answered: a person may. */
function refused(
  { refusal }: Said,
  { text, passages, grounding }: { text: string; passages: FoundPassage[]; grounding: Grounding },
): Answer {
  const summary = `The assistant declined to answer: ${refusal}`;
  const own = grounding.mayUse(refusal) ? refusal : "";
  return {
    ...citePassages(text === "" ? own : text, passages),
    outcome: {
      kind: "handoff",
      handoff: {
        reason: "needs_technician",
        summary: truncateText(summary, BRIEF_CHARS.summary),
        urgency: "normal",
      },
    },
  };
}

async function complete(raw: string, passages: FoundPassage[], query: string): Promise<Answer> {
  const { asksSomething } = await import("../knowledge/query");
  // Who says that the passages don't say it has no source, and shows none.
  const { text, citations } = citePassages(raw, saysUnknown(raw) ? [] : passages);
  // Whatever was found, an answer without a source is not from the shop's knowledge.
  const unanswered = citations.length === 0 && asksSomething(query);
  const gap = unanswered ? truncateText(redactSecrets(query), 200) : undefined;
  return { text, citations, outcome: { kind: "complete", gap } };
}

/** Found passages are added to `passages`, so that their numbers go on. Returns what the model reads. */
async function runTool(
  ctx: ActionCtx,
  call: Exclude<ToolCall, { name: "escalate_to_human" }>,
  { passages, writer, grounding, documents }: Pen & { passages: FoundPassage[] },
): Promise<string> {
  if (call.name === "set_contact") {
    const { saved, content } = await writer.setContact(call.args);
    if (saved) grounding.allow("contact");
    return content;
  }
  await writer.show("searching");
  const { passages: more } = await searchKnowledge(ctx, {
    question: redactSecrets(call.args.query),
    ...(documents && { documents }),
  });
  const fresh = more.filter((one) => passages.every((known) => known.passageId !== one.passageId));
  const first = passages.length + 1;
  passages.push(...fresh);
  grounding.addPassages(passages);
  return fresh.length > 0 ? passageBlock(fresh, first) : "Nothing else was found.";
}

function toolTurn(said: Said, call: NonNullable<Said["call"]>, content: string): ChatMessage[] {
  const { id, name, arguments: given } = call;
  return [
    {
      role: "assistant",
      content: said.text || null,
      tool_calls: [{ id, type: "function", function: { name, arguments: given } }],
      ...(said.reasoning.length > 0 && { reasoning_details: said.reasoning }),
    },
    { role: "tool", tool_call_id: id, content },
  ];
}

/**
 * The same with the tools' part told in the system message: a request without tools may not speak of calls
 * (Anthropic, Bedrock), and must end with the customer's words.
 */
function withoutTools([system, ...messages]: ChatMessage[]): ChatMessage[] {
  const isPlain = ({ role, ...rest }: ChatMessage) => role !== "tool" && !("tool_calls" in rest);
  const notes = messages.filter((message) => !isPlain(message)).flatMap(contentOf);
  if (system === undefined || notes.length === 0) return [...(system ? [system] : []), ...messages];
  const content = [...contentOf(system), "Your tools and you have said since:", ...notes];
  return [{ role: "system", content: content.join("\n\n") }, ...messages.filter(isPlain)];
}

const contentOf = ({ content }: ChatMessage): string[] =>
  typeof content === "string" ? [content] : [];

const CANT_TELL = "I can't tell you that for certain, so I'd rather not guess.";

/**
 * Twice the model said what nobody had told it, or what it may not say: a person is offered. What it claims to have
 * done, a person does.
 */
function ungrounded({ kind }: Refusal, query: string, writer: ReplyWriter): Answer {
  if (kind !== "act") {
    writer.sayInstead(CANT_TELL);
    // A word that may not be said is no gap in what the shop knows.
    const gap = kind === "fact" ? truncateText(redactSecrets(query), 200) : undefined;
    return { text: CANT_TELL, citations: [], outcome: { kind: "complete", gap, unsure: true } };
  }
  writer.sayInstead("");
  const handoff = {
    reason: "needs_technician" as const,
    summary: "The assistant claimed to have done what only a person can do.",
    urgency: "normal" as const,
  };
  return { text: "", citations: [], outcome: { kind: "handoff", handoff } };
}

type Round = Pick<ChatRequest, "messages" | "tools">;

const REASONS: Record<Refusal["kind"], string> = {
  fact: "which no passage says of what it is about. Say only what the passages say, or that you don't know.",
  act: "which nothing has done. Claim no act, and call a tool where one does it.",
  word: "which the shop does not allow. Say it without these words, or that you can't say it.",
};

/** The same, with the reason why the last answer was not sent. */
function withReason({ messages: [system, ...messages], tools }: Round, refusal: Refusal): Round {
  const note = `Your last answer was not sent: it said "${refusal.words}", ${REASONS[refusal.kind]} Write the whole answer again.`;
  const content = [...(system ? contentOf(system) : []), note].join("\n\n");
  return { messages: [{ role: "system", content }, ...messages], tools };
}

/** One round, from the first model that manages it. Text of a failed try is taken back. */
export async function completion(
  { models, settings, tools, seers }: Assignment["agent"] & Pick<Pictures, "seers">,
  asked: Round,
  { writer, grounding }: { writer: ReplyWriter; grounding: Grounding | null },
): Promise<Said> {
  let request = asked;
  let last = new ModelError("The answer took too long.", "person");
  for (const model of models) {
    for (let attempt = 1; attempt <= TRIES_PER_MODEL && Date.now() < writer.deadline; attempt++) {
      const messages = seers.has(model) ? request.messages : withoutPictures(request.messages);
      const { textChars, pictures } = measurePrompt(messages);
      writer.startRound({ model, promptChars: promptCharsOf(textChars, pictures) });
      try {
        const onCall = ({ name, arguments: given }: NonNullable<Said["call"]>) => {
          const call = parseToolCall(name, given, tools);
          if (!("problem" in call) && call.name === "escalate_to_human") {
            grounding?.allow("hand_over");
          }
        };
        return await readStream(
          openStream({ tools: request.tools, messages, model, settings }),
          writer,
          onCall,
        );
      } catch (error) {
        if (error instanceof Ungrounded) {
          await writer.dropUngrounded();
          if (grounding === null || grounding.countRefusal() > 1) throw error;
          request = withReason(asked, error.refusal);
          attempt -= 1;
          continue;
        }
        if (!(error instanceof ModelError)) throw error;
        writer.dropRound();
        if (error.remedy === "person") throw error;
        last = error;
        logWarning(`a try of ${model} failed (${error.fault})`, JSON.stringify(writer.where));
        const wait = error.retryAfterMs ?? SECOND * 0.4 * 2 ** (attempt - 1);
        if (error.remedy === "another" || wait > MAX_BACKOFF) break;
        if (attempt < TRIES_PER_MODEL) await writer.pause(wait);
      }
    }
  }
  throw last;
}

function openStream(request: Omit<ChatRequest, "signal" | "onBytes">) {
  const abort = new AbortController();
  const life = { at: Date.now() };
  const onBytes = () => (life.at = Date.now());
  const deltas = streamChat({ ...request, signal: abort.signal, onBytes });
  return { deltas, life, stop: () => abort.abort() };
}

/** Whatever has failed for good is a person's: the customer has asked, and there is no answer. */
export function failure(error: unknown, text: string): Answer {
  const settled = { text: citePassages(text, []).text, citations: [] };
  if (isAppError(error)) {
    const { code, message } = error.data;
    // A missing variable is for whoever runs the deployment: the log has the command that sets it.
    if (code === "not_configured") logError(message);
    const failed = { kind: "failed" as const, error: { code, message }, fault: code };
    return { ...settled, outcome: failed };
  }
  const known = error instanceof ModelError;
  if (!known) logError("reply failed", error);
  const message = known ? error.message : "The assistant failed while it answered.";
  return {
    ...settled,
    outcome: {
      kind: "failed",
      error: { code: "provider_unavailable", message: truncateText(message, 300) },
      fault: known ? error.fault : undefined,
    },
  };
}

/** What one completion comes to: its deltas put together, and whether they are an answer. Pure. */
import type { ChatDelta } from "../../providers/chatChunks";
import { ModelError } from "../../providers/errors";
import { readSpokenCall, showableText } from "./showable";

/** Far above what a tool takes, and what a model that thinks may want to have back. */
const MAX_ARGUMENT_CHARS = 20_000;
const MAX_REASONING_CHARS = 200_000;

type Call = { id: string; name: string; arguments: string };

/** A round under way. */
export type Round = {
  raw: string;
  refusal: string;
  calls: (Call & { index?: number })[];
  reasoning: Record<string, unknown>[];
  finish: string;
  /** Ended by us: it was long enough. */
  cut: boolean;
};

/** A round that ended well. Of several calls the first counts: calls in parallel are switched off. */
export type Said = {
  text: string;
  refusal: string;
  call: Call | null;
  reasoning: Record<string, unknown>[];
  cut: boolean;
};

export const newRound = (): Round => ({
  raw: "",
  refusal: "",
  calls: [],
  reasoning: [],
  finish: "",
  cut: false,
});

/** Adds a delta. Throws `ModelError` when it is more than any good answer has. */
export function addDelta(round: Round, delta: ChatDelta): void {
  switch (delta.kind) {
    case "id":
    case "usage":
      return;
    case "text":
      round.raw += delta.text;
      return;
    case "refusal":
      round.refusal += delta.text;
      return;
    case "reasoning":
      return addReasoning(round, delta.details);
    case "finish":
      // Some say it twice, the second time in general terms.
      round.finish ||= delta.reason;
      return;
    case "tool":
      return addCallDelta(round, delta);
  }
}

function addCallDelta({ calls }: Round, delta: Extract<ChatDelta, { kind: "tool" }>): void {
  let call = findCall(calls, delta);
  if (call === undefined) {
    call = {
      id: "",
      name: "",
      arguments: "",
      ...(delta.index !== undefined && { index: delta.index }),
    };
    calls.push(call);
  }
  call.id ||= delta.id;
  call.name ||= delta.name;
  call.arguments += delta.arguments;
  if (call.arguments.length > MAX_ARGUMENT_CHARS) {
    throw new ModelError("The model's tool call has no end.", "another");
  }
}

/**
 * The call that a delta goes on with: by id, else by position, else the last one. Several at one position
 * (Gemini's are all at 0) have each an id and a name; a new id without a name (vLLM's) is no new call.
 */
function findCall(
  calls: Round["calls"],
  { id, index, name }: Extract<ChatDelta, { kind: "tool" }>,
) {
  const same = id === "" ? undefined : calls.findLast((call) => call.id === id);
  if (same !== undefined) return same;
  const here = index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
  const isNew = name !== "" && id !== "" && here !== undefined && here.id !== "";
  return isNew ? undefined : here;
}

/** Pieces of one thought are put together; what is signed or encrypted stays as it came. */
function addReasoning({ reasoning }: Round, details: unknown[]): void {
  for (const detail of details) {
    if (typeof detail !== "object" || detail === null) continue;
    const piece = { ...(detail as Record<string, unknown>) };
    const last = reasoning.at(-1);
    const key = ["text", "summary"].find((name) => typeof piece[name] === "string");
    const goesOn =
      last !== undefined &&
      key !== undefined &&
      typeof last[key] === "string" &&
      last.type === piece.type &&
      last.index === piece.index &&
      !last.signature;
    if (goesOn)
      Object.assign(last, { ...piece, [key]: `${last[key] as string}${piece[key] as string}` });
    else reasoning.push(piece);
  }
  if (JSON.stringify(reasoning).length > MAX_REASONING_CHARS) {
    throw new ModelError("The model's thoughts have no end.", "another");
  }
}

/** The round, if it ended well. Throws `ModelError` otherwise: what nobody knows to be an end is none. */
export function endRound(round: Round): Said {
  const { raw, refusal, calls, reasoning } = round;
  const cut = round.cut || round.finish === "length";
  const text = showableText(raw, true).trim();
  if (!round.cut) requireGoodEnd(round.finish);
  const call = calls[0] ?? spokenCall(raw);
  // A call's arguments can't be whole then; that a person is wanted can be read all the same.
  if (call !== null && cut && call.name !== "escalate_to_human") {
    throw new ModelError("The model ran out of tokens in the middle of a tool call.", "another");
  }
  if (call === null && round.finish === "tool_calls") {
    throw new ModelError("The model meant to call a tool, and called none.", "again");
  }
  if (call === null && text === "" && refusal.trim() === "") {
    throw new ModelError("The model answered nothing.", cut ? "another" : "again");
  }
  // Some providers leave it out, others refuse what comes back without one.
  const named = call && { ...call, id: call.id || "call00001" };
  return { text, refusal: showableText(refusal, true).trim(), call: named, reasoning, cut };
}

function requireGoodEnd(finish: string): void {
  if (finish === "stop" || finish === "tool_calls" || finish === "length") return;
  if (finish === "error")
    throw new ModelError("The model failed in the middle of its answer.", "again");
  if (finish === "content_filter") {
    throw new ModelError("The provider's filter cut the answer off.", "another");
  }
  throw new ModelError("The model's answer ended for an unknown reason.", "another");
}

function spokenCall(raw: string): Call | null {
  const call = readSpokenCall(raw);
  if (call === "broken")
    throw new ModelError("The model wrote a tool call into its answer.", "again");
  return call && { id: "", ...call };
}

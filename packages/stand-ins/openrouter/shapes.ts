/**
 * Streams as providers behind OpenRouter were seen to send them, by name. What each is, and where it was reported,
 * is in the table of whoever asks for it: here is only what goes over the wire.
 */
export const SHAPES = [
  /** Comments until it is released, then the answer. */
  "keep_alive",
  /** A chunk without `choices`, a ping, a last choice without `delta`. */
  "no_choices",
  /** `content` as a list of parts. */
  "content_parts",
  /** The text as `refusal`, with `content` null. */
  "refusal",
  /** Half an answer, then this end. */
  "finish_error",
  "finish_content_filter",
  "finish_unknown",
  /** The end says that a tool is called, and none is. */
  "finish_tool_calls",
  /** Usage after half of the answer, and again at the end. */
  "usage_twice",
  /** Everything came, and the connection stays open. */
  "never_ends",
  /** The first call is at position 1, after a text. */
  "call_at_1",
  /** Calls without a position. */
  "call_without_index",
  /** Calls without an id. */
  "call_without_id",
  /** An id of its own in every piece of a call. */
  "call_with_ids",
  /** Several calls, whole, all at position 0. */
  "calls_at_0",
  /** Arguments as an object, optional fields null. */
  "call_as_object",
  /** A call with thoughts that must come back with its result. */
  "reasoning_details",
] as const;
type Shape = (typeof SHAPES)[number];

interface Planned {
  text: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  usage: { completion_tokens: number };
  /** Of every chunk. */
  head: object;
}

type Piece = Record<string, unknown>;

/** A thought as Gemini signs it: whoever calls a tool sends it back as it came. */
const SIGNED_THOUGHT = {
  type: "reasoning.encrypted",
  data: "c2lnbmVkIHRob3VnaHQ=",
  id: "tool_reasoning_0",
  format: "google-gemini-v1",
  index: 0,
};

/** How the id of a call begins that has a signed thought. */
const SIGNED_CALL = "signed_";

/** Whether a message of the history calls a tool without the thought that was signed for it. */
export const lacksThought = (message: { tool_calls?: { id: string }[] | null }): boolean =>
  (message.tool_calls ?? []).some(({ id }) => id.startsWith(SIGNED_CALL)) &&
  !JSON.stringify(message).includes(JSON.stringify([SIGNED_THOUGHT]));

/** The writes of the stream. */
export function* shapeStream(shape: Shape, planned: Planned): Generator<string> {
  const { text, toolCalls, usage, head } = planned;
  const send = (chunk: object) => `data: ${JSON.stringify({ ...head, ...chunk })}\n\n`;
  const choose = (delta: Piece | null, finish: string | null = null) =>
    send({ choices: [{ index: 0, ...(delta && { delta }), finish_reason: finish }] });
  const half = text.slice(0, Math.ceil(text.length / 2));
  if (shape === "no_choices") {
    yield send({ choices: undefined });
    yield "event: ping\ndata: {}\n\n";
  }
  if (shape === "content_parts") {
    yield choose({ content: [{ type: "text", text: half }] });
    yield choose({ content: [{ type: "text", text: text.slice(half.length) }] });
  } else if (shape === "refusal") {
    yield choose({ role: "assistant", content: null, refusal: text });
  } else if (/^finish_(?:error|content|unknown)/.test(shape)) {
    yield choose({ content: half });
  } else if (text !== "") {
    yield choose({ content: half });
    if (shape === "usage_twice")
      yield send({ choices: [], usage: { ...usage, completion_tokens: 1 } });
    yield choose({ content: text.slice(half.length) });
  }
  if (shape === "reasoning_details") yield choose({ reasoning_details: [SIGNED_THOUGHT] });
  for (const piece of toolCalls.flatMap((call, i) => pieceCall(shape, call, i))) {
    yield choose({ tool_calls: [piece] });
  }
  yield choose(shape === "no_choices" ? null : {}, finishOf(shape, toolCalls.length > 0));
  yield send({ choices: [], usage });
  yield "data: [DONE]\n\n";
}

function finishOf(shape: Shape, calls: boolean): string {
  if (shape === "finish_unknown") return "recitation";
  if (shape.startsWith("finish_")) return shape.slice("finish_".length);
  return calls ? "tool_calls" : "stop";
}

function pieceCall(shape: Shape, call: Planned["toolCalls"][number], i: number): Piece[] {
  const { name, arguments: json } = call;
  const id = shape === "reasoning_details" ? SIGNED_CALL + call.id : call.id;
  const called = { id, type: "function" };
  const half = Math.ceil(json.length / 2);
  const first = { name, arguments: json.slice(0, half) };
  const rest = { arguments: json.slice(half) };
  switch (shape) {
    case "call_at_1":
      return [
        { index: i + 1, ...called, function: first },
        { index: i + 1, function: rest },
      ];
    case "call_without_index":
      return [{ ...called, function: first }, { function: rest }];
    case "call_without_id":
      return [
        { index: i, function: first },
        { index: i, id: null, function: rest },
      ];
    case "call_with_ids":
      return [
        { index: i, ...called, function: first },
        { index: i, id: `${id}b`, function: { ...rest, name: null } },
      ];
    case "calls_at_0":
      return [{ index: 0, ...called, function: { name, arguments: json } }];
    case "call_as_object":
      return [{ index: i, ...called, function: { name, arguments: JSON.parse(json) as object } }];
    default:
      return [
        { index: i, ...called, function: first },
        { index: i, function: rest },
      ];
  }
}

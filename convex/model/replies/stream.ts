/** Reads one completion's stream into the writer, with time-outs and flushes while the model is silent. */
import { ProviderError } from "../../providers/errors";
import type { ChatDelta } from "../../providers/openrouter";
import { SECOND } from "../../lib/time";
import type { ReplyWriter } from "./writer";

/** Longest silence before the first delta, and between two. */
const FIRST_DELTA_TIMEOUT = 25 * SECOND;
const NEXT_DELTA_TIMEOUT = 15 * SECOND;
/** A whole reply, with all its rounds, models and tries. */
const REPLY_DEADLINE = 120 * SECOND;

/** What one completion said. Of several tool calls the first counts: calls in parallel are switched off. */
export type Round = {
  text: string;
  call: { id: string; name: string; arguments: string } | null;
  finish: string;
};

export async function readStream(
  stream: AsyncGenerator<ChatDelta, void, void>,
  writer: ReplyWriter,
  request: { model: string; promptChars: number },
): Promise<Round> {
  const deadline = writer.startedAt + REPLY_DEADLINE;
  const round: Round = { text: "", call: null, finish: "" };
  writer.startRound(request);
  let silentSince = Date.now();
  let timeout = FIRST_DELTA_TIMEOUT;
  let next = pull(stream);
  for (;;) {
    const giveUpAt = silentSince + timeout;
    const delta = await before(next, Math.min(giveUpAt, writer.nextWriteAt()));
    if (delta === TIME_OUT) {
      if (Date.now() >= giveUpAt) {
        throw new ProviderError("The model did not answer in time.", true);
      }
      await writer.write();
      continue;
    }
    if (delta.done) return checked(round);
    silentSince = Date.now();
    // Thinking isn't the first word: until that, the longer patience holds.
    if (delta.value.kind === "text" || delta.value.kind === "tool") timeout = NEXT_DELTA_TIMEOUT;
    if (silentSince > deadline) throw new ProviderError("The answer took too long.", false);
    take(delta.value, round, writer);
    next = pull(stream);
    if (Date.now() >= writer.nextWriteAt()) await writer.write();
  }
}

/** A round that says nothing is a failed try; one that was cut at the token limit is marked as cut. */
function checked(round: Round): Round {
  if (round.call === null && round.text.trim() === "") {
    throw new ProviderError("The model answered nothing.", true);
  }
  // A call's arguments can't be whole then.
  if (round.finish === "length" && round.call !== null) {
    throw new ProviderError("The model ran out of tokens in the middle of a tool call.", true);
  }
  return round;
}

/** Whoever stops reading leaves a pending read behind: its failure is nobody's unhandled rejection. */
function pull(stream: AsyncGenerator<ChatDelta, void, void>) {
  const next = stream.next();
  next.catch(() => undefined);
  return next;
}

function take(delta: ChatDelta, round: Round, writer: ReplyWriter): void {
  switch (delta.kind) {
    case "id":
      return writer.setGeneration(delta.id);
    case "text":
      round.text += delta.text;
      return writer.append(delta.text);
    case "alive":
      return;
    case "finish":
      round.finish = delta.reason;
      if (delta.reason === "length" && round.text !== "") writer.append(" …");
      return;
    case "usage":
      return writer.charge(delta.usage, delta.model);
    case "tool":
      if (delta.index !== 0) return;
      round.call ??= { id: "", name: "", arguments: "" };
      round.call.id ||= delta.id ?? "";
      round.call.name ||= delta.name ?? "";
      round.call.arguments += delta.arguments;
  }
}

const TIME_OUT = Symbol("time-out");

/** The promise's value, or `TIME_OUT` at `deadline`; the promise stays pending and can be awaited again. */
async function before<T>(promise: Promise<T>, deadline: number): Promise<T | typeof TIME_OUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeOut = new Promise<typeof TIME_OUT>((resolve) => {
    timer = setTimeout(() => resolve(TIME_OUT), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([promise, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}

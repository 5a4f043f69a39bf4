/** Reads one completion's stream into the writer, with time-outs and flushes while the model is silent. */
import type { ChatDelta } from "../../providers/chatChunks";
import { ModelError } from "../../providers/errors";
import { SECOND } from "../../lib/time";
import { addDelta, endRound, newRound, type Round, type Said } from "./round";
import type { ReplyWriter } from "./writer";

/** Longest silence before the first word, and after it. A comment of the provider's is no silence. */
const FIRST_WORD_TIMEOUT = 25 * SECOND;
const NEXT_WORD_TIMEOUT = 15 * SECOND;
/** After the end, for the bill. */
const USAGE_TIMEOUT = 5 * SECOND;

type Stream = {
  deltas: AsyncGenerator<ChatDelta, void, void>;
  /** When anything came last. */
  life: { at: number };
  /** Ends the request: what nobody reads is paid for. */
  stop: () => void;
};

/** Reads until the round ends. Throws `ModelError` for a round that is no answer, `Overtaken` as the writer does. */
export async function readStream(
  stream: Stream,
  writer: ReplyWriter,
  onCall: (call: NonNullable<Said["call"]>) => void,
): Promise<Said> {
  const round = await readRound(stream, writer).finally(stream.stop);
  const said = endRound(round);
  if (round.cut) await writer.chargeBroken();
  if (said.call !== null) onCall(said.call);
  await writer.endRound(said.text, said);
  return said;
}

async function readRound({ deltas, life }: Stream, writer: ReplyWriter): Promise<Round> {
  const round = newRound();
  const giveUpAt = () => Math.min(life.at + patience(round), writer.deadline);
  let next = pull(deltas);
  for (;;) {
    const deadline = Math.min(giveUpAt(), writer.nextWriteAt());
    const delta = await before(next, deadline, writer.readerLeft);
    if (delta !== TIME_OUT) {
      if (delta.done || !take(delta.value, round, writer)) return round;
      if (delta.value.kind === "text") await writer.requireGrounds();
      next = pull(deltas);
    }
    if (Date.now() >= giveUpAt()) {
      // The words are all there: only the bill isn't.
      if (round.finish !== "") return round;
      throw givenUp(writer);
    }
    if (Date.now() >= writer.nextWriteAt()) await writer.write();
  }
}

/** Before the first word the model may think. */
function patience({ raw, calls, finish }: Round): number {
  if (finish !== "") return USAGE_TIMEOUT;
  return raw === "" && calls.length === 0 ? FIRST_WORD_TIMEOUT : NEXT_WORD_TIMEOUT;
}

function givenUp(writer: ReplyWriter): ModelError {
  return Date.now() >= writer.deadline
    ? new ModelError("The answer took too long.", "person", { fault: "timeout" })
    : new ModelError("The model did not answer in time.", "another", { fault: "timeout" });
}

/** Whoever stops reading leaves a pending read behind: its failure is nobody's unhandled rejection. */
function pull(deltas: Stream["deltas"]) {
  const next = deltas.next();
  next.catch(() => undefined);
  return next;
}

/** False: the answer is as long as one may be, and is read no further. */
function take(delta: ChatDelta, round: Round, writer: ReplyWriter): boolean {
  addDelta(round, delta);
  if (delta.kind === "id") writer.setGeneration(delta.id);
  if (delta.kind === "usage") writer.setUsage(delta);
  if (delta.kind === "tool") writer.countReceived(delta.name + delta.arguments);
  if (delta.kind === "refusal") writer.countReceived(delta.text);
  if (delta.kind !== "text") return true;
  round.cut = !writer.append(delta.text);
  return !round.cut;
}

const TIME_OUT = Symbol("time-out");

/** The promise's value, or `TIME_OUT` at `deadline` or on `call`; the promise stays pending and can be awaited again. */
async function before<T>(
  promise: Promise<T>,
  deadline: number,
  call: Promise<unknown> | null,
): Promise<T | typeof TIME_OUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeOut = new Promise<typeof TIME_OUT>((resolve) => {
    timer = setTimeout(() => resolve(TIME_OUT), Math.max(0, deadline - Date.now()));
  });
  try {
    const called = call === null ? [] : [call.then((): typeof TIME_OUT => TIME_OUT)];
    return await Promise.race([promise, timeOut, ...called]);
  } finally {
    clearTimeout(timer);
  }
}

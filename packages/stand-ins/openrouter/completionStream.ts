/**
 * Sends a planned completion, streamed or whole, at its pace, and breaks off as a hold or a fault says.
 * The wire format follows OpenRouter's reference: comment lines while it works, a last chunk with usage
 * and cost, `[DONE]`, and errors in mid-stream as a chunk with `error` and finish reason "error".
 */
import type { FaultRecord } from "../control/faults";
import { breakBody, pauseFor, sendReply, waitForAbort } from "../http";
import type { LoggedExchange } from "../provider";
import type { ChatRequest } from "./chatRequest";
import { estimateUsage, type Delta, type Output } from "./completion";
import { shapeStream } from "./shapes";

/** A completion that is ready to be sent. */
interface Completion {
  chat: ChatRequest;
  model: string;
  output: Output;
  fault?: FaultRecord;
  id: string;
  /** Seconds since the epoch. */
  created: number;
}

/** Hands out the deltas when they are due, and stops where a hold, a fault or the caller says. */
async function* paceOut(
  { output, fault }: Completion,
  { signal, record, state }: LoggedExchange,
): AsyncGenerator<Delta, "end" | "fault" | "aborted"> {
  const breakAt = fault && "afterChunks" in fault ? (fault.afterChunks ?? 0) : Infinity;
  const extraMs = fault?.kind === "slow" ? (fault.chunkDelayMs ?? 0) : 0;
  const holdAt = output.script?.script.holdAfter;
  let start = Date.now();
  for (let i = 0; i <= output.deltas.length; i++) {
    if (holdAt === i || (i === output.deltas.length && holdAt !== undefined && holdAt > i)) {
      const before = Date.now();
      await Promise.race([output.script!.hold(), waitForAbort(signal)]);
      start += Date.now() - before;
    }
    if (i >= breakAt) return "fault";
    if (i === output.deltas.length) break;
    await pauseFor(start + output.dueMs(i) + (i + 1) * extraMs - Date.now(), signal);
    if (signal.aborted) return "aborted";
    yield output.deltas[i]!;
    record.chunksSent = i + 1;
    state.log.changed(record);
  }
  if (signal.aborted) return "aborted";
  return breakAt === Infinity ? "end" : "fault";
}

export async function sendStreamed(
  completion: Completion,
  exchange: LoggedExchange,
): Promise<void> {
  const { id, model, created, chat, output } = completion;
  const { res, signal } = exchange;
  const head = { id, provider: "Local", model, object: "chat.completion.chunk", created };
  const write = (value: object) => res.write(`data: ${JSON.stringify({ ...head, ...value })}\n\n`);
  const choice = (delta: object, finish: string | null) => ({
    choices: [
      {
        index: 0,
        delta: { role: "assistant", content: "", ...delta },
        finish_reason: finish,
        native_finish_reason: finish,
        logprobs: null,
      },
    ],
  });
  res.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-generation-id": id,
  });
  res.write(": OPENROUTER PROCESSING\n\n");
  if (output.script?.script.raw) {
    await writeRaw(output.script.script.raw, exchange);
    return void res.end();
  }
  if (output.script?.script.shape) return sendShaped(completion, exchange, head);
  const deltas = paceOut(completion, exchange);
  let step = await deltas.next();
  for (; !step.done; step = await deltas.next()) {
    output.script?.sentAt.push(performance.now());
    write(choice(step.value, null));
  }
  if (completion.fault?.kind === "endless") {
    exchange.state.log.broken(exchange.record);
    for (; !signal.aborted; await pauseFor(completion.fault.everyMs, signal)) {
      write(choice({ content: "and so on ".repeat(20) }, null));
    }
  }
  if (step.value === "aborted") return;
  if (step.value === "fault") return breakStream(completion.fault, exchange, write);
  write(choice({}, output.finish));
  if (chat.includeUsage) write({ choices: [], usage: estimateUsage(chat, output) });
  if (!signal.aborted) res.end("data: [DONE]\n\n");
}

/** Each piece in a write of its own; the caller may see several at once all the same. */
async function writeRaw(pieces: Iterable<string>, { res, signal }: LoggedExchange): Promise<void> {
  for (const piece of pieces) {
    if (signal.aborted) return;
    await new Promise((resolve) => res.write(piece, resolve));
  }
}

async function sendShaped(
  { output, chat }: Completion,
  exchange: LoggedExchange,
  head: object,
): Promise<void> {
  const { res, signal } = exchange;
  const { shape } = output.script!.script;
  if (shape === "keep_alive") {
    let released = false;
    void output.script!.hold().then(() => (released = true));
    for (; !released && !signal.aborted; await pauseFor(5, signal)) res.write(": keep-alive\n\n");
  }
  const usage = estimateUsage(chat, output);
  await writeRaw(shapeStream(shape!, { ...output, usage, head }), exchange);
  if (shape === "never_ends") return waitForAbort(signal);
  res.end();
}

async function breakStream(
  fault: FaultRecord | undefined,
  { res, record, state, signal }: LoggedExchange,
  write: (value: object) => boolean,
): Promise<void> {
  state.log.broken(record);
  if (fault?.kind === "stall") return waitForAbort(signal);
  if (fault?.kind === "malformed") {
    res.end(
      'data: {"id":"gen-0","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"con\n\n',
    );
    return;
  }
  if (fault?.kind === "error_chunk") {
    write({
      error: { code: fault.code, message: fault.message },
      choices: [
        {
          index: 0,
          delta: { role: "assistant", content: "" },
          finish_reason: "error",
          native_finish_reason: "error",
        },
      ],
    });
    res.end();
    return;
  }
  // What was written must reach the caller before the socket goes.
  await new Promise((resolve) => res.write(": OPENROUTER PROCESSING\n\n", resolve));
  res.destroy();
}

export async function sendWhole(completion: Completion, exchange: LoggedExchange): Promise<void> {
  const { fault } = completion;
  const { res, record, state, signal } = exchange;
  const deltas = paceOut(completion, exchange);
  let step = await deltas.next();
  let said = "";
  for (; !step.done; step = await deltas.next())
    if ("content" in step.value) said += step.value.content;
  if (step.value === "aborted") return;
  const broken = step.value === "fault";
  const reply = { status: 200, body: buildWhole(completion, said, broken) };
  if (!broken || fault?.kind === "error_chunk") return sendReply(res, reply);
  state.log.broken(record);
  if (fault?.kind === "stall") return waitForAbort(signal);
  return breakBody(res, fault?.kind === "cut" ? "cut" : "malformed", reply);
}

function buildWhole(
  { id, model, created, chat, output, fault }: Completion,
  said: string,
  broken: boolean,
) {
  const calls = output.toolCalls.map(({ id: callId, name, arguments: json }, index) => ({
    index,
    id: callId,
    type: "function",
    function: { name, arguments: json },
  }));
  const message = {
    role: "assistant",
    content: said || null,
    refusal: null,
    ...(calls.length > 0 && !broken ? { tool_calls: calls } : {}),
  };
  const finish = broken ? "error" : output.finish;
  const error =
    fault?.kind === "error_chunk" ? { error: { code: fault.code, message: fault.message } } : {};
  const choice = {
    index: 0,
    message,
    finish_reason: finish,
    native_finish_reason: finish,
    logprobs: null,
    ...error,
  };
  return {
    id,
    provider: "Local",
    model,
    object: "chat.completion",
    created,
    choices: [choice],
    usage: estimateUsage(chat, output),
  };
}

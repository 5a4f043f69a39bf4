/** Requests to the providers: logged, checked for credentials, hit by a fault or answered. */
import type { FaultRecord } from "./control/faults";
import {
  breakBody,
  pauseFor,
  sendEndlessly,
  sendReply,
  waitForAbort,
  type ProviderName,
  type Reply,
} from "./http";
import { bendVectors, openai } from "./openai/openai";
import { serveOpenrouter } from "./openrouter/openrouter";
import type { Exchange, LoggedExchange, Provider } from "./provider";
import { resend } from "./resend/resend";
import { twilio } from "./twilio/api";

/** OpenRouter is not among them: it streams, and its faults hit one model of several. */
const WHOLE: Record<Exclude<ProviderName, "openrouter">, Provider> = { openai, resend, twilio };

export async function serveProvider(name: ProviderName, exchange: Exchange): Promise<void> {
  const { request, res, state } = exchange;
  const record = state.log.add(name, request);
  res.once("close", () => {
    record.open = false;
    if (res.headersSent) record.status = res.statusCode;
    if (record.outcome === "pending")
      record.outcome = res.writableFinished ? "answered" : "aborted";
    state.log.changed(record);
  });
  const logged = { ...exchange, record };
  if (name === "openrouter") return serveOpenrouter(logged);
  const provider = WHOLE[name];
  const refused = provider.refuse(request, state);
  if (refused) return sendReply(res, refused);
  const fault = state.faults.take(name, request.rawBody);
  const limited = provider.limit?.(state);
  if (limited) return sendReply(res, limited);
  if (fault) return answerWithFault(provider, fault, logged);
  sendReply(res, provider.handle(request, state));
}

async function answerWithFault(
  provider: Provider,
  fault: FaultRecord,
  { request, res, state, record, signal }: LoggedExchange,
): Promise<void> {
  const handle = () => provider.handle(request, state);
  if (fault.kind === "slow") {
    await pauseFor(fault.delayMs, signal);
    if (!signal.aborted) sendReply(res, handle());
    return;
  }
  const processed: Reply | undefined =
    fault.afterProcessing || fault.kind === "malformed" || fault.kind === "endless"
      ? handle()
      : undefined;
  if (fault.kind === "status") {
    const headers: Record<string, string> =
      fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    return sendReply(res, { ...provider.answerStatus(fault.status, fault.code), headers });
  }
  if (fault.kind === "vectors") return sendReply(res, bendVectors(handle(), fault.how));
  state.log.broken(record);
  if (fault.kind === "stall") return waitForAbort(signal);
  if (fault.kind === "endless") {
    return sendEndlessly(res, { reply: processed!, everyMs: fault.everyMs, signal });
  }
  if (fault.kind === "malformed") return breakBody(res, "malformed", processed!);
  if (processed) return breakBody(res, "cut", processed);
  res.destroy();
}

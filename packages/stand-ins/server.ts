/**
 * Loopback stand-ins for OpenRouter, OpenAI embeddings, Resend and Twilio: one real HTTP server that
 * the real SDKs reach through their base URLs. For trying the package and for tests; see `control.ts`
 * for making them fail.
 */
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Control } from "./control/control";
import { handleControl } from "./control/controlApi";
import type { FaultRecord } from "./control/faults";
import {
  HttpError,
  PROVIDERS,
  waitForAbort,
  breakBody,
  pauseFor,
  readRequest,
  requireLoopback,
  sendReply,
  type ProviderName,
  type Reply,
  type Request,
} from "./http";
import { handleOpenai, openaiStatus, openaiUnauthorized } from "./openai/openai";
import { handleOpenrouter, openrouterUnauthorized } from "./openrouter/openrouter";
import type { RequestRecord } from "./control/requestLog";
import { handleInbox, handleResend, resendStatus, resendUnauthorized } from "./resend/resend";
import { CREDENTIALS, DEFAULT_PACE, StandIns, type Pace } from "./state";
import type { Clock } from "./clock";
import { handlePhone } from "./phone/server";
import { serveMedia, handleTwilio, isMediaContent, MEDIA_PREFIX } from "./twilio/api";
import { makeRefusal, twilioStatus, twilioUnauthorized } from "./twilio/errors";

export interface ProvidersOptions {
  /** 3212 unless told; 0 takes any free port. */
  port?: number;
  host?: "127.0.0.1";
  pace?: Partial<Pace>;
  /** Between the states of an SMS. */
  smsStepMs?: number;
  /** For texts; the system's unless told. */
  clock?: Clock;
}

export interface Providers {
  url: string;
  /** What the deployment's environment needs to use the stand-ins. */
  env: Record<string, string>;
  control: Control;
  close(): Promise<void>;
}

const DEFAULT_PORT = 3212;
const DEFAULT_SMS_STEP_MS = 300;

/** Starts the stand-ins. Rejects with one clear line when the port is taken. */
export async function startProviders(options: ProvidersOptions = {}): Promise<Providers> {
  const { port = DEFAULT_PORT, host = "127.0.0.1" } = options;
  const state = new StandIns(
    { ...DEFAULT_PACE, ...options.pace },
    options.smsStepMs ?? DEFAULT_SMS_STEP_MS,
    options.clock,
  );
  const control = new Control(state);
  const closing = new AbortController();
  // Every open request listens to it; a leak it isn't.
  setMaxListeners(0, closing.signal);
  const server = createServer((req, res) => void serve(req, res, state, control, closing.signal));
  // An idle socket that closes just as a client uses it again would look like a provider's failure.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} on ${host} is already in use`, { cause: error })
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  state.origin = url;
  return {
    url,
    env: {
      OPENROUTER_BASE_URL: `${url}/openrouter/api/v1`,
      OPENAI_BASE_URL: `${url}/openai/v1`,
      RESEND_BASE_URL: `${url}/resend`,
      TWILIO_BASE_URL: `${url}/twilio`,
      ...CREDENTIALS,
    },
    control,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        state.reset();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  state: StandIns,
  control: Control,
  closing: AbortSignal,
) {
  const gone = new AbortController();
  const leave = () => gone.abort();
  closing.addEventListener("abort", leave, { once: true });
  res.once("close", () => {
    closing.removeEventListener("abort", leave);
    leave();
  });
  try {
    requireLoopback(req);
    const request = await readRequest(req);
    if (request.path.startsWith("/__control"))
      return sendReply(res, await handleControl(request, control));
    if (request.path === "/phone" || request.path.startsWith("/phone/"))
      return await handlePhone(request, res, state, gone.signal);
    if (request.path.startsWith(MEDIA_PREFIX) && request.method === "GET")
      return sendReply(res, serveMedia(request, state.sms));
    if (request.path === "/resend/inbox" && request.method === "GET")
      return sendReply(res, handleInbox(request, state.mailbox));
    const provider = PROVIDERS.find((name) => request.path.startsWith(`/${name}/`));
    if (!provider)
      throw new HttpError(
        404,
        `nothing here; providers are ${PROVIDERS.map((p) => `/${p}/`).join(", ")}`,
      );
    await serveProvider(provider, request, res, state, gone.signal);
  } catch (error) {
    if (res.headersSent || res.destroyed) return void res.destroy();
    const status = error instanceof HttpError ? error.status : 500;
    const details =
      error instanceof HttpError && error.details !== undefined ? { issues: error.details } : {};
    const message = error instanceof Error ? error.message : String(error);
    sendReply(res, { status, body: { error: { message, ...details } } });
  }
}

const STATUS: Record<Exclude<ProviderName, "openrouter">, (status: number) => Reply> = {
  openai: openaiStatus,
  resend: resendStatus,
  twilio: twilioStatus,
};

async function serveProvider(
  provider: ProviderName,
  request: Request,
  res: ServerResponse,
  state: StandIns,
  signal: AbortSignal,
) {
  const record = state.log.add(provider, request);
  res.once("close", () => {
    if (res.headersSent) record.status = res.statusCode;
    if (record.outcome === "pending")
      record.outcome = res.writableFinished ? "answered" : "aborted";
    state.log.changed(record);
  });
  const open = isMediaContent(request) && !state.sms.settings.mediaAuth;
  const refused = open ? undefined : unauthorized(provider, request);
  if (refused) return sendReply(res, refused);
  if (provider === "openrouter") return handleOpenrouter(request, res, state, record, signal);
  const fault = state.faults.take(provider, request.rawBody);
  const handle = (): Reply => {
    if (provider === "openai") return handleOpenai(request);
    if (provider === "resend") return handleResend(request, state.mailbox);
    return handleTwilio(request, CREDENTIALS.TWILIO_ACCOUNT_SID, state.sms);
  };
  if (provider === "twilio" && !state.sms.rate.take())
    return sendReply(res, { ...makeRefusal(20429, ""), headers: { "retry-after": "1" } });
  if (!fault) return sendReply(res, handle());
  return fail(fault, handle, STATUS[provider], res, state, record, signal);
}

/** Answers a request that a fault has hit. */
async function fail(
  fault: FaultRecord,
  handle: () => Reply,
  statusReply: (status: number) => Reply,
  res: ServerResponse,
  state: StandIns,
  record: RequestRecord,
  signal: AbortSignal,
): Promise<void> {
  if (fault.kind === "slow") {
    await pauseFor(fault.delayMs, signal);
    if (!signal.aborted) sendReply(res, handle());
    return;
  }
  const processed = fault.afterProcessing || fault.kind === "malformed" ? handle() : undefined;
  if (fault.kind === "status") {
    const headers: Record<string, string> =
      fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    const reply = statusReply(fault.status);
    if (fault.code !== undefined) reply.body = makeRefusal(fault.code, "").body;
    return sendReply(res, { ...reply, headers });
  }
  state.log.broken(record);
  if (fault.kind === "stall") return waitForAbort(signal);
  if (fault.kind === "malformed") return breakBody(res, "malformed", processed!);
  if (processed) return breakBody(res, "cut", processed);
  res.destroy();
}

/** The provider's own 401, or nothing when the key is right. */
function unauthorized(provider: ProviderName, request: Request): Reply | undefined {
  const header = request.headers.authorization ?? "";
  if (provider === "twilio") {
    const expected = Buffer.from(
      `${CREDENTIALS.TWILIO_ACCOUNT_SID}:${CREDENTIALS.TWILIO_AUTH_TOKEN}`,
    ).toString("base64");
    return header === `Basic ${expected}` ? undefined : twilioUnauthorized();
  }
  const key = /^Bearer\s+(.*)$/i.exec(header)?.[1] ?? "";
  if (provider === "openrouter")
    return key === CREDENTIALS.OPENROUTER_API_KEY ? undefined : openrouterUnauthorized(key);
  if (provider === "openai")
    return key === CREDENTIALS.OPENAI_API_KEY ? undefined : openaiUnauthorized(key);
  return key === CREDENTIALS.RESEND_API_KEY ? undefined : resendUnauthorized(key);
}

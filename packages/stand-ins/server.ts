/**
 * Loopback stand-ins for OpenRouter, OpenAI embeddings, Resend and Twilio: one real HTTP server that
 * the real SDKs reach through their base URLs. `Control` and the control API make them fail.
 */
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "./clock";
import { Control } from "./control/control";
import { handleControl } from "./control/controlApi";
import { CREDENTIALS } from "./credentials";
import { HttpError, PROVIDERS, readRequest, requireLoopback, sendReply } from "./http";
import { DEFAULT_PACE, type Pace } from "./openrouter/pace";
import { servePhone } from "./phone/server";
import type { Exchange } from "./provider";
import { serveProvider } from "./serveProvider";
import { FILES, serveFile, showInbox, takeAnswer } from "./resend/resend";
import { StandIns } from "./state";
import { MEDIA_PREFIX, serveMedia } from "./twilio/api";

export interface ProvidersOptions {
  /** 3212 unless told; 0 takes any free port. */
  port?: number;
  host?: "127.0.0.1";
  pace?: Partial<Pace>;
  /** Between the states of an SMS; 300 unless told. */
  smsStepMs?: number;
  /** What the phone's page calls who answers it. */
  shopName?: string;
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
const DEFAULT_SHOP_NAME = "The shop";

/** Starts the stand-ins. Rejects with one clear line when the port is taken. */
export async function startProviders(options: ProvidersOptions = {}): Promise<Providers> {
  const { port = DEFAULT_PORT, host = "127.0.0.1" } = options;
  const state = new StandIns({
    pace: { ...DEFAULT_PACE, ...options.pace },
    smsStepMs: options.smsStepMs ?? DEFAULT_SMS_STEP_MS,
    shopName: options.shopName ?? DEFAULT_SHOP_NAME,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const control = new Control(state);
  const closing = new AbortController();
  // Every open request listens to it; a leak it isn't.
  setMaxListeners(0, closing.signal);
  const server = createServer((req, res) => {
    const signal = followCaller(res, closing.signal);
    void serve(req, { res, state, signal }, control);
  });
  // An idle socket that closes just as a client uses it again would look like a provider's failure.
  server.keepAliveTimeout = 0;
  const url = await listen(server, port, host);
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

/** Resolves with the origin. */
async function listen(server: Server, port: number, host: string): Promise<string> {
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
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Aborts when the caller has gone, or the server closes. */
function followCaller(res: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const leave = () => gone.abort();
  closing.addEventListener("abort", leave, { once: true });
  res.once("close", () => {
    closing.removeEventListener("abort", leave);
    leave();
  });
  return gone.signal;
}

type Connection = Omit<Exchange, "request">;

async function serve(req: IncomingMessage, connection: Connection, control: Control) {
  const { res } = connection;
  try {
    requireLoopback(req);
    await route({ ...connection, request: await readRequest(req) }, control);
  } catch (error) {
    if (res.headersSent || res.destroyed) return void res.destroy();
    const status = error instanceof HttpError ? error.status : 500;
    const details =
      error instanceof HttpError && error.details !== undefined ? { issues: error.details } : {};
    const message = error instanceof Error ? error.message : String(error);
    sendReply(res, { status, body: { error: { message, ...details } } });
  }
}

async function route(exchange: Exchange, control: Control): Promise<void> {
  const { request, res, state } = exchange;
  const { method, path } = request;
  if (path.startsWith("/__control")) return sendReply(res, await handleControl(request, control));
  if (path === "/phone" || path.startsWith("/phone/")) return servePhone(exchange);
  if (path.startsWith(MEDIA_PREFIX) && method === "GET")
    return sendReply(res, serveMedia(request, state.sms));
  if (path === "/resend/inbox" && method === "GET")
    return sendReply(res, showInbox(request, state));
  if (path === "/resend/inbox" && method === "POST")
    return sendReply(res, await takeAnswer(request, state));
  if (path.startsWith(FILES) && method === "GET") return sendReply(res, serveFile(request, state));
  const provider = PROVIDERS.find((name) => path.startsWith(`/${name}/`));
  if (provider) return serveProvider(provider, exchange);
  const known = PROVIDERS.map((name) => `/${name}/`).join(", ");
  throw new HttpError(404, `nothing here; providers are ${known}`);
}

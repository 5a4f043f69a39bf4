/** Serves the app's HTTP actions on the site port: Node requests in, web requests to the engine. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimitError } from "../engine/results";
import { authenticateCaller } from "./caller";
import type { Deployment } from "./deployment";
import { HttpError, readOrigin, sendJson, sendText, parseUrl } from "./http";

export async function serveHttpAction(
  deployment: Deployment,
  siteUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const gone = new AbortController();
    // The action may go on without whoever asked; its answer has been sent when this comes too late.
    response.once("close", () => gone.abort());
    const webRequest = toWebRequest(siteUrl, request, {
      isAnswered: () => response.writableEnded,
      signal: gone.signal,
    });
    // A token that is not ours does not keep a request out: the action may check its own, and is told if it asks for it.
    const caller = await authenticateCaller(request, deployment).catch((error: unknown) => {
      if (error instanceof HttpError) {
        return { ...readOrigin(request), tokenProblem: error.message };
      }
      throw error;
    });
    const answer = await deployment.engine.runHttp(webRequest, { ...caller, admin: true });
    if (answer === null) {
      sendText(response, "This Convex deployment does not have HTTP actions enabled.", 404);
      return;
    }
    await send(answer, response);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof RateLimitError) {
      sendJson(response, { code: error.code, message: error.message }, 429);
      return;
    }
    if (error instanceof HttpError) {
      sendJson(response, { code: error.code, message: error.message }, error.status);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    sendJson(response, { code: "ServerError", message, trace: message }, 500);
  } finally {
    // What nobody has read: the connection is free for the next request once it has come.
    request.resume();
  }
}

function toWebRequest(
  siteUrl: string,
  request: IncomingMessage,
  { isAnswered, signal }: { isAnswered: () => boolean; signal: AbortSignal },
): Request {
  const headers = new Headers();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    headers.append(request.rawHeaders[i] ?? "", request.rawHeaders[i + 1] ?? "");
  }
  const method = request.method ?? "GET";
  const hasBody = !["GET", "HEAD", "OPTIONS"].includes(method);
  return new Request(parseUrl(request, siteUrl), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: streamOf(request, isAnswered), duplex: "half" } : {}),
  });
}

/** A body as it comes, as on the real backend: an action may answer before all of it is there, or without it. */
function streamOf(request: IncomingMessage, isAnswered: () => boolean): ReadableStream<Uint8Array> {
  let over = false;
  const once = (end: () => void) => () => {
    if (!over) end();
    over = true;
  };
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      request.on("data", (chunk: Buffer) => {
        // Let by: nobody reads it any more.
        if (over || isAnswered()) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) request.pause();
      });
      request.once(
        "end",
        once(() => controller.close()),
      );
      // After the end it is too late for these.
      request.once(
        "error",
        once(() => controller.error(new Error("The request broke off"))),
      );
      request.once(
        "close",
        once(() => controller.error(new Error("The request broke off"))),
      );
      request.pause();
    },
    pull: () => void request.resume(),
    cancel: () => {
      over = true;
      request.resume();
    },
  });
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  const cookies = answer.headers.getSetCookie();
  answer.headers.forEach((value, name) => {
    if (name !== "set-cookie") response.setHeader(name, value);
  });
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  if (answer.body !== null) {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      response.write(chunk);
    }
  }
  response.end();
}

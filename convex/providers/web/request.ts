"use node";
/**
 * One request to a server that nobody here knows: by a socket that goes to public addresses only, for so long and so
 * many bytes once unpacked. No redirect is followed here. By Node's own client: `fetch` lets nobody look at the address.
 */
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createUnzip, type Unzip } from "node:zlib";
import { ReadFault } from "../../lib/readFault";
import { isPublicAddress, makeLookup, refuseAddress, type Resolve } from "./addresses";

export const MAX_WEB_BYTES = 10 * 1024 * 1024;
/** What a robots.txt calls us. */
export const ROBOT = "ComputerGuysBot";

export type Network = {
  /** Tests serve pages on this machine, on whatever port is free. */
  loopback: boolean;
  /** Asks where a name leads. */
  resolve?: Resolve;
};
export type Ask = Network & {
  headers?: Record<string, string>;
  maxBytes?: number;
  /** Aborted when the time for all of it is over. */
  signal: AbortSignal;
};
export type Answer = {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Uint8Array<ArrayBuffer>;
};

/** Of an address that `checkUrl` lets pass. Errors: a `ReadFault`; a plain error for what may go better another time. */
export async function requestUrl(url: URL, ask: Ask): Promise<Answer> {
  const response = await open(url, ask);
  try {
    const status = response.statusCode ?? 0;
    const { headers } = response;
    const wanted = status >= 200 && status < 300 && status !== 204;
    const body = wanted ? await readAll(response, ask) : new Uint8Array();
    return { status, headers, body };
  } finally {
    response.destroy();
  }
}

/** What can be told before anything is asked: protocol, port, and an address in place of a name. */
export function checkUrl(url: URL, { loopback }: Pick<Network, "loopback">): void {
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  if (!isWeb || url.username !== "" || url.password !== "") {
    throw new ReadFault(
      "url_invalid",
      "Only addresses with http:// or https://, without a password.",
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A socket asks nobody where an address leads.
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  if (isAddress && !isPublicAddress(host, { loopback })) throw refuseAddress();
  if (url.port !== "" && !loopback) {
    throw new ReadFault("url_port", "Only pages on the web's own ports, 80 and 443, are read.");
  }
}

function open(
  url: URL,
  { loopback, resolve, headers, signal }: Ask,
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((done, fail) => {
    const sent = request(url, {
      // A socket of its own: none that somebody else has opened.
      agent: false,
      lookup: makeLookup({ loopback }, resolve),
      signal,
      headers: {
        "user-agent": `Mozilla/5.0 (compatible; ${ROBOT}/1.0)`,
        accept: "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.1",
        "accept-encoding": "gzip, deflate, br",
        ...headers,
      },
    });
    sent.once("response", done);
    sent.once("error", (error) => fail(describeError(error, signal)));
    sent.end();
  });
}

function describeError(error: unknown, signal: AbortSignal): Error {
  if (error instanceof ReadFault) return error;
  if (signal.aborted) return tooSlow();
  // Its code says what happened; its message may hold addresses.
  const { code = "no answer" } = error as NodeJS.ErrnoException;
  return new Unreachable(`The page can't be reached (${code}).`);
}

/** May go better another time. */
export class Unreachable extends Error {}

export const tooSlow = () =>
  new ReadFault("url_too_slow", "The page took too long to come. Try again, or add it as a file.");

async function readAll(
  response: http.IncomingMessage,
  { maxBytes = MAX_WEB_BYTES, signal }: Ask,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpack(response) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw describeError(error, signal);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const tooLarge = (bytes: number) =>
  new ReadFault(
    "url_too_large",
    `The page has more than ${Math.floor(bytes / (1024 * 1024)) || "half a"} MiB, unpacked.`,
  );

/** Unpacked as it comes: what is too large is left before it is all there. */
function unpack(response: http.IncomingMessage): Readable {
  const encoding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const through = (unpacker: Unzip | ReturnType<typeof createBrotliDecompress>) => {
    response.once("error", (error) => unpacker.destroy(error));
    response.once("aborted", () => unpacker.destroy(new Error("The answer ended too early.")));
    return response.pipe(unpacker);
  };
  if (encoding === "gzip" || encoding === "x-gzip" || encoding === "deflate") {
    return through(createUnzip());
  }
  if (encoding === "br") return through(createBrotliDecompress());
  if (encoding === "identity" || encoding === "") return response;
  throw new ReadFault("url_invalid", "The page is packed in a way that nobody has asked for.");
}

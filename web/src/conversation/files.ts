/**
 * Files over the deployment's `/files`: uploading with progress, and reading. Both send the access token in a header,
 * so an address alone shows nobody anything; a browser's `<img src>` can't do that, `useFile` fetches for it.
 */
import { ConvexError } from "convex/values";
import type { Id } from "../api";
import type { AuthCore } from "../auth";

/** Bytes of one file at most, and files of one message: the backend takes no more. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_FILES = 5;
/** What the backend takes, for a file input's `accept`. It looks at the content itself. */
export const FILE_TYPES =
  "image/png,image/jpeg,image/webp,image/gif,image/heic,application/pdf,text/plain,.log";

type Tokens = Pick<AuthCore, "fetchAccessToken">;
export type FileId = Id<"_storage">;
export type UploadOptions = {
  onProgress: (share: number) => void;
  signal: AbortSignal;
  /** An admin's, for `sources.addFile`: of other kinds than a message's. */
  forDocument?: boolean;
};

/** Uploads one file, for `sendMessage` within the hour. Rejects with the backend's refusal, a `ConvexError`. */
export async function uploadFile(
  auth: Tokens,
  file: Blob,
  options: UploadOptions,
): Promise<FileId> {
  const answer = await withToken(auth, (token) => post(token, file, options));
  return (JSON.parse(answer.body) as { storageId: FileId }).storageId;
}

/** A file at the address that a message or an export shows. Rejects with the backend's refusal. */
export async function fetchFile(auth: Tokens, url: string, signal?: AbortSignal): Promise<Blob> {
  const answer = await withToken(auth, async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, signal: signal ?? null });
    if (response.ok) return { status: 200, body: "", file: await response.blob() };
    const retryAfter = response.headers.get("retry-after");
    return { status: response.status, body: await response.text(), retryAfter, file: null };
  });
  return answer.file!;
}

type Answer = { status: number; body: string; retryAfter?: string | null };

/** Asks with the token that there is, and once more with a new one where that is no longer good. */
async function withToken<A extends Answer>(
  auth: Tokens,
  ask: (token: string) => Promise<A>,
): Promise<A> {
  for (const forceRefreshToken of [false, true]) {
    const token = await auth.fetchAccessToken({ forceRefreshToken });
    if (token === null) break;
    const answer = await ask(token);
    if (answer.status === 200) return answer;
    if (answer.status !== 401 || forceRefreshToken) throw refusalOf(answer);
  }
  throw new ConvexError({ code: "unauthenticated", message: "Sign in first." });
}

/** As a function of the deployment would have thrown it. */
function refusalOf({ body, retryAfter }: Answer): Error {
  try {
    const { code, message } = JSON.parse(body) as { code: string; message: string };
    const retryAfterMs = retryAfter ? { retryAfterMs: Number(retryAfter) * 1000 } : {};
    return new ConvexError({ code, message, ...retryAfterMs });
  } catch {
    return new Error("The deployment answered something else than JSON.");
  }
}

/** By `XMLHttpRequest`: `fetch` tells no progress of what it sends. */
function post(
  token: string,
  file: Blob,
  { onProgress, signal, forDocument = false }: UploadOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = (settle: () => void) => () => {
      signal.removeEventListener("abort", abort);
      settle();
    };
    request.open("POST", `${siteOfToken(token)}/files${forDocument ? "?for=document" : ""}`);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = end(() =>
      resolve({
        status: request.status,
        body: request.responseText,
        retryAfter: request.getResponseHeader("retry-after"),
      }),
    );
    // What `fetch` rejects with: no network, or a page that may not read the answer.
    request.onerror = end(() => reject(new TypeError("The upload did not arrive.")));
    request.onabort = end(() => reject(new DOMException("Given up.", "AbortError")));
    signal.addEventListener("abort", abort);
    if (signal.aborted) return end(() => reject(new DOMException("Given up.", "AbortError")))();
    request.send(file);
  });
}

/** Where a deployment's HTTP actions are: it signs its tokens with that address as their issuer. */
export function siteOfToken(token: string): string {
  const claims = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
  return (JSON.parse(atob(claims)) as { iss: string }).iss.replace(/\/+$/, "");
}

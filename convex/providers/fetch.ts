/**
 * `fetch` for SDKs that abort more than once, as OpenAI's does when its stream ends. On Convex each `abort()` fires
 * `abort` again, and `fetch` throws at the second: an unhandled rejection, which ends the whole action.
 */
export async function fetchAbortedOnce(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const { signal } = init;
  if (!signal) return await fetch(input, init);
  signal.throwIfAborted();
  const once = new AbortController();
  const abort = () => {
    if (!once.signal.aborted) once.abort(signal.reason);
  };
  signal.addEventListener("abort", abort);
  return await fetch(input, { ...init, signal: once.signal });
}

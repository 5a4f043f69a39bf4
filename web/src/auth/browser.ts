/**
 * The browser's side of the auth core: `localStorage`, Web Locks, timers, and the HTTP client.
 *
 * Why `localStorage`: the deployment is on another origin and takes the access token in a WebSocket
 * message, so a cookie that scripts can't read is not an option without a server of the shop's own, and
 * tokens in memory would sign everybody out at a reload. What a script injected into the page could
 * steal is kept small: access tokens live hours (staff's 15 minutes) and end with their session, refresh tokens rotate and a stolen one is noticed
 * at its second use, sessions can be listed and revoked. The page loads no foreign scripts and renders
 * no HTML that a model or a customer wrote.
 */
import { ConvexHttpClient } from "convex/browser";
import type { FunctionReference } from "convex/server";
import { AuthCore } from "./core";
import { browserLock } from "./lock";
import { sleepUntilOnline } from "./sleep";
import { browserStorage } from "./storage";
import type { AuthTransport, Challenge, Clock, Redemption, Tokens } from "./types";

const REQUEST_TIMEOUT_MS = 15_000;

type Action<Args extends Record<string, unknown>, Result> = FunctionReference<
  "action",
  "public",
  Args,
  Result
>;

/** The backend's functions: `api.auth`. */
export type AuthFunctions = {
  createGuestSession: Action<Record<string, never>, Tokens>;
  requestCode: Action<{ email?: string | undefined; phone?: string | undefined }, Challenge>;
  createSession: Action<Redemption, Tokens>;
  refreshSession: Action<{ refreshToken: string }, Tokens>;
  logout: FunctionReference<"mutation", "public", Record<string, never>, unknown>;
};

/** Each call has a client of its own: none inherits another's identity. */
function httpTransport(url: string, functions: AuthFunctions): AuthTransport {
  const client = (accessToken: string | null = null) => {
    const http = new ConvexHttpClient(url, {
      logger: false,
      fetch: (input, init) =>
        fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
    });
    if (accessToken !== null) http.setAuth(accessToken);
    return http;
  };
  return {
    createGuestSession: () => client().action(functions.createGuestSession, {}),
    requestCode: (address, token) => client(token).action(functions.requestCode, address),
    createSession: (redemption, token) => client(token).action(functions.createSession, redemption),
    verify: (by, redemption, token) => client(token).action(by, redemption),
    refreshSession: (refreshToken) => client().action(functions.refreshSession, { refreshToken }),
    logout: async (token) => {
      await client(token).mutation(functions.logout, {});
    },
  };
}

const browserClock: Clock = {
  now: () => Date.now(),
  sleep: sleepUntilOnline,
};

/**
 * The auth core of one application in one browser; make it once, outside of components. `url` is the
 * deployment's, `functions` its `api.auth`. `name` keeps applications of one origin apart.
 */
export function createBrowserAuth(
  url: string,
  functions: AuthFunctions,
  name = "support",
): AuthCore {
  return new AuthCore({
    name,
    transport: httpTransport(url, functions),
    storage: browserStorage(`${name}.session`),
    lock: browserLock(`${name}.session`),
    clock: browserClock,
  });
}

/**
 * The browser's side of the auth core: `localStorage`, Web Locks, timers, and the HTTP client.
 *
 * Why `localStorage`: the deployment is on another origin and takes the access token in a WebSocket
 * message, so a cookie that scripts can't read is not an option without a server of the shop's own, and
 * tokens in memory would sign everybody out at a reload. What a script injected into the page could
 * steal is kept small: access tokens live 15 minutes, refresh tokens rotate and a stolen one is noticed
 * at its second use, sessions can be listed and revoked. The page loads no foreign scripts and renders
 * no HTML that a model or a customer wrote.
 */
import { ConvexHttpClient } from "convex/browser";
import type { FunctionReference } from "convex/server";
import { AuthCore } from "./core";
import type {
  AuthStorage,
  AuthTransport,
  Challenge,
  Clock,
  Lock,
  Redemption,
  Tokens,
} from "./types";

const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than a request may take, so that a living holder never loses its lease. */
const LEASE_MS = 20_000;

type Action<Args extends Record<string, unknown>, Result> = FunctionReference<
  "action",
  "public",
  Args,
  Result
>;

/** The backend's functions: `api.auth`. */
export type AuthFunctions = {
  createGuestSession: Action<Record<string, never>, Tokens>;
  requestCode: Action<{ email: string }, Challenge>;
  createSession: Action<Redemption, Tokens>;
  refreshSession: Action<{ refreshToken: string }, Tokens>;
  logout: FunctionReference<"mutation", "public", Record<string, never>, unknown>;
};

/** Each call has a client of its own: none inherits another's identity. */
export function httpTransport(url: string, functions: AuthFunctions): AuthTransport {
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
    requestCode: (email, token) => client(token).action(functions.requestCode, { email }),
    createSession: (redemption, token) => client(token).action(functions.createSession, redemption),
    refreshSession: (refreshToken) => client().action(functions.refreshSession, { refreshToken }),
    logout: async (token) => {
      await client(token).mutation(functions.logout, {});
    },
  };
}

/** Falls back to this tab's memory where storage is forbidden. */
export function browserStorage(key: string): AuthStorage {
  let memory: string | null = null;
  const withStorage = <T>(use: (storage: Storage) => T, fallback: () => T): T => {
    try {
      return use(window.localStorage);
    } catch {
      return fallback();
    }
  };
  return {
    read: () =>
      withStorage(
        (storage) => storage.getItem(key),
        () => memory,
      ),
    write: (value) => {
      memory = value;
      withStorage(
        (storage) => storage.setItem(key, value),
        () => undefined,
      );
    },
    clear: () => {
      memory = null;
      withStorage(
        (storage) => storage.removeItem(key),
        () => undefined,
      );
    },
    onExternalChange: (callback) => {
      // A null key: another tab cleared everything.
      const onStorage = (event: StorageEvent) => {
        if (event.key === key || event.key === null) callback();
      };
      // On a server there is neither a window nor another tab.
      if (typeof window === "undefined") return () => undefined;
      window.addEventListener("storage", onStorage);
      return () => window.removeEventListener("storage", onStorage);
    },
  };
}

export const browserClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      window.addEventListener("online", done);
    }),
};

/** Web Locks; where they are missing (plain HTTP on another machine), a lease in `localStorage`. */
export function browserLock(name: string): Lock {
  const leased = leaseLock(name);
  return async (task) => {
    const { locks } = navigator as Partial<Navigator>;
    return locks === undefined ? await leased(task) : await locks.request(name, task);
  };
}

/**
 * Best effort: two busy tabs may both win a race. Nothing breaks then, because the server
 * honours the predecessor of a refresh token for a few seconds.
 */
function leaseLock(name: string): Lock {
  const key = `${name}.lock`;
  const me = Math.random().toString(36).slice(2);
  let last: Promise<unknown> = Promise.resolve();
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const acquire = async () => {
    for (;;) {
      const [holder, until] = (localStorage.getItem(key) ?? "").split(" ");
      if (!holder || holder === me || Number(until) < Date.now()) {
        localStorage.setItem(key, `${me} ${Date.now() + LEASE_MS}`);
        await pause(100);
        if (localStorage.getItem(key)?.startsWith(`${me} `)) return;
      }
      await pause(50 + Math.random() * 50);
    }
  };
  return async (task) => {
    const run = last.then(async () => {
      await acquire();
      try {
        return await task();
      } finally {
        localStorage.removeItem(key);
      }
    });
    last = run.catch(() => undefined);
    return await run;
  };
}

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
    transport: httpTransport(url, functions),
    storage: browserStorage(`${name}.session`),
    lock: browserLock(`${name}.session`),
    clock: browserClock,
  });
}

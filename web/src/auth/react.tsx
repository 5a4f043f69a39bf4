/** The auth core in React: a provider, the hook that Convex asks for, and the hook that pages use. */
import { ConvexProviderWithAuth, type ConvexReactClient } from "convex/react";
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { SIGNED_OUT, type AuthCore } from "./core";
import type { AuthSnapshot } from "./types";

/** A server renders for nobody in particular. */
const getServerSnapshot = () => SIGNED_OUT;

const AuthContext = createContext<AuthCore | null>(null);

function useCore(): AuthCore {
  const core = useContext(AuthContext);
  if (core === null) throw new Error("useSession is used outside SupportAuthProvider.");
  return core;
}

/** The session and what can be done with it. Re-renders at sign-in and sign-out, not at a refresh. */
export function useSession(): AuthSnapshot & { auth: AuthCore } {
  const auth = useCore();
  const snapshot = useSyncExternalStore(auth.subscribe, auth.getSnapshot, getServerSnapshot);
  return useMemo(() => ({ ...snapshot, auth }), [snapshot, auth]);
}

/** The contract of `ConvexProviderWithAuth`. A new session is a new `fetchAccessToken`. */
function useAuthForConvex() {
  const { auth, sessionId } = useSession();
  const fetchAccessToken = useCallback(
    async (args: { forceRefreshToken: boolean }) =>
      sessionId === null ? null : await auth.fetchAccessToken(args),
    [auth, sessionId],
  );
  return useMemo(
    () => ({ isLoading: false, isAuthenticated: sessionId !== null, fetchAccessToken }),
    [sessionId, fetchAccessToken],
  );
}

/**
 * Connects `client` with the session of `auth` (`createBrowserAuth`), and everything below with both.
 * Give the client `initialAuthTokenReuse: true`: Convex then schedules its refresh by the token that it
 * has, rather than asking for another one at every page load.
 */
export function SupportAuthProvider({
  auth,
  client,
  children,
}: {
  auth: AuthCore;
  client: ConvexReactClient;
  children: ReactNode;
}) {
  return (
    <AuthContext value={auth}>
      <ConvexProviderWithAuth client={client} useAuth={useAuthForConvex}>
        {children}
      </ConvexProviderWithAuth>
    </AuthContext>
  );
}

/**
 * Queries of a session that has just ended throw: signed out elsewhere, revoked, or replaced because a
 * guest signed in. This asks the auth core what is true and then goes on with it, signed in or out.
 */
import { useRef, useState, type ReactNode } from "react";
import { ErrorBoundary, type ErrorFallback } from "./ErrorBoundary";
import { isSessionOver } from "./errors";
import { useSession } from "./react";

/** A session that is refused again and again although it refreshes: then it's not the session. */
const MAX_RECHECKS = 3;
const RECHECK_WINDOW_MS = 30_000;

export type SessionBoundaryProps = {
  children: ReactNode;
  /** For every error that isn't about the session, and for a session that can't be cleared up. */
  fallback: ErrorFallback;
};

/**
 * Put it around everything that subscribes. The children are mounted anew with the session that is true:
 * when the server has ended it, `useSession().endedByServer` says so.
 */
export function SessionBoundary({ children, fallback }: SessionBoundaryProps): ReactNode {
  const { auth } = useSession();
  const rechecks = useRef<number[]>([]);
  const [generation, setGeneration] = useState(0);
  const [givenUp, setGivenUp] = useState(false);

  const onError = (error: unknown) => {
    if (!isSessionOver(error)) return;
    const now = Date.now();
    rechecks.current = rechecks.current.filter((at) => at > now - RECHECK_WINDOW_MS);
    if (rechecks.current.length >= MAX_RECHECKS) return setGivenUp(true);
    rechecks.current.push(now);
    void auth.recheck().then(() => setGeneration((before) => before + 1));
  };
  const show: ErrorFallback = (error, retry) => {
    if (isSessionOver(error) && !givenUp) return <div aria-busy="true" />;
    return fallback(error, () => {
      setGivenUp(false);
      rechecks.current = [];
      retry();
    });
  };
  return (
    <ErrorBoundary key={generation} onError={onError} fallback={show}>
      {children}
    </ErrorBoundary>
  );
}

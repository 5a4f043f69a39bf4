/**
 * Queries of a session that has just ended throw: signed out elsewhere, revoked, or replaced because a
 * guest signed in. This asks the auth core what is true and then goes on with it, signed in or out.
 */
import { useRef, useState, type ReactNode } from "react";
import { isSessionOver, useSession } from "../auth";
import { ErrorBoundary, ErrorPage } from "../ui/ErrorBoundary";

/** A session that is refused again and again although it refreshes: then it's not the session. */
const MAX_RECHECKS = 3;
const RECHECK_WINDOW_MS = 30_000;

export function SessionBoundary({ children }: { children: ReactNode }) {
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
  return (
    <ErrorBoundary
      key={generation}
      onError={onError}
      fallback={(error, reset) =>
        isSessionOver(error) && !givenUp ? (
          <div className="min-h-0 flex-1" aria-busy="true" />
        ) : (
          <ErrorPage
            error={error}
            reset={() => {
              setGivenUp(false);
              rechecks.current = [];
              reset();
            }}
          />
        )
      }
    >
      {children}
    </ErrorBoundary>
  );
}

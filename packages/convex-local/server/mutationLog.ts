/**
 * Remembers the mutations of each client session. A client that lost its connection sends again
 * whatever it has no answer for; such a mutation must not run twice, but be answered as the first time.
 */
import type { FunctionResult } from "../engine/results";

const FORGET_AFTER_MS = 30 * 60 * 1000;
const MAX_PER_SESSION = 2000;

interface SessionLog {
  requests: Map<number, Promise<FunctionResult>>;
  /** The last mutation that was queued: a session's mutations run in order. */
  tail: Promise<unknown>;
  lastUsed: number;
}

export class MutationLog {
  private readonly sessions = new Map<string, SessionLog>();

  /** Runs a mutation after the session's earlier ones, or joins the run that it already had. */
  run(
    sessionId: string,
    requestId: number,
    start: () => Promise<FunctionResult>,
  ): Promise<FunctionResult> {
    const session = this.session(sessionId);
    const known = session.requests.get(requestId);
    if (known !== undefined) return known;
    const result = session.tail.then(start);
    session.tail = result.catch(() => undefined);
    session.requests.set(requestId, result);
    // What the deployment had no room for did not run: the client sends it again.
    void result.then((ended) => {
      if (!ended.ok && ended.rateLimit !== undefined) session.requests.delete(requestId);
    });
    const oldest = session.requests.keys().next();
    if (session.requests.size > MAX_PER_SESSION && oldest.done !== true) {
      session.requests.delete(oldest.value);
    }
    return result;
  }

  private session(sessionId: string): SessionLog {
    const now = Date.now();
    let session = this.sessions.get(sessionId);
    if (session === undefined) {
      for (const [id, { lastUsed }] of this.sessions) {
        if (now - lastUsed > FORGET_AFTER_MS) this.sessions.delete(id);
      }
      session = { requests: new Map(), tail: Promise.resolve(), lastUsed: now };
      this.sessions.set(sessionId, session);
    }
    session.lastUsed = now;
    return session;
  }
}

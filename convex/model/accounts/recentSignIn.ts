/** What a stolen session must not do: it needs a session that was opened with a code a moment ago. */
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { isGuest } from "./guests";
import type { Caller } from "../access/access";
import { appError } from "../../lib/errors";
import { MINUTE } from "../../lib/time";

/** A session this young proves that whoever asks holds the address now: it was opened with a fresh code. */
export const RECENT_SIGN_IN = 10 * MINUTE;

/**
 * `forbidden` (with `recentSignInMs`) for a session that is older than `RECENT_SIGN_IN`. A guest has no
 * address that could be proved again: the session is all there is.
 */
export async function requireRecentSignIn(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
  { sessionId }: Caller,
): Promise<void> {
  if (isGuest(user) && user.email === undefined) return;
  const session = await ctx.db.get("sessions", sessionId);
  if (session !== null && Date.now() - session._creationTime <= RECENT_SIGN_IN) return;
  throw appError("forbidden", "Sign in again with a new code first: then it is surely you.", {
    recentSignInMs: RECENT_SIGN_IN,
  });
}

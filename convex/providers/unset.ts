/** Apart from `errors.ts`: what writes logs brings the redaction along, which embedding has no need of. */
import type { ConvexError } from "convex/values";
import type { AppErrorData } from "../lib/errors";
import { logError } from "../lib/log";

/** A variable that is missing: the log has the command that sets it, and no other try meets anything else. */
export function refuseUnset({ data: { code, message } }: ConvexError<AppErrorData>) {
  logError(message);
  return { outcome: { kind: "refused" as const, reason: code }, fault: code };
}

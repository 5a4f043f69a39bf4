/** Who calls, and how: what all runs of one request share. */
import type { UserIdentity } from "convex/server";
import type { Caller, RequestInfo, Transport } from "./context";

export interface CallOptions {
  componentPath?: string;
  identity?: UserIdentity | null;
  token?: string | null;
  /** Why the caller's token is not good. */
  tokenProblem?: string | null;
  /** May internal functions be called? */
  admin?: boolean;
  caller?: Caller;
  ip?: string | null;
  userAgent?: string | null;
  requestId?: string;
  journal?: string | null;
  scheduledFunctionId?: string | null;
  transport?: Transport;
}

export function describeRequest(
  options: CallOptions,
  { newRequestId }: { newRequestId: () => string },
): RequestInfo {
  return {
    requestId: options.requestId ?? newRequestId(),
    caller: options.caller ?? "client",
    identity: options.identity ?? null,
    token: options.token ?? null,
    tokenProblem: options.tokenProblem ?? null,
    ip: options.ip ?? null,
    userAgent: options.userAgent ?? null,
    scheduledFunctionId: options.scheduledFunctionId ?? null,
    identityType: identityType(options),
    transport: options.transport ?? null,
  };
}

function identityType({ admin, identity, caller }: CallOptions): RequestInfo["identityType"] {
  if (caller === "scheduler" || caller === "cron") return "system";
  if (admin !== true || caller === "http") return identity ? "user" : "unknown";
  return identity ? "member_acting_user" : "instance_admin";
}

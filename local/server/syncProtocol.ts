/** The messages of the sync protocol, as in `src/browser/sync/protocol.ts` of the `convex` package. */

export type ClientMessage =
  | {
      type: "Connect";
      sessionId: string;
      connectionCount: number;
      lastCloseReason: string | null;
      maxObservedTimestamp?: string;
      clientTs: number;
    }
  | {
      type: "Authenticate";
      tokenType: "None" | "User" | "Admin";
      value?: string;
      baseVersion: number;
      impersonating?: Record<string, unknown>;
    }
  | {
      type: "ModifyQuerySet";
      baseVersion: number;
      newVersion: number;
      modifications: (AddQuery | { type: "Remove"; queryId: number })[];
    }
  | FunctionRequest
  | { type: "Event" };

export interface AddQuery {
  type: "Add";
  queryId: number;
  udfPath: string;
  args: unknown[];
  journal?: string | null;
  componentPath?: string;
}

export interface FunctionRequest {
  type: "Mutation" | "Action";
  requestId: number;
  udfPath: string;
  args: unknown[];
  componentPath?: string;
}

export interface StateVersion {
  querySet: number;
  identity: number;
  ts: string;
}

export type StateModification =
  | {
      type: "QueryUpdated";
      queryId: number;
      value: unknown;
      logLines: string[];
      journal: string | null;
    }
  | {
      type: "QueryFailed";
      queryId: number;
      errorMessage: string;
      logLines: string[];
      errorData?: unknown;
      journal: string | null;
    }
  | { type: "QueryRemoved"; queryId: number };

export type ServerMessage =
  | {
      type: "Transition";
      startVersion: StateVersion;
      endVersion: StateVersion;
      modifications: StateModification[];
      clientClockSkew?: number;
      serverTs?: number;
    }
  | {
      type: "MutationResponse" | "ActionResponse";
      requestId: number;
      success: boolean;
      result: unknown;
      ts?: string;
      logLines: string[];
      errorData?: unknown;
    }
  | { type: "AuthError"; error: string; baseVersion: number; authUpdateAttempted: boolean }
  | { type: "FatalError"; error: string }
  | { type: "Ping" };

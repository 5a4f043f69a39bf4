/**
 * The messages of the sync protocol, as in `src/browser/sync/protocol.ts` of the `convex` package. What
 * clients send is checked: anybody can open a WebSocket.
 */
import { z } from "zod";

const addQuery = z.object({
  type: z.literal("Add"),
  queryId: z.number(),
  udfPath: z.string(),
  args: z.array(z.unknown()),
  journal: z.string().nullish(),
  componentPath: z.string().optional(),
});

const functionRequest = z.object({
  type: z.enum(["Mutation", "Action"]),
  requestId: z.number(),
  udfPath: z.string(),
  args: z.array(z.unknown()),
  componentPath: z.string().optional(),
});

const clientMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("Connect"),
    sessionId: z.string().min(1),
    clientTs: z.number(),
  }),
  z.object({
    type: z.literal("Authenticate"),
    tokenType: z.enum(["None", "User", "Admin"]),
    value: z.string().optional(),
    baseVersion: z.number(),
    impersonating: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    type: z.literal("ModifyQuerySet"),
    baseVersion: z.number(),
    newVersion: z.number(),
    modifications: z.array(
      z.discriminatedUnion("type", [
        addQuery,
        z.object({ type: z.literal("Remove"), queryId: z.number() }),
      ]),
    ),
  }),
  functionRequest,
  z.object({ type: z.literal("Event") }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type AddQuery = z.infer<typeof addQuery>;
export type FunctionRequest = z.infer<typeof functionRequest>;

/** Throws, in words for the client, for what no client of Convex's sends. */
export function parseClientMessage(text: string): ClientMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("Received Invalid JSON on websocket");
  }
  const parsed = clientMessage.safeParse(json);
  if (!parsed.success) throw new Error("Received an invalid message on websocket");
  return parsed.data;
}

interface StateVersion {
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

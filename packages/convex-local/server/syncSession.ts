/**
 * One WebSocket of one client. Messages are handled in order; results go out as transitions, each of
 * which starts at the version where the last one ended and is consistent at one timestamp.
 */
import type { UserIdentity } from "convex/server";
import type { CallOptions, Engine } from "../engine/engine";
import { formatLine } from "../engine/logging";
import type { FunctionResult } from "../engine/results";
import type { Computation } from "../engine/subscriptions";
import { AuthenticationError } from "./auth";
import { completeIdentity, type Authenticator } from "./caller";
import { isSameSecret } from "./http";
import type { MutationLog } from "./mutationLog";
import {
  parseClientMessage,
  type AddQuery,
  type ClientMessage,
  type FunctionRequest,
  type ServerMessage,
  type StateModification,
} from "./syncProtocol";
import { answerSystemQuery } from "./systemQueries";
import { encodeTs } from "./timestamps";

interface SyncTarget extends Authenticator {
  readonly engine: Engine;
  readonly mutations: MutationLog;
  systemQuery(path: string, args: Record<string, unknown>, component: string): unknown;
}

interface Peer {
  send(message: ServerMessage): void;
  close(reason: string, code?: number): void;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

interface LiveQuery {
  add: AddQuery;
  computation: Computation | null;
  remove: () => void;
  /** The version of the result that the client has; -1 for none. */
  sent: number;
  /** For built-in queries: the last answer, as JSON. */
  systemAnswer: string | null;
}

const PING_EVERY_MS = 15_000;
/** `setTimeout` takes 31 bits of milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export class SyncSession {
  private sessionId = "";
  private identity: UserIdentity | null = null;
  private token: string | null = null;
  private admin = false;
  private expired = false;
  private expiryTimer: NodeJS.Timeout | undefined;
  private readonly queries = new Map<number, LiveQuery>();
  private removed: number[] = [];
  /** What the client knows, and what it has asked for. */
  private version = { querySet: 0, identity: 0, ts: 0n };
  private wanted = { querySet: 0, identity: 0 };
  /** The client drops a finished mutation at the next transition, so each answer needs one after it. */
  private answeredMutation = false;
  private clockSkew: number | undefined;
  private inbox: Promise<void> = Promise.resolve();
  private closed = false;
  private readonly offBatch: () => void;
  private readonly offCommit: () => void;
  private readonly ping: NodeJS.Timeout;

  constructor(
    private readonly target: SyncTarget,
    private readonly peer: Peer,
  ) {
    this.offBatch = target.engine.subscriptions.onBatch((ts) => this.transition(ts));
    this.offCommit = target.engine.onCommit(() => this.committed());
    this.ping = setInterval(() => peer.send({ type: "Ping" }), PING_EVERY_MS);
  }

  receive(text: string): void {
    this.inbox = this.inbox.then(async () => {
      if (this.closed) return;
      try {
        await this.handle(parseClientMessage(text));
      } catch (error) {
        this.fail(error instanceof Error ? error.message : String(error));
      }
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.offBatch();
    this.offCommit();
    clearInterval(this.ping);
    clearTimeout(this.expiryTimer);
    for (const query of this.queries.values()) query.remove();
    this.queries.clear();
  }

  private fail(error: string): void {
    this.peer.send({ type: "FatalError", error });
    this.peer.close("FatalError");
    this.close();
  }

  private async handle(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case "Connect":
        this.sessionId = message.sessionId;
        this.clockSkew = message.clientTs - Date.now();
        return;
      case "Authenticate":
        return await this.authenticate(message);
      case "ModifyQuerySet":
        return this.modifyQuerySet(message);
      case "Mutation":
        return this.mutate(message);
      case "Action":
        return this.act(message);
      case "Event":
        return;
    }
  }

  private async authenticate(
    message: Extract<ClientMessage, { type: "Authenticate" }>,
  ): Promise<void> {
    if (message.baseVersion !== this.wanted.identity) {
      throw new Error(
        `Authenticate message out of order: base version ${message.baseVersion}, expected ${this.wanted.identity}`,
      );
    }
    let expiresAt: number | null = null;
    let next: { identity: UserIdentity | null; token: string | null; admin: boolean };
    try {
      if (message.tokenType === "User") {
        const verified = await this.target.verifier().verify(message.value ?? "");
        expiresAt = verified.expiresAt;
        next = { identity: verified.identity, token: verified.token, admin: false };
      } else if (message.tokenType === "Admin") {
        if (!isSameSecret(message.value ?? "", this.target.adminKey)) {
          throw new AuthenticationError("BadAdminKey", "The provided admin key was invalid");
        }
        const identity = completeIdentity(message.impersonating ?? null);
        next = { identity, token: null, admin: true };
      } else {
        next = { identity: null, token: null, admin: false };
      }
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.peer.send({
        type: "AuthError",
        error: error.message,
        baseVersion: message.baseVersion,
        authUpdateAttempted: true,
      });
      return;
    }
    this.wanted.identity = message.baseVersion + 1;
    this.adopt(next, expiresAt);
  }

  /** Takes on an identity: every query has to be computed for it. */
  private adopt(
    next: { identity: UserIdentity | null; token: string | null; admin: boolean },
    expiresAt: number | null,
  ): void {
    this.identity = next.identity;
    this.token = next.token;
    this.admin = next.admin;
    this.expired = false;
    clearTimeout(this.expiryTimer);
    if (expiresAt !== null) {
      const delay = Math.min(Math.max(0, expiresAt - Date.now()), MAX_DELAY_MS);
      this.expiryTimer = setTimeout(() => this.tokenExpired(), delay);
    }
    for (const query of this.queries.values()) {
      const { remove } = query;
      this.start(query);
      remove();
    }
    this.target.engine.subscriptions.requestBatch();
  }

  private tokenExpired(): void {
    if (this.closed) return;
    this.expired = true;
    this.peer.send({
      type: "AuthError",
      error: "Token expired",
      baseVersion: this.wanted.identity,
      authUpdateAttempted: false,
    });
  }

  private modifyQuerySet(message: Extract<ClientMessage, { type: "ModifyQuerySet" }>): void {
    if (message.baseVersion !== this.wanted.querySet) {
      throw new Error(
        `ModifyQuerySet out of order: base version ${message.baseVersion}, expected ${this.wanted.querySet}`,
      );
    }
    for (const modification of message.modifications) {
      if (modification.type === "Remove") {
        const query = this.queries.get(modification.queryId);
        if (query === undefined) throw new Error(`Unknown query ${modification.queryId}`);
        query.remove();
        this.queries.delete(modification.queryId);
        this.removed.push(modification.queryId);
      } else {
        const query: LiveQuery = {
          add: modification,
          computation: null,
          remove: () => undefined,
          sent: -1,
          systemAnswer: null,
        };
        this.queries.set(modification.queryId, query);
        this.start(query);
      }
    }
    this.wanted.querySet = message.newVersion;
    this.target.engine.subscriptions.requestBatch();
  }

  /** Subscribes a query under the session's current identity. */
  private start(query: LiveQuery): void {
    const { add } = query;
    query.sent = -1;
    query.systemAnswer = null;
    if (add.udfPath.startsWith("_system/") && this.admin) {
      query.computation = null;
      query.remove = () => undefined;
      return;
    }
    const { computation, remove } = this.target.engine.subscriptions.add({
      path: add.udfPath,
      componentPath: this.admin ? (add.componentPath ?? "") : "",
      args: add.args[0] ?? {},
      identity: this.identity,
      admin: this.admin,
      journal: query.computation?.journal ?? add.journal ?? null,
    });
    query.computation = computation;
    query.remove = remove;
  }

  /** Built-in queries have no read sets: any commit may change them. */
  private committed(): void {
    for (const { computation } of this.queries.values()) {
      if (computation !== null) continue;
      this.target.engine.subscriptions.requestBatch();
      return;
    }
  }

  /** Sends what changed up to `ts`, if anything did. */
  private transition(ts: bigint): void {
    if (this.closed || this.sessionId === "" || this.expired) return;
    for (const { computation } of this.queries.values()) {
      // Added after this batch had begun: the next one, which is already wanted, will have it.
      if (computation !== null && computation.result === null) return;
    }
    const modifications: StateModification[] = this.removed.map((queryId) => ({
      type: "QueryRemoved",
      queryId,
    }));
    this.removed = [];
    for (const query of this.queries.values()) {
      const modification = this.modificationOf(query);
      if (modification !== null) modifications.push(modification);
    }
    const { version, wanted } = this;
    const due =
      modifications.length > 0 ||
      version.querySet !== wanted.querySet ||
      version.identity !== wanted.identity ||
      this.answeredMutation;
    if (!due) return;
    const end = {
      querySet: wanted.querySet,
      identity: wanted.identity,
      ts: ts > version.ts ? ts : version.ts,
    };
    this.peer.send({
      type: "Transition",
      startVersion: { ...version, ts: encodeTs(version.ts) },
      endVersion: { ...end, ts: encodeTs(end.ts) },
      modifications,
      ...(this.clockSkew === undefined ? {} : { clientClockSkew: this.clockSkew }),
      serverTs: Date.now() * 1_000_000,
    });
    this.version = end;
    this.answeredMutation = false;
  }

  private modificationOf(query: LiveQuery): StateModification | null {
    const { queryId } = query.add;
    const { computation } = query;
    if (computation === null) return this.systemModification(query);
    const { result } = computation;
    if (result === null || computation.version === query.sent) return null;
    query.sent = computation.version;
    const logLines = result.logLines.map(formatLine);
    const { journal } = computation;
    if (result.ok) {
      return { type: "QueryUpdated", queryId, value: result.value, logLines, journal };
    }
    const { errorMessage, errorData } = result;
    return {
      type: "QueryFailed",
      queryId,
      errorMessage,
      logLines,
      ...(errorData === undefined ? {} : { errorData }),
      journal,
    };
  }

  private systemModification(query: LiveQuery): StateModification | null {
    const modification = answerSystemQuery(this.target, query.add);
    const answer = JSON.stringify(modification);
    if (answer === query.systemAnswer) return null;
    query.systemAnswer = answer;
    return modification;
  }

  private callOptions(request: FunctionRequest): CallOptions {
    return {
      componentPath: this.admin ? (request.componentPath ?? "") : "",
      identity: this.identity,
      token: this.token,
      admin: this.admin,
      transport: "sync",
      ip: this.peer.ip,
      userAgent: this.peer.userAgent,
    };
  }

  private mutate(message: FunctionRequest): void {
    if (this.refuseExpired()) return;
    const { engine, mutations } = this.target;
    const options = this.callOptions(message);
    void mutations
      .run(this.sessionId, message.requestId, () =>
        engine.run("mutation", message.udfPath, message.args[0] ?? {}, options),
      )
      .then((result) => {
        if (this.closed) return;
        this.respond("MutationResponse", message.requestId, result);
        if (!result.ok) return;
        this.answeredMutation = true;
        engine.subscriptions.requestBatch();
      });
  }

  private act(message: FunctionRequest): void {
    if (this.refuseExpired()) return;
    void this.target.engine
      .run("action", message.udfPath, message.args[0] ?? {}, this.callOptions(message))
      .then((result) => {
        if (!this.closed) this.respond("ActionResponse", message.requestId, result);
      });
  }

  private refuseExpired(): boolean {
    if (this.expired) this.tokenExpired();
    return this.expired;
  }

  private respond(
    type: "MutationResponse" | "ActionResponse",
    requestId: number,
    result: FunctionResult,
  ): void {
    if (!result.ok && result.rateLimit !== undefined) {
      // 1013, "try again later": the client comes back after a while, and sends it again.
      this.peer.close(result.rateLimit, 1013);
      return this.close();
    }
    const logLines = result.logLines.map(formatLine);
    if (result.ok) {
      const ts = type === "MutationResponse" ? { ts: encodeTs(result.ts) } : {};
      this.peer.send({ type, requestId, success: true, result: result.value, ...ts, logLines });
      return;
    }
    const { errorMessage, errorData } = result;
    this.peer.send({
      type,
      requestId,
      success: false,
      result: errorMessage,
      logLines,
      ...(errorData === undefined ? {} : { errorData }),
    });
  }
}

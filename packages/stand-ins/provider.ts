/** What a provider's stand-in is to the server, and what the server hands to those that write an answer themselves. */
import type { ServerResponse } from "node:http";
import type { RequestRecord } from "./control/requestLog";
import type { Reply, Request } from "./http";
import type { StandIns } from "./state";

/** A request under way. */
export interface Exchange {
  request: Request;
  res: ServerResponse;
  state: StandIns;
  /** Aborts when the caller has gone, or the server closes. */
  signal: AbortSignal;
}

/** A request to a provider: the log knows it. */
export interface LoggedExchange extends Exchange {
  record: RequestRecord;
}

/** A provider that answers each request whole. */
export interface Provider {
  /** Its own 401; nothing when the credentials are right. */
  refuse(request: Request, state: StandIns): Reply | undefined;
  /** Its own 429, where the account's limit is reached. */
  limit?(state: StandIns): Reply | undefined;
  /** Does the work and answers. */
  handle(request: Request, state: StandIns): Reply;
  /** Its answer for a status that a fault asks for; the code is of Twilio's. */
  answerStatus(status: number, code?: number): Reply;
}

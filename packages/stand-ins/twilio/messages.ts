/** The messages of the account, both ways: the newest 1,000, with waiters for tests and for the phone. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import { countSegments, type Segments } from "./segments";

export type SmsStatus =
  "accepted" | "queued" | "sending" | "sent" | "delivered" | "undelivered" | "failed" | "received";

export const SETTLED: ReadonlySet<SmsStatus> = new Set([
  "delivered",
  "undelivered",
  "failed",
  "received",
]);

export interface MediaFile {
  sid: string;
  contentType: string;
  bytes: Buffer;
}

export interface Sms {
  sid: string;
  direction: "inbound" | "outbound-api" | "outbound-reply";
  to: string;
  /** Null until a Messaging Service has picked a sender. */
  from: string | null;
  messagingServiceSid: string | null;
  body: string;
  /** Of the body as it was accepted: what is billed stays when a text is redacted. */
  segments: Segments;
  media: MediaFile[];
  status: SmsStatus;
  errorCode: number | null;
  statusCallback: string | null;
  /** Seconds it may wait before it is sent. */
  validityPeriod: number;
  /** Inbound: the answer of the shop's webhook, null for none; absent while it is under way. */
  webhookStatus?: number | null;
  /** Milliseconds since the epoch. */
  at: number;
  sentAt: number | null;
  updatedAt: number;
}

export type NewSms = Omit<Sms, "sid" | "segments" | "errorCode" | "at" | "sentAt" | "updatedAt">;

const MAX_MESSAGES = 1_000;

export const createSid = (prefix: "SM" | "MM" | "ME"): string =>
  prefix + randomBytes(16).toString("hex");

type Waiter = { matches: (sms: Sms) => boolean; resolve: (sms: Sms) => void };

export class Messages {
  private all: Sms[] = [];
  private waiters = new Set<Waiter>();
  private watchers = new Set<(sms: Sms | null) => void>();

  constructor(private readonly clock: Clock) {}

  add(message: NewSms): Sms {
    const now = this.clock.now();
    const sid = createSid(message.media.length > 0 ? "MM" : "SM");
    const sms: Sms = {
      ...message,
      sid,
      segments: countSegments(message.body),
      errorCode: null,
      at: now,
      sentAt: null,
      updatedAt: now,
    };
    this.all.push(sms);
    if (this.all.length > MAX_MESSAGES) this.all.shift();
    this.changed(sms);
    return sms;
  }

  /** Call after changing a message, so that those who wait look again. */
  changed(sms: Sms): void {
    sms.updatedAt = this.clock.now();
    for (const waiter of this.waiters) {
      if (!waiter.matches(sms)) continue;
      this.waiters.delete(waiter);
      waiter.resolve({ ...sms });
    }
    for (const watcher of this.watchers) watcher(sms);
  }

  get(sid: string): Sms | undefined {
    return this.all.find((sms) => sms.sid === sid);
  }

  remove(sid: string): void {
    this.all = this.all.filter((sms) => sms.sid !== sid);
    for (const watcher of this.watchers) watcher(null);
  }

  /** Newest first. */
  list(matches: (sms: Sms) => boolean = () => true): Sms[] {
    return this.all.filter(matches).reverse();
  }

  /** The first message, past or future, that matches; each is looked at again whenever it changes. */
  waitFor(matches: (sms: Sms) => boolean): Promise<Sms> {
    const found = this.all.find(matches);
    if (found) return Promise.resolve({ ...found });
    return new Promise((resolve) => this.waiters.add({ matches, resolve }));
  }

  /** Told of every message that changes, and of null when some are gone. The answer stops it. */
  watch(watcher: (sms: Sms | null) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  clear(): void {
    this.all = [];
    for (const watcher of this.watchers) watcher(null);
  }
}

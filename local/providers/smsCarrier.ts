/**
 * The messages the stand-in for Twilio accepted, and what becomes of them: queued, sent, delivered, or
 * the outcome that was set for the number. Status callbacks are signed as Twilio signs them and go to
 * loopback URLs only.
 */
import { createHmac, randomBytes } from "node:crypto";
import { isLoopbackUrl } from "./http.ts";

export type SmsStatus = "queued" | "sent" | "delivered" | "undelivered" | "failed";

export interface Sms {
  sid: string;
  to: string;
  from: string;
  body: string;
  status: SmsStatus;
  errorCode: number | null;
  statusCallback: string | null;
  /** Milliseconds since the epoch. */
  at: number;
  updatedAt: number;
}

export interface SmsOutcome {
  status: "delivered" | "undelivered" | "failed" | "sent";
  errorCode?: number;
}

const MAX_MESSAGES = 1_000;
const FINAL = new Set<SmsStatus>(["delivered", "undelivered", "failed"]);

/** Twilio's request signature: HMAC-SHA1 over the URL and the sorted parameters. */
export function signTwilio(authToken: string, url: string, params: Record<string, string>): string {
  const data = Object.keys(params)
    .sort()
    .reduce((text, key) => text + key + params[key]!, url);
  return createHmac("sha1", authToken).update(data, "utf8").digest("base64");
}

export class SmsCarrier {
  private messages: Sms[] = [];
  private outcomes = new Map<string, SmsOutcome>();
  private timers = new Set<NodeJS.Timeout>();
  private waiters = new Set<{ sid: string; status: SmsStatus; resolve: (sms: Sms) => void }>();

  constructor(
    private readonly accountSid: string,
    private readonly authToken: string,
    private readonly stepMs: number,
  ) {}

  /** What becomes of messages to a number from now on. */
  setOutcome(to: string, outcome: SmsOutcome): void {
    this.outcomes.set(to, outcome);
  }

  accept(message: Pick<Sms, "to" | "from" | "body" | "statusCallback">): Sms {
    const now = Date.now();
    const sms: Sms = {
      ...message,
      sid: `SM${randomBytes(16).toString("hex")}`,
      status: "queued",
      errorCode: null,
      at: now,
      updatedAt: now,
    };
    this.messages.push(sms);
    if (this.messages.length > MAX_MESSAGES) this.messages.shift();
    const outcome = this.outcomes.get(sms.to) ?? { status: "delivered" as const };
    this.later(() => {
      if (outcome.status !== "failed") this.advance(sms.sid, "sent");
      if (outcome.status !== "sent")
        this.later(() => this.advance(sms.sid, outcome.status, outcome.errorCode));
    });
    return sms;
  }

  private later(step: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      step();
    }, this.stepMs);
    timer.unref();
    this.timers.add(timer);
  }

  /** Moves a message on and calls its status callback. A final state does not change again. */
  advance(sid: string, status: SmsStatus, errorCode?: number): void {
    const sms = this.get(sid);
    if (!sms || FINAL.has(sms.status)) return;
    sms.status = status;
    sms.errorCode = errorCode ?? null;
    sms.updatedAt = Date.now();
    for (const waiter of this.waiters) {
      if (waiter.sid !== sid || waiter.status !== status) continue;
      this.waiters.delete(waiter);
      waiter.resolve({ ...sms });
    }
    void this.callback(sms);
  }

  private async callback(sms: Sms): Promise<void> {
    const url = sms.statusCallback;
    if (!url || !isLoopbackUrl(url)) return;
    const params: Record<string, string> = {
      AccountSid: this.accountSid,
      ApiVersion: "2010-04-01",
      From: sms.from,
      To: sms.to,
      MessageSid: sms.sid,
      MessageStatus: sms.status,
      SmsSid: sms.sid,
      SmsStatus: sms.status,
      ...(sms.errorCode === null ? {} : { ErrorCode: String(sms.errorCode) }),
    };
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signTwilio(this.authToken, url, params),
    };
    // A callback that nobody takes is lost, as it is after Twilio's own attempts.
    await fetch(url, {
      method: "POST",
      headers,
      body: new URLSearchParams(params),
      redirect: "error",
      signal: AbortSignal.timeout(15_000),
    })
      .then((r) => r.arrayBuffer())
      .catch(() => undefined);
  }

  get(sid: string): Sms | undefined {
    return this.messages.find((m) => m.sid === sid);
  }

  /** Newest first. */
  list(to?: string): Sms[] {
    return this.messages.filter((m) => to === undefined || m.to === to).reverse();
  }

  /** Resolves when the message has reached the status. */
  waitFor(sid: string, status: SmsStatus): Promise<Sms> {
    const sms = this.get(sid);
    if (sms?.status === status) return Promise.resolve({ ...sms });
    return new Promise((resolve) => this.waiters.add({ sid, status, resolve }));
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.messages = [];
    this.outcomes.clear();
  }
}

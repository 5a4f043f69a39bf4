/**
 * What becomes of the shop's texts: they go through Twilio's states to the phone, or end as was set for
 * the number, with a status callback at each state.
 */
import type { Clock } from "../clock";
import { CallbackRules } from "./callbackRules";
import { buildStatusFields } from "./fields";
import { Messages, createSid, SETTLED, type NewSms, type Sms, type SmsStatus } from "./messages";
import { OptOuts } from "./optOuts";
import { MESSAGING_SERVICE_SID, Senders } from "./senders";
import { DEFAULT_SETTINGS, type Settings, type SmsOutcome } from "./settings";
import { Rate } from "./rate";
import { Webhooks } from "./webhooks";

/** The states that Twilio makes a callback for. The first state of a message has none. */
const CALLED_BACK: ReadonlySet<SmsStatus> = new Set([
  "queued",
  "sent",
  "delivered",
  "undelivered",
  "failed",
]);

/** Seconds; the longest that Twilio takes, and its default. */
export const MAX_VALIDITY_PERIOD = 36_000;

export interface CarrierAccount {
  accountSid: string;
  authToken: string;
  /** Where media are fetched: the origin of the stand-ins and `/twilio`. */
  mediaBase: () => string;
}

export class SmsCarrier {
  readonly messages: Messages;
  readonly webhooks: Webhooks;
  readonly senders = new Senders();
  readonly optOuts = new OptOuts();
  readonly callbackRules = new CallbackRules();
  readonly rate: Rate;
  settings: Settings;
  private outcomes = new Map<string, SmsOutcome>();
  private pending = new Set<() => void>();
  /** The callbacks of a message leave one after another. */
  private lines = new Map<string, Promise<unknown>>();

  constructor(
    readonly account: CarrierAccount,
    private readonly clock: Clock,
    private readonly stepMs: number,
  ) {
    this.settings = { ...DEFAULT_SETTINGS, stepMs };
    this.messages = new Messages(clock);
    this.rate = new Rate(clock, () => this.settings.apiPerSecond);
    this.webhooks = new Webhooks(clock, account.authToken, () => this.settings);
  }

  /** What becomes of messages to a number from now on. */
  setOutcome(to: string, outcome: SmsOutcome): void {
    this.outcomes.set(to, outcome);
  }

  outcome(to: string): SmsOutcome {
    return this.outcomes.get(to) ?? { status: "delivered" };
  }

  /** Takes a message of the shop's. Media are fetched before it is sent. */
  accept(message: Omit<NewSms, "status">, mediaUrls: readonly string[] = []): Sms {
    const media = mediaUrls.map(() => ({
      sid: createSid("ME"),
      contentType: "application/octet-stream",
      bytes: Buffer.alloc(0),
    }));
    // The sender comes with the state "queued", also where the shop has named one of the service's.
    const serviced = message.messagingServiceSid !== null && message.direction === "outbound-api";
    const first = serviced ? "accepted" : "queued";
    const sms = this.messages.add({ ...message, media, status: first });
    if (media.length > 0) void this.fetchMedia(sms, mediaUrls).then(() => this.begin(sms));
    else this.begin(sms);
    return { ...sms };
  }

  private begin(sms: Sms): void {
    if (sms.status === "accepted") this.later(sms, () => this.queue(sms));
    else this.later(sms, () => this.sending(sms));
  }

  /** One that can't be fetched ends the message. */
  private async fetchMedia(sms: Sms, urls: readonly string[]): Promise<void> {
    for (const [i, file] of sms.media.entries()) {
      const fetched = await this.webhooks.download(urls[i]!, sms.sid);
      if (!fetched) return this.move(sms, "failed", 30008);
      Object.assign(file, fetched);
    }
    this.messages.changed(sms);
  }

  private queue(sms: Sms): void {
    sms.from ??= this.senders.pick(sms.to);
    this.move(sms, "queued");
    this.later(sms, () => this.sending(sms));
  }

  private sending(sms: Sms): void {
    if (SETTLED.has(sms.status)) return;
    if (this.clock.now() - sms.at > sms.validityPeriod * 1000) {
      return this.move(sms, "failed", 30036);
    }
    const { status, errorCode } = this.outcome(sms.to);
    if (status === "failed") return this.move(sms, "failed", errorCode ?? 30008);
    this.move(sms, "sending");
    this.later(sms, () => {
      sms.sentAt = this.clock.now();
      this.move(sms, "sent");
      if (status === "sent") return;
      const code = status === "undelivered" ? (errorCode ?? 30003) : null;
      this.later(sms, () => this.move(sms, status, code));
    });
  }

  private later(sms: Sms, step: () => void): void {
    const ms = this.outcome(sms.to).stepMs ?? this.settings.stepMs;
    this.after(ms, step);
  }

  private after(ms: number, step: () => void): void {
    const cancel = this.clock.after(ms, () => {
      this.pending.delete(cancel);
      step();
    });
    this.pending.add(cancel);
  }

  /** Changes the state of a message and calls back. A settled one does not change again. */
  move(sms: Sms, status: SmsStatus, errorCode: number | null = null): void {
    if (SETTLED.has(sms.status)) return;
    sms.status = status;
    sms.errorCode = errorCode;
    this.messages.changed(sms);
    const url = sms.statusCallback ?? this.settings.statusUrl;
    if (url !== null && CALLED_BACK.has(status)) this.callBack(sms, url);
  }

  private callBack(sms: Sms, url: string): void {
    const fields = buildStatusFields(this.account.accountSid, sms);
    const rule = this.callbackRules.take(sms.to, sms.status);
    const post = () => this.webhooks.post(url, fields, sms.sid);
    if (rule?.action === "drop") return;
    if (rule?.action === "delay") return this.after(rule.delayMs, () => void post());
    const copies = rule?.action === "duplicate" ? rule.copies : 1;
    const before = this.lines.get(sms.sid) ?? Promise.resolve();
    const line = before.then(() => Promise.all(Array.from({ length: copies }, post)));
    this.lines.set(sms.sid, line);
    void line.then(() => {
      if (this.lines.get(sms.sid) === line) this.lines.delete(sms.sid);
    });
  }

  /** Resolves when no request to the shop is under way. */
  async idle(): Promise<void> {
    do {
      await Promise.allSettled(this.lines.values());
      await this.webhooks.idle();
    } while (this.lines.size > 0);
  }

  /** Whom the shop's sender may not text, be it the service or a number. */
  optedOut(person: string, sender: string): boolean {
    return this.optOuts.has(person, this.senders.serviceOf(sender) ?? sender);
  }

  /** Opts a person out of the service and of every number, or in again, without a word of theirs. */
  setOptOut(person: string, numbers: readonly string[], optedOut: boolean): void {
    for (const sender of [MESSAGING_SERVICE_SID, ...numbers]) {
      this.optOuts.set(person, sender, optedOut);
    }
  }

  clear(): void {
    for (const cancel of this.pending) cancel();
    this.pending.clear();
    this.lines.clear();
    this.outcomes.clear();
    this.webhooks.clear();
    this.senders.clear();
    this.optOuts.clear();
    this.callbackRules.clear();
    this.messages.clear();
    const { smsUrl, statusUrl } = this.settings;
    this.settings = { ...DEFAULT_SETTINGS, stepMs: this.stepMs, smsUrl, statusUrl };
  }
}

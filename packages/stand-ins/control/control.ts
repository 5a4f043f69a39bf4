/**
 * The controls of the stand-ins for code in the same process, mostly tests: what the HTTP control API
 * offers, plus promises to wait on instead of sleeping.
 */
import { faultSchema, type FaultInput, type FaultRecord } from "./faults";
import type { ProviderName } from "../http";
import type { z } from "zod";
import type { Mail } from "../resend/mailbox";
import {
  receivedEvent,
  sentEvent,
  signEvent,
  type eventSchema,
  type ReceivedInput,
} from "../resend/received";
import type { RequestRecord } from "./requestLog";
import { scriptSchema, type ScriptInput } from "../openrouter/scripts";
import type { Pace } from "../openrouter/pace";
import type { StandIns } from "../state";
import type { Sms, SmsStatus } from "../twilio/messages";
import type { SmsOutcome } from "../twilio/settings";
import { SmsControl } from "../twilio/smsControl";

/** A scripted stream under way. */
export interface ScriptHandle {
  id: number;
  /** When each chunk was sent, by `performance.now()`. */
  sentAt: readonly number[];
  /** Resolves when the stream has stopped at `holdAfter`. */
  reached: Promise<void>;
  /** Lets a held stream go on; before it is reached, the hold does not stop it. */
  release: () => void;
}

export class Control {
  /** Texts in both directions, and what goes wrong with them. */
  readonly texts: SmsControl;

  constructor(private readonly state: StandIns) {
    this.texts = new SmsControl(state.sms, state.smsInbox);
  }

  /** Queues a fault. Throws a `ZodError` for one that makes no sense. */
  fault(input: FaultInput): FaultRecord {
    return this.state.faults.add(faultSchema.parse(input));
  }

  faults(): FaultRecord[] {
    return this.state.faults.list();
  }

  clearFaults(provider?: ProviderName): void {
    this.state.faults.clear(provider);
  }

  /** Scripts the next matching completion. Throws a `ZodError` for one that makes no sense. */
  script(input: ScriptInput): ScriptHandle {
    const { id, sentAt, reached, release } = this.state.scripts.add(scriptSchema.parse(input));
    return { id, sentAt, reached, release };
  }

  /** The next matching completion stops after `chunks` chunks until released. */
  holdAfter(chunks: number, options: Omit<ScriptInput, "holdAfter"> = {}): ScriptHandle {
    return this.script({ ...options, holdAfter: chunks });
  }

  scripts() {
    return this.state.scripts.list().map((s) => s.view());
  }

  /** Lets a held stream go on; false when there is no such script. */
  release(id: number): boolean {
    const record = this.state.scripts.get(id);
    record?.release();
    return record !== undefined;
  }

  /** Forgets scripts; streams that are held go on. */
  clearScripts(): void {
    this.state.scripts.clear();
  }

  /** What the stand-ins received, oldest first. */
  requests(provider?: ProviderName): RequestRecord[] {
    return this.state.log.list(provider);
  }

  clearRequests(): void {
    this.state.log.clear();
  }

  /** The first request, past or future, that matches; it is looked at again whenever it changes. */
  waitForRequest(matches: (record: RequestRecord) => boolean): Promise<RequestRecord> {
    return this.state.log.waitFor(matches);
  }

  /** Newest first. */
  emails(to?: string): Mail[] {
    return this.state.mailbox.list(to);
  }

  waitForEmail(to: string): Promise<Mail> {
    return this.state.mailbox.waitFor(to);
  }

  /** Where Resend's events go; null tells nobody. */
  tellMailTo(url: string | null): void {
    this.state.mailHooks.url = url;
  }

  /** A mail to the shop, and the event that tells of it; `told`: the status that the shop answered, null for none. */
  async receiveMail(input: ReceivedInput) {
    const { mailHooks } = this.state;
    const event = receivedEvent(mailHooks.add(input));
    return { event, ...signEvent(event), told: await mailHooks.tell(event) };
  }

  /** Something becomes of a mail that the shop has sent; undefined when there is none. */
  async mailEvent({ id, ...what }: z.output<typeof eventSchema>) {
    const mail = this.state.mailbox.get(id);
    if (!mail) return undefined;
    const event = sentEvent(mail, what);
    return { event, ...signEvent(event), told: await this.state.mailHooks.tell(event) };
  }

  /** What the shop has sent, newest first. */
  sms(to?: string): Sms[] {
    return this.texts.sent(to);
  }

  setSmsOutcome(to: string, outcome: SmsOutcome): void {
    this.texts.setOutcome(to, outcome);
  }

  waitForSms(sid: string, status: SmsStatus): Promise<Sms> {
    return this.texts.waitFor((sms) => sms.sid === sid && sms.status === status);
  }

  setPace(pace: Partial<Pace>): Pace {
    this.state.pace = { ...this.state.pace, ...pace };
    return this.state.pace;
  }

  /** Back to how it was at start. */
  reset(): void {
    this.state.reset();
  }
}

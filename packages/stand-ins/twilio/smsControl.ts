/** The controls of the stand-in for Twilio. */
import type { SmsCarrier } from "./carrier";
import type { SmsInbox } from "./inbox";
import type { Sms } from "./messages";
import { SHOP_NUMBERS } from "./senders";
import {
  inboundSchema,
  outcomeSchema,
  settingsSchema,
  type CallbackRule,
  type CallbackRuleInput,
  type InboundInput,
  type Settings,
  type SmsOutcome,
} from "./settings";
import type { Alert, WebhookAnswer } from "./webhooks";

export class SmsControl {
  constructor(
    private readonly carrier: SmsCarrier,
    private readonly inbox: SmsInbox,
  ) {}

  /** Changes what is given and answers with all. Throws a `ZodError` for what makes no sense. */
  configure(change: Partial<Settings>): Settings {
    const { carrier } = this;
    carrier.settings = settingsSchema.parse({ ...carrier.settings, ...change });
    return carrier.settings;
  }

  /** What the shop has sent, newest first. */
  sent(to?: string): Sms[] {
    return this.carrier.messages.list(
      (sms) => sms.direction !== "inbound" && (to === undefined || sms.to === to),
    );
  }

  /** What phones have sent, newest first. */
  received(from?: string): Sms[] {
    return this.carrier.messages.list(
      (sms) => sms.direction === "inbound" && (from === undefined || sms.from === from),
    );
  }

  /** The first message, either way, past or future, that matches. */
  waitFor(matches: (sms: Sms) => boolean): Promise<Sms> {
    return this.carrier.messages.waitFor(matches);
  }

  /**
   * Sends a text from a phone to a number of the shop's. Resolves when the shop's webhook has answered
   * each copy, null where it has not.
   */
  async text(input: InboundInput): Promise<{ sms: Sms; answers: (WebhookAnswer | null)[] }> {
    const { sms, answered } = this.inbox.receive(inboundSchema.parse(input));
    const answers = await answered;
    return { sms: { ...sms }, answers };
  }

  /** Delivers a received text again, `copies` times at once. Throws when there is no such text. */
  redeliver(sid: string, copies = 1): Promise<(WebhookAnswer | null)[]> {
    return this.inbox.redeliver(sid, copies);
  }

  /** What becomes of texts to a number from now on. */
  setOutcome(to: string, outcome: SmsOutcome): void {
    this.carrier.setOutcome(to, outcomeSchema.parse(outcome));
  }

  outcome(to: string): SmsOutcome {
    return this.carrier.outcome(to);
  }

  /** Queues what happens to the next status callback that matches. */
  callbackRule(rule: CallbackRuleInput): CallbackRule {
    return this.carrier.callbackRules.add(rule);
  }

  callbackRules(): CallbackRule[] {
    return this.carrier.callbackRules.list();
  }

  clearCallbackRules(): void {
    this.carrier.callbackRules.clear();
  }

  /** Opts a number out of everything the shop sends (its API answers 21610), or in again. */
  setOptOut(person: string, optedOut: boolean): void {
    this.carrier.setOptOut(person, SHOP_NUMBERS, optedOut);
  }

  /** Webhooks of the shop that were not reached or refused, newest first. */
  alerts(): Alert[] {
    return this.carrier.webhooks.alerts();
  }

  /** Resolves when no request to the shop is under way. */
  idle(): Promise<void> {
    return this.carrier.idle();
  }
}

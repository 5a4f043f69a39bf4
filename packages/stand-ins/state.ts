/** What the stand-ins share: one instance for each running server, all of it in memory. */
import { systemClock, type Clock } from "./clock";
import { Faults } from "./control/faults";
import { RequestLog } from "./control/requestLog";
import { CREDENTIALS } from "./credentials";
import { Generations } from "./openrouter/generations";
import type { Pace } from "./openrouter/pace";
import { Scripts } from "./openrouter/scripts";
import { Mailbox } from "./resend/mailbox";
import { MailHooks } from "./resend/received";
import { SmsCarrier } from "./twilio/carrier";
import { SmsInbox } from "./twilio/inbox";

export interface StandInsOptions {
  pace: Pace;
  /** Between the states of an SMS. */
  smsStepMs: number;
  /** What the phone's page calls who answers it. */
  shopName: string;
  /** For texts; the system's unless told. */
  clock?: Clock;
}

export class StandIns {
  readonly log = new RequestLog();
  readonly faults = new Faults();
  readonly generations = new Generations();
  readonly scripts = new Scripts();
  readonly mailbox = new Mailbox();
  readonly mailHooks = new MailHooks();
  readonly sms: SmsCarrier;
  readonly smsInbox: SmsInbox;
  readonly shopName: string;
  pace: Pace;
  /** Of the server, once it listens. */
  origin = "";
  private readonly defaultPace: Pace;

  constructor({ pace, smsStepMs, shopName, clock = systemClock }: StandInsOptions) {
    this.defaultPace = pace;
    this.pace = { ...pace };
    this.shopName = shopName;
    const account = {
      accountSid: CREDENTIALS.TWILIO_ACCOUNT_SID,
      authToken: CREDENTIALS.TWILIO_AUTH_TOKEN,
      mediaBase: () => `${this.origin}/twilio`,
    };
    this.sms = new SmsCarrier(account, clock, smsStepMs);
    this.smsInbox = new SmsInbox(this.sms);
  }

  reset(): void {
    this.log.clear();
    this.faults.clear();
    this.generations.clear();
    this.scripts.clear();
    this.mailbox.clear();
    this.mailHooks.clear();
    this.sms.clear();
    this.pace = { ...this.defaultPace };
  }
}

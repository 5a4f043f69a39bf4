/** What the stand-ins share: one instance for each running server, all of it in memory. */
import { Faults } from "./control/faults";
import { Generations } from "./openrouter/generations";
import { Mailbox } from "./resend/mailbox";
import { RequestLog } from "./control/requestLog";
import { Scripts } from "./openrouter/scripts";
import { systemClock, type Clock } from "./clock";
import { SmsCarrier } from "./twilio/carrier";
import { SmsInbox } from "./twilio/inbox";
import { MESSAGING_SERVICE_SID } from "./twilio/senders";

export interface Pace {
  /** Before the first chunk of a completion. */
  firstChunkMs: number;
  /** A chunk is about a word; 0 sends all at once. */
  chunksPerSecond: number;
}

/** A typical answer of 50 to 90 words streams for two to four seconds. */
export const DEFAULT_PACE: Pace = { firstChunkMs: 350, chunksPerSecond: 20 };

/** Values only the stand-ins accept. They are no secrets. */
export const CREDENTIALS = {
  OPENROUTER_API_KEY: "sk-or-v1-local-stand-in",
  OPENAI_API_KEY: "sk-local-stand-in",
  RESEND_API_KEY: "re_local_stand_in",
  TWILIO_ACCOUNT_SID: `AC${"00c0ffee".repeat(4)}`,
  TWILIO_AUTH_TOKEN: "local".padEnd(32, "0"),
  TWILIO_MESSAGING_SERVICE_SID: MESSAGING_SERVICE_SID,
} as const;

export class StandIns {
  readonly log = new RequestLog();
  readonly faults = new Faults();
  readonly generations = new Generations();
  readonly scripts = new Scripts();
  readonly mailbox = new Mailbox();
  readonly sms: SmsCarrier;
  readonly smsInbox: SmsInbox;
  pace: Pace;
  /** Of the server, once it listens. */
  origin = "";

  constructor(
    private readonly defaultPace: Pace,
    smsStepMs: number,
    clock: Clock = systemClock,
  ) {
    this.pace = { ...defaultPace };
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
    this.sms.clear();
    this.pace = { ...this.defaultPace };
  }
}

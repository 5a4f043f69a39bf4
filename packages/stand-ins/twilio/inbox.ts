/** Texts from phones: they go to the shop's webhook, and what that answers goes back to the phone. */
import { MAX_VALIDITY_PERIOD, type SmsCarrier } from "./carrier";
import { buildInboundFields } from "./fields";
import { createSid, type NewSms, type Sms } from "./messages";
import { OPT_OUT_REPLIES, readOptOut, type OptOutType } from "./optOuts";
import type { Inbound } from "./settings";
import { readTwiml, type TwimlMessage } from "./twiml";
import type { WebhookAnswer } from "./webhooks";

export class SmsInbox {
  constructor(private readonly carrier: SmsCarrier) {}

  /**
   * Takes a text from a phone to one of the shop's numbers. `answered` resolves with the answer of the
   * shop's webhook to each copy, null for none.
   */
  receive(input: Inbound): { sms: Sms; answered: Promise<(WebhookAnswer | null)[]> } {
    const media = input.media.map(({ contentType, data }) => ({
      sid: createSid("ME"),
      contentType,
      bytes: Buffer.from(data, "base64"),
    }));
    const service = this.carrier.senders.serviceOf(input.to);
    const sms = this.carrier.messages.add({
      direction: "inbound",
      from: input.from,
      to: input.to,
      messagingServiceSid: service,
      body: input.body,
      media,
      status: "received",
      statusCallback: null,
      validityPeriod: MAX_VALIDITY_PERIOD,
    });
    this.carrier.senders.remember(input.from, input.to);
    const word = this.carrier.settings.optOut === "off" ? undefined : readOptOut(input.body);
    if (word) this.answerOptOut(word, sms);
    return { sms, answered: this.tell(sms, input.copies, word) };
  }

  /** Delivers a received text to the webhook again, with the same MessageSid. */
  redeliver(sid: string, copies: number): Promise<(WebhookAnswer | null)[]> {
    const sms = this.carrier.messages.get(sid);
    if (sms?.direction !== "inbound") throw new Error(`no received text ${sid}`);
    return this.tell(sms, copies, undefined);
  }

  private answerOptOut(word: OptOutType, sms: Sms): void {
    const sender = sms.messagingServiceSid ?? sms.to;
    if (word !== "HELP") this.carrier.optOuts.set(sms.from!, sender, word === "STOP");
    this.carrier.accept({ ...this.reply(sms), body: OPT_OUT_REPLIES[word], statusCallback: null });
  }

  private reply(sms: Sms): Omit<NewSms, "status" | "body" | "statusCallback"> {
    return {
      direction: "outbound-reply",
      from: sms.to,
      to: sms.from!,
      messagingServiceSid: sms.messagingServiceSid,
      media: [],
      validityPeriod: MAX_VALIDITY_PERIOD,
    };
  }

  private async tell(sms: Sms, copies: number, word: OptOutType | undefined) {
    const url = this.carrier.settings.smsUrl;
    if (url === null) return [];
    const { accountSid, mediaBase } = this.carrier.account;
    const fields = buildInboundFields(sms, {
      accountSid,
      mediaUrl: (mediaSid) => `${mediaBase()}${this.mediaPath(sms.sid, mediaSid)}`,
      optOut: this.carrier.settings.optOut === "advanced" ? word : undefined,
    });
    const post = () => this.carrier.webhooks.post(url, fields, sms.sid);
    const answers = await Promise.all(Array.from({ length: copies }, post));
    sms.webhookStatus =
      answers.find((answer) => answer && answer.status < 400)?.status ?? answers[0]?.status ?? null;
    this.carrier.messages.changed(sms);
    for (const answer of answers) if (answer && answer.status < 400) this.obey(sms, answer, url);
    return answers;
  }

  private obey(sms: Sms, answer: WebhookAnswer, url: string): void {
    const twiml = readTwiml(answer);
    if ("code" in twiml) return this.carrier.webhooks.alert({ ...twiml, messageSid: sms.sid, url });
    for (const message of twiml.messages) this.sendReply(sms, message, url);
  }

  private sendReply(sms: Sms, message: TwimlMessage, url: string): void {
    const to = message.to ?? sms.from!;
    const callback = message.statusCallback;
    const reply = {
      ...this.reply(sms),
      to,
      body: message.body,
      statusCallback: callback === undefined ? null : new URL(callback, url).href,
    };
    if (!this.carrier.optOuts.has(to, sms.messagingServiceSid ?? sms.to))
      return void this.carrier.accept(reply);
    const refused = this.carrier.messages.add({ ...reply, status: "queued" });
    this.carrier.move(refused, "failed", 21610);
  }

  /** The path of a file of a message, under the API. */
  private mediaPath(sid: string, mediaSid: string): string {
    return `/2010-04-01/Accounts/${this.carrier.account.accountSid}/Messages/${sid}/Media/${mediaSid}`;
  }
}

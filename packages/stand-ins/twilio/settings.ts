/** What can be set about the account, its webhooks and the network; the control API's input. */
import { z } from "zod";

const number = z.string().regex(/^\+[1-9]\d{6,14}$/, "an E.164 number");
const url = z.url({ protocol: /^https?$/ });
const errorCode = z.number().int().min(10_000).max(99_999);

const RETRY_ON = ["ct", "rt", "4xx", "5xx"] as const;

export const settingsSchema = z.strictObject({
  /** Where texts to the shop's numbers go; null takes them without telling anybody. */
  smsUrl: url.nullable(),
  /** Status callbacks of messages that name none. */
  statusUrl: url.nullable(),
  /** The proxy before the shop: requests to the public origin go to the loopback one, signed for the public. */
  proxy: z.strictObject({ publicOrigin: url, origin: url }).nullable(),
  /** Twilio's connection overrides `rc`, `rp` and `rt`, for all webhooks. Its defaults are ours. */
  retries: z.number().int().min(0).max(5),
  retryOn: z.array(z.enum(RETRY_ON)),
  timeoutMs: z.number().int().min(100).max(15_000),
  /**
   * Who answers STOP, START and HELP: the shop (`off`), Twilio (`default`), or Twilio and it says so in
   * `OptOutType` (`advanced`).
   */
  optOut: z.enum(["off", "default", "advanced"]),
  /** Requests of the API in a second before it answers 429. */
  apiPerSecond: z.number().int().min(1).nullable(),
  /** Whether media need the account's credentials. */
  mediaAuth: z.boolean(),
  /** Between two states of a message. */
  stepMs: z.number().int().min(0).max(600_000),
});

export type Settings = z.output<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  smsUrl: null,
  statusUrl: null,
  proxy: null,
  retries: 1,
  retryOn: ["ct"],
  timeoutMs: 15_000,
  optOut: "off",
  apiPerSecond: null,
  mediaAuth: true,
  stepMs: 300,
};

/** What becomes of messages to a number. */
export const outcomeSchema = z.strictObject({
  status: z.enum(["delivered", "undelivered", "failed", "sent"]),
  errorCode: errorCode.optional(),
  /** The API refuses at once with this code, e.g. 21610 or 63038. */
  refuse: errorCode.optional(),
  /** Instead of the account's, between two states. */
  stepMs: settingsSchema.shape.stepMs.optional(),
});

export type SmsOutcome = z.output<typeof outcomeSchema>;

/** What happens to the next status callbacks that match. */
export const callbackRuleSchema = z.strictObject({
  to: number.optional(),
  status: z.enum(["queued", "sent", "delivered", "undelivered", "failed"]).optional(),
  action: z.enum(["drop", "duplicate", "delay"]),
  /** `duplicate`: how often it is sent in all, at the same time. */
  copies: z.number().int().min(2).max(100).default(2),
  /** `delay`: later callbacks overtake it. */
  delayMs: z.number().int().min(0).max(600_000).default(1_000),
  times: z.union([z.number().int().min(1), z.literal("always")]).default(1),
});

export type CallbackRule = z.output<typeof callbackRuleSchema>;
export type CallbackRuleInput = z.input<typeof callbackRuleSchema>;

const media = z.strictObject({
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/),
  /** Base64. */
  data: z.base64(),
});

/** A text from a phone to the shop. */
export const inboundSchema = z.strictObject({
  from: number,
  to: number,
  body: z.string().max(1_600).default(""),
  media: z.array(media).max(10).default([]),
  /** Deliveries of the same message at the same time. */
  copies: z.number().int().min(1).max(100).default(1),
});

export type Inbound = z.output<typeof inboundSchema>;
export type InboundInput = z.input<typeof inboundSchema>;

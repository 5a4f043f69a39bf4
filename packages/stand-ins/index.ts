/** Loopback stand-ins for the providers: what other packages may use of them. */
export { startProviders, type Providers, type ProvidersOptions } from "./server";
export { Control, type ScriptHandle } from "./control/control";
export type { FaultInput } from "./control/faults";
export type { RequestRecord } from "./control/requestLog";
export type { ScriptInput } from "./openrouter/scripts";
export type { Mail } from "./resend/mailbox";
export type { Sms } from "./twilio/messages";
export { countSegments } from "./twilio/segments";
export { SERVICE_NUMBERS, SHOP_NUMBERS } from "./twilio/senders";
export { signTwilio } from "./twilio/signature";

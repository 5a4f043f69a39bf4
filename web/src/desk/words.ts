/** The desk's words for the backend's codes. */
import { sizeOf, STAFF_SEGMENTS, wholeText } from "@computer-guys/support-backend/texts";
import type { ProcessForStaff, StaffConversation } from "../api";
import type { Measured } from "../thread/Composer";
import { formatPhone } from "../ui/phone";

type Brief = NonNullable<StaffConversation["brief"]>;

export const REASON_WORDS: Record<Brief["reason"], string> = {
  customer_request: "Asked for a person",
  needs_technician: "Needs a technician",
  no_source: "Nothing in the guides",
  safety: "Safety",
  complaint: "Complaint",
  billing_dispute: "Billing dispute",
  provider_error: "Assistant was down",
  daily_budget: "AI budget used up",
  reply_cap: "Long conversation",
  promise_late: "A promise is late",
  undelivered: "A text did not arrive",
  staff: "Passed on by staff",
  scam: "Scam",
  danger: "Danger",
  swollen_battery: "Swollen battery",
  ransomware: "Ransomware",
  data_loss: "Data loss",
  legal: "Legal",
  refund: "Refund",
  same_failure: "Nothing helped",
  returning: "Back again",
};

export const URGENCY_WORDS: Record<Brief["urgency"], string> = {
  low: "Low urgency",
  normal: "Normal urgency",
  high: "Urgent",
};

export const SKILL_WORDS: Record<NonNullable<Brief["skill"]>, string> = {
  triage: "First look",
  hardware: "Hardware",
  software: "Software",
  network: "Network",
  data: "Data",
  accounts: "Accounts",
  billing: "Billing",
};

/** What a conversation's processes do, for those that the desk shows. */
export const PROCESS_WORDS: Partial<Record<ProcessForStaff["kind"], string>> = {
  handoff: "Waits for somebody to take it",
  follow_up: "Follows the customer's silence up",
  snooze: "Wakes it up",
  promise: "Watches over a promise",
};

/** Who it is, as far as anybody knows. */
export function customerName({ customer, contact }: StaffConversation): string {
  const phone = customer.phone ?? contact?.phone;
  return (
    customer.name ??
    contact?.name ??
    customer.email ??
    contact?.email ??
    (phone === undefined ? "Guest" : formatPhone(phone))
  );
}

/** How to reach somebody by phone, and what that number is worth. */
export function phoneWords({ customer, contact }: StaffConversation): string[] {
  if (customer.phone === undefined) return contact?.phone === undefined ? [] : [contact.phone];
  const words = [formatPhone(customer.phone)];
  if (!customer.phoneVerified) words.push("number not verified");
  if (customer.smsConsent === "revoked") words.push("opted out of texts");
  return words;
}

/** Nothing can be texted to them, and only they can undo it. */
export const cannotText = ({ channel, customer }: StaffConversation): boolean =>
  channel === "sms" && customer.smsConsent === "revoked";

/** What staff write may be texted to the customer. */
export const goesByText = ({ channel, byTextSince }: StaffConversation): boolean =>
  channel === "sms" || byTextSince !== undefined;

/** How many text messages an answer is, by the rule by which the backend refuses one that is too many. */
export function measureText(text: string): Measured {
  const { segments, encoding } = sizeOf(wholeText(text));
  if (segments > STAFF_SEGMENTS) {
    const problem = `That is ${segments} text messages; at most ${STAFF_SEGMENTS} go out at once. Shorten it.`;
    return { hint: null, problem };
  }
  const shorter = encoding === "ucs2" ? " · emoji and some letters make them shorter" : "";
  return { hint: `${segments} of ${STAFF_SEGMENTS} text messages${shorter}`, problem: null };
}

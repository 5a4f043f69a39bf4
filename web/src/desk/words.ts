/** The desk's words for the backend's codes. */
import type { ProcessForStaff, StaffConversation } from "../api";

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
  return (
    customer.name ?? contact?.name ?? customer.email ?? contact?.email ?? contact?.phone ?? "Guest"
  );
}

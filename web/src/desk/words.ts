/** The desk's words for the backend's codes. */
import type { StaffConversation } from "../api";

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

/** Who it is, as far as anybody knows. */
export function customerName({ customer, contact }: StaffConversation): string {
  return (
    customer.name ?? contact?.name ?? customer.email ?? contact?.email ?? contact?.phone ?? "Guest"
  );
}

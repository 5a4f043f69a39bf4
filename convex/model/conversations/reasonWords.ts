/** Why people took over, in the words that the desk shows and finds it by. */
import type { HandoffReason } from "../../validators";

export const REASON_WORDS: Record<HandoffReason, string> = {
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
  own_topic: "The shop's own topic",
  same_failure: "Nothing helped",
  returning: "Back again",
};

/** What the health page calls things. Codes that are not here are said as they are, without their underscores. */
import { duration } from "../../ui/time";

const FAULTS: Record<string, string> = {
  401: "it refused our key",
  402: "the account has no credit",
  403: "the account or key may not do this",
  429: "too many requests at once",
  quota: "the quota is used up",
  timeout: "it did not answer in time",
  unreachable: "it could not be reached",
  cut: "it broke off in the middle",
  not_configured: "a variable is missing",
};

/** "it refused our key (401)". */
export function faultWords(fault: string): string {
  const words = FAULTS[fault];
  if (words === undefined) return plainWords(fault).toLowerCase();
  return /^\d/.test(fault) ? `${words} (${fault})` : words;
}

const KINDS: Record<string, string> = {
  reply: "Answers of the assistant",
  ingest: "Documents being read in",
  handoff: "Hand-offs watched over",
  delivery: "Texts and e-mails on their way",
  catch_up: "Texts that a webhook missed",
  follow_up: "Follow-ups after silence",
  snooze: "Snoozed conversations",
  promise: "Promises watched over",
  alert: "Alerts to technicians",
  purge: "Deletions of people's data",
  export: "Exports of people's data",
  shift: "Shifts",
  publish: "Documents that will be published",
  expire: "Documents that will expire",
  recall: "Corrections sent out",
  trial: "Trials of an agent or documents",
  site: "Websites being read",
  recheck: "Pages looked at again",
  assist: "Drafts, summaries, translations",
  set_aside: "Rows that upkeep could not deal with",
};
export const kindWords = (kind: string): string => KINDS[kind] ?? plainWords(kind);

const EVENTS: Record<string, string> = {
  articles_imported: "Imported articles",
  assigned: "Given to a technician",
  backup_made: "Exported the whole shop",
  blocked: "Blocked somebody",
  budget_changed: "Changed what the AI may cost",
  claimed: "Took over a conversation",
  code_failed: "Wrong code",
  contact_changed: "Changed a customer's contact",
  data_exported: "Asked for a copy of their data",
  document_published: "Published a document",
  document_read: "A document was read in",
  document_removed: "Deleted a document",
  document_replaced: "Changed a document",
  document_scheduled: "Set when a document answers",
  document_unpublished: "Took a document offline",
  draft_discarded: "Discarded a draft",
  draft_saved: "Saved a draft",
  email_failed: "E-mail failed",
  email_webhook: "The e-mail provider called",
  embedding_resumed: "Search by meaning resumed",
  escalated: "Handed to people",
  export_read: "Fetched the copy of their data",
  guardrails_changed: "Changed what the AI may not say",
  hours_changed: "Changed the opening hours",
  labelled: "Put a label on a conversation",
  labels_changed: "Changed the shop's labels",
  link_hosts_changed: "Changed where answers may link",
  mentioned: "Named a colleague in a note",
  message_edited: "Changed a message of their own",
  note_added: "Wrote a note",
  original_opened: "Opened a message's hidden words",
  people_merged: "Merged two customers",
  person_noted: "Wrote a note about a customer",
  promise_dropped: "Dropped a promise",
  promise_kept: "Kept a promise",
  promise_late: "A promise is late",
  promise_made: "Promised something",
  recall_sent: "Sent a correction",
  released: "Gave a conversation back to the assistant",
  returned: "Given back to the queue",
  site_added: "Added a website",
  sms_consent_changed: "Consent to texts changed",
  shop_named: "Named the shop",
  sms_undelivered: "A text did not arrive",
  source_changed: "Changed a source",
  staff_away: "Set when somebody is away",
  staff_changed: "Changed a colleague's account",
  staff_invited: "Invited a colleague",
  staff_signed_out: "Signed a colleague out",
  targets_changed: "Changed how fast to answer",
  texts_webhook: "The text provider called",
  token_reused: "A stolen session was stopped",
  trial_started: "Tried a change on past questions",
  unlabelled: "Took a label off a conversation",
  urgency_set: "Set how urgent it is",
  user_created: "Created an account",
  weekly_mail_changed: "Changed the weekly e-mail",
};
/** "Document added" of `document_added`. */
export const eventWords = (type: string): string => EVENTS[type] ?? plainWords(type);

/** What one may ask the audit log for, by what it is about. */
export const EVENT_GROUPS = {
  Conversations: [
    "claimed",
    "released",
    "assigned",
    "returned",
    "resolved",
    "reopened",
    "snoozed",
    "escalated",
    "note_added",
    "mentioned",
    "message_edited",
    "labelled",
    "unlabelled",
    "urgency_set",
    "promise_made",
    "promise_kept",
    "promise_late",
    "promise_dropped",
  ],
  People: [
    "role_changed",
    "blocked",
    "unblocked",
    "user_created",
    "staff_invited",
    "staff_changed",
    "staff_away",
    "people_merged",
    "person_noted",
    "contact_changed",
    "email_changed",
    "phone_changed",
    "sms_consent_changed",
  ],
  "What the shop says": [
    "document_added",
    "document_replaced",
    "document_published",
    "document_unpublished",
    "document_removed",
    "document_scheduled",
    "draft_saved",
    "draft_discarded",
    "site_added",
    "source_changed",
    "articles_imported",
    "recall_sent",
    "saved_reply_changed",
    "saved_reply_removed",
    "link_hosts_changed",
  ],
  Settings: [
    "agent_created",
    "agent_changed",
    "trial_started",
    "guardrails_changed",
    "budget_changed",
    "shop_named",
    "hours_changed",
    "targets_changed",
    "labels_changed",
    "weekly_mail_changed",
  ],
  "Sign-in and data": [
    "signed_in",
    "signed_out",
    "staff_signed_out",
    "session_revoked",
    "token_reused",
    "code_failed",
    "limit_hit",
    "data_exported",
    "export_read",
    "account_deleted",
    "original_opened",
    "backup_made",
  ],
  Machinery: [
    "process_cancelled",
    "process_retried",
    "embedding_resumed",
    "reply_failed",
    "embeddings_failed",
    "email_failed",
    "texts_failed",
    "sms_undelivered",
    "provider_alerted",
    "shift_started",
    "shift_ended",
  ],
} as const;

function plainWords(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const REASONS: Record<string, string> = {
  ai: "from the assistant",
  email: "by e-mail",
  phone: "by text",
  queue: "from the queue",
  silence: "the customer did not react",
  // The name before it says so.
  staff: "",
};
/** What an event's `reason` says. */
export const reasonWords = (reason: string): string =>
  REASONS[reason] ?? reason.replaceAll("_", " ");

/** "since 4 min", "3 d ago": never in the future, whatever this machine's clock says. */
export const agoWords = (at: number, now: number): string =>
  `${duration(Math.max(0, now - at))} ago`;

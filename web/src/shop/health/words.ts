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
  backup_made: "Exported the whole shop",
  claimed: "Took over a conversation",
  code_failed: "Wrong code",
  data_exported: "Asked for a copy of their data",
  document_published: "Published a document",
  document_replaced: "Changed a document",
  document_unpublished: "Took a document offline",
  link_hosts_changed: "Changed where answers may link",
  released: "Gave a conversation back to the assistant",
  sms_consent_changed: "Consent to texts changed",
  token_reused: "A stolen session was stopped",
};
/** "Document added" of `document_added`. */
export const eventWords = (type: string): string => EVENTS[type] ?? plainWords(type);

/** What one may ask the audit log for, by what it is about. */
export const EVENT_GROUPS = {
  Conversations: [
    "claimed",
    "released",
    "assigned",
    "resolved",
    "reopened",
    "snoozed",
    "escalated",
  ],
  People: [
    "role_changed",
    "blocked",
    "unblocked",
    "user_created",
    "people_merged",
    "person_noted",
    "contact_changed",
    "email_changed",
    "phone_changed",
  ],
  "What the shop says": [
    "document_added",
    "document_replaced",
    "document_published",
    "document_unpublished",
    "document_removed",
    "recall_sent",
    "agent_created",
    "agent_changed",
    "hours_changed",
    "targets_changed",
    "labels_changed",
    "saved_reply_changed",
    "link_hosts_changed",
  ],
  "Sign-in and data": [
    "signed_in",
    "signed_out",
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
    "reply_failed",
    "embeddings_failed",
    "email_failed",
    "texts_failed",
    "provider_alerted",
    "shift_started",
    "shift_ended",
  ],
} as const;

function plainWords(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "since 4 min", "3 d ago": never in the future, whatever this machine's clock says. */
export const agoWords = (at: number, now: number): string =>
  `${duration(Math.max(0, now - at))} ago`;

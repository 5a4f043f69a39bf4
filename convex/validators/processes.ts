/** Durable processes, and migrations. */
import { v } from "convex/values";
import { literals, vDeliveryChannel, vMessageError, vTimestamp } from "./base";
import { vCitation } from "./messages";

export const vProcessKind = literals(
  "reply",
  "ingest",
  "handoff",
  "delivery",
  /** One row: up to when (`progressAt`) the provider's list of texts has been read. */
  "catch_up",
  "follow_up",
  "snooze",
  "promise",
  "alert",
  "purge",
  "export",
  "file",
  "shift",
  /** Up to when a shift's desk is believed to be open: apart from the shift, which every desk is subscribed to. */
  "lease",
  /** The customer's page of a conversation that goes on by text (`model/outbox/presence.ts`). */
  "presence",
  /** A technician who has a conversation open, one row each (`model/desk/presence.ts`). */
  "desk",
  /** A draft, or a document that is not answering, is to answer (`model/desk/schedules.ts`). */
  "publish",
  /** A document's time ends: admins are told a week before. */
  "expire",
  /** Customers are told that something holds no longer (`model/recall/tell.ts`). */
  "recall",
  /** A changed agent or set of documents, run beside the live one (`model/replies/trials.ts`). */
  "trial",
  /** The pages of a site, added one after another (`model/desk/sites.ts`). */
  "site",
  /** A page that a document was read from, looked at again (`model/desk/rechecks.ts`): `failed` while it has news. */
  "recheck",
  /** An address that gets no answers by e-mail, by its keyed hash (`model/accounts/suppressions.ts`). */
  "suppression",
  /** What the AI writes for staff, and nobody else reads (`model/replies/assists.ts`). */
  "assist",
  /** What staff noted about a person (`model/accounts/personNotes.ts`), whose row names it. It never ends. */
  "person_note",
  /** A member of staff has the week mailed each Monday (`model/handoff/weekly.ts`). It never ends by itself. */
  "weekly",
  /** A colleague was named in a note (`model/desk/mentions.ts`): `queued` until they have seen it. It never ends. */
  "mention",
  /** A row that upkeep could not deal with (`model/handoff/setAside.ts`): the others go on without it. */
  "set_aside",
);
/** Part of one day's budget for model calls. */
export const vReservation = v.object({
  /** Start of the UTC day it counts for. */
  day: vTimestamp,
  shard: v.number(),
  microUsd: v.number(),
});
/** What a deletion came to. Holds no identifier: it is the proof that outlives the account. */
export const vReceipt = v.object({
  requestedAt: vTimestamp,
  /** Rows and files removed, by kind. */
  removed: v.record(v.string(), v.number()),
  kept: v.array(v.object({ what: v.string(), why: v.string() })),
  /** False for guests, and when the e-mail could not be delivered to the provider. */
  mailed: v.boolean(),
});
/** What a server said of a page, to be asked with again, and a hash of the text that was read of it. */
export const vWebSeen = v.object({
  etag: v.optional(v.string()),
  lastModified: v.optional(v.string()),
  contentHash: v.string(),
});
/** What the AI wrote for staff. Kept until it is used, thrown away, or a day old. */
export const vAssist = v.object({
  task: literals("draft", "summary", "translation"),
  text: v.string(),
  citations: v.optional(v.array(vCitation)),
  /** Of a summary: `lastMessageAt` of its conversation as it read it. */
  upTo: v.optional(vTimestamp),
  /** Sentences that were taken out of a draft, and what of each nothing bears out. */
  takenOut: v.optional(v.array(v.object({ sentence: v.string(), words: v.string() }))),
});
export const vProcessState = literals("queued", "running", "done", "failed", "cancelled");
export const processFields = {
  kind: vProcessKind,
  state: vProcessState,
  /** The last step begun, in words for staff. */
  step: v.string(),
  /** From 1. A writer with a lower attempt has been given up on. */
  attempt: v.number(),
  conversationId: v.optional(v.id("conversations")),
  turn: v.optional(v.number()),
  /** Rows of deliveries from before each message had its own. */
  channel: v.optional(vDeliveryChannel),
  /** What its reply has reserved of the day's budget (`model/replies/budget.ts`). */
  reserved: v.optional(vReservation),
  /**
   * The scheduled function that works on it: tells a job that waits from one that died. A delivery's is the one that
   * looks whether its sender was lost, or wakes it: called off when it ends before that.
   */
  jobId: v.optional(v.id("_scheduled_functions")),
  documentId: v.optional(v.id("knowledge")),
  /** Id in the workflow component, for kinds that run there. */
  componentId: v.optional(v.string()),
  /** While queued or running: when a check may give up on whoever works on it. */
  leaseExpiresAt: v.optional(vTimestamp),
  finishedAt: v.optional(vTimestamp),
  error: v.optional(vMessageError),
  /** What is set aside: the id of its row. An upload by a ticket that hasn't begun: its hash. */
  about: v.optional(v.string()),
  /** Timers: when it acts next. Absent once it has ended. */
  dueAt: v.optional(vTimestamp),
  /** Timers: how often it has acted, so that no act is done twice. */
  fires: v.optional(v.number()),
  /** Timers: of which episode. */
  episode: v.optional(v.number()),
  /** A hand-off's timer: how often technicians were alerted, and when the customer was told. */
  alerts: v.optional(v.number()),
  toldAt: v.optional(vTimestamp),
  /**
   * Exports, unsent uploads and, until it is done, a deletion: whose. Promises: the technician who gave it. Notes about a
   * person: who wrote them.
   */
  userId: v.optional(v.id("users")),
  /** Exports, deletions: when a step last committed. Alerts: when mailing began. Weekly mails: the end of the week mailed last. A shift: when it was last given a conversation. */
  progressAt: v.optional(vTimestamp),
  /** A mention: the note. */
  messageId: v.optional(v.id("messages")),
  /** A page: the last message that it has shown. */
  seen: v.optional(v.id("messages")),
  /** A page, a desk: when it showed its latest message, and when that one was settled. */
  seenAt: v.optional(vTimestamp),
  seenUpTo: v.optional(vTimestamp),
  /** A page, a desk: somebody types there, as far as is known until then. */
  typesUntil: v.optional(vTimestamp),
  /** A file's row: every stored file that is in use has exactly one. Absent while an upload is on its way. */
  fileId: v.optional(v.id("_storage")),
  /** A file of a message: what whoever sent it calls it. Rows from before have none. */
  fileName: v.optional(v.string()),
  /** A technician sent it, not the customer. */
  fromShop: v.optional(v.boolean()),
  /** A note about a person. `at`: when it was written or last changed. */
  note: v.optional(v.object({ text: v.string(), at: vTimestamp })),
  /** The export that a file is a part of; the shift that a lease is of; the site that an ingest is of. */
  partOf: v.optional(v.id("workflows")),
  /** A deletion: where the receipt goes, until it is mailed. */
  receiptTo: v.optional(v.string()),
  receipt: v.optional(vReceipt),
  /** A deletion of somebody who had opted out of SMS: keyed hash of the number. A suppression: of the address. */
  optOutHash: v.optional(v.string()),
  site: v.optional(
    v.object({
      url: v.string(),
      category: v.string(),
      /** Pages at most. */
      most: v.number(),
      /** The row with their addresses, once they are listed: of so many, the next one. */
      listId: v.optional(v.id("knowledge")),
      of: v.number(),
      at: v.number(),
      /** Those that were added, and what became of them; `known` are documents already. */
      added: v.number(),
      read: v.number(),
      failed: v.number(),
      known: v.number(),
      /** Whoever asked for it. */
      userId: v.optional(v.id("users")),
    }),
  ),
  assist: v.optional(vAssist),
  /** A page: what was last seen of it. */
  web: v.optional(vWebSeen),
  trial: v.optional(
    v.object({
      limitMicroUsd: v.number(),
      spentMicroUsd: v.number(),
      done: v.number(),
      of: v.number(),
      /** `_creationTime` of the last result that is done, of the `of`. */
      after: v.number(),
      /** Writers that were lost over the one that is under way. */
      lost: v.number(),
    }),
  ),
};

/** Every migration, in the order in which they run: the names of the modules in `migrations/`. */
export const MIGRATIONS = [
  "m0001_resolved_at",
  "m0002_agent_metrics",
  "m0003_timers",
  "m0004_vector_type",
  "m0005_embedded_by",
  "m0006_document_body",
  "m0007_redact_previews",
  "m0008_search_text",
  "m0009_cards",
] as const;
export const vMigrationName = literals(...MIGRATIONS);
export const vMigrationState = literals(
  "notStarted",
  "inProgress",
  "success",
  /** The last batch threw: its rows are as they were, those of earlier batches migrated. */
  "failed",
  "canceled",
  /** Begun, and nothing is scheduled to go on: after a snapshot was restored, for example. */
  "interrupted",
);

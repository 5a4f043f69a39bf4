/** Durable processes, and migrations. */
import { v } from "convex/values";
import { literals, vDeliveryChannel, vMessageError, vTimestamp } from "./base";

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
  /** A changed agent or set of documents, run beside the live one (`model/replies/trials.ts`). */
  "trial",
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
  /** A delivery: over what it goes. Absent on rows from before there was a choice: by text. */
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
  /** What is set aside: the id of its row. */
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
  /** Exports, unsent uploads and, until it is done, a deletion: whose. Promises: the technician who gave it. */
  userId: v.optional(v.id("users")),
  /** Exports, deletions: when a step last committed. Alerts: when mailing began. A shift: when it was last given a conversation. */
  progressAt: v.optional(vTimestamp),
  /** A page: the last message that it has shown. */
  seen: v.optional(v.id("messages")),
  /** A file's row: every stored file that is in use has exactly one. Absent while an upload is on its way. */
  fileId: v.optional(v.id("_storage")),
  /** The export that a file is a part of; the shift that a lease is of. */
  partOf: v.optional(v.id("workflows")),
  /** A deletion: where the receipt goes, until it is mailed. */
  receiptTo: v.optional(v.string()),
  receipt: v.optional(vReceipt),
  /** A deletion of somebody who had opted out of SMS: keyed hash of the number. */
  optOutHash: v.optional(v.string()),
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

/**
 * The nine tables. Each says who writes and who deletes its rows, each index which query it serves.
 * Hot fields are kept away from rows that every call reads (`users`, `sessions`), and a streaming reply
 * away from every list (`settledAt` is absent while it is written).
 */
import { rateLimitTables } from "convex-helpers/server/rateLimit";
import { defineSchema, defineTable } from "convex/server";
import {
  EMBEDDING_DIMENSIONS,
  agentFields,
  conversationFields,
  messageFields,
  userFields,
  vAgentMetrics,
  vAnalytics,
  vKnowledge,
  vSession,
  processFields,
} from "./validators";

export default defineSchema({
  /** Written by sign-in, `users.*`, the seed; deleted by merging guests, the set-up's check, deletion, retention. */
  users: defineTable(userFields)
    // users.getUserByEmail, auth: the account that owns an address; retention: guests have none
    .index("by_email", ["email"])
    // sms.receive: whoever texts from a number
    .index("by_texts_from", ["textsFrom"])
    // users.list; firstDay.state; "is this the last admin?"
    .index("by_role_and_name", ["role", "name"])
    // conversations.search: whose number it is
    .index("by_phone", ["phone"])
    // conversations.search: customers by name
    .searchIndex("search_name", { searchField: "name", filterFields: ["role"] }),

  /** Written by `auth.*` only; deleted by the `clean up` cron after `expiresAt`. */
  sessions: defineTable(vSession)
    // auth.createSession: the sign-in that a challenge belongs to
    .index("by_challenge_hash", ["challengeHash"])
    // auth.requestCode: the live codes of an address
    .index("by_state_and_address", ["state", "address"])
    // auth.listSessions; revoking all sessions of a user
    .index("by_user_and_state", ["userId", "state"])
    // crons: expired sign-ins and old sessions
    .index("by_expiry", ["expiresAt"]),

  /** Written once per message and per change of owner; deleted with their customer, and by retention. */
  conversations: defineTable(conversationFields)
    // conversations.getUserConversations; auth: moving a guest's conversations into an account; deletion
    .index("by_user_and_last_message", ["userId", "lastMessageAt"])
    // conversations.queue: longest waiting first
    .index("by_status_and_owner", ["status", "owner.kind", "owner.since"])
    // the same list: what is urgent first
    .index("by_status_and_urgent", ["status", "owner.urgentSince"])
    // conversations.queue({ view: "mine" })
    .index("by_technician", ["owner.userId", "status", "lastMessageAt"])
    // conversations.queue({ view: "all" })
    .index("by_status_and_last_message", ["status", "lastMessageAt"])
    // recalls.list: those that are not resolved, or lately; conversations.queue({ view: "resolved" }), latest resolved first; crons: customers who have not reacted to an answer
    .index("by_resolved_and_silent", ["resolvedAt", "silentSince"])
    // conversations.search: contact, device, reason, labels
    .searchIndex("search_card", { searchField: "card" }),

  /** Written by `messages.*` and the reply pipeline; deleted with their conversation. */
  messages: defineTable(messageFields)
    // messages.getMessages, subscribeToMessages for customers; the streaming row (settledAt absent); the AI's context
    .index("by_conversation_and_visibility", ["conversationId", "visibility", "settledAt"])
    // messages.getMessages for staff, with notes
    .index("by_conversation_and_settled", ["conversationId", "settledAt"])
    // messages.sendMessage: retried by the client, stored once
    .index("by_client_message_id", ["conversationId", "clientMessageId"])
    // sms.receive: stored once per text; sms.status: the text that a callback is about
    .index("by_sms_sid", ["smsSid"])
    // sms.nextStep: the outbox of a conversation, in order
    .index("by_conversation_and_delivery", ["conversationId", "delivery.state", "settledAt"])
    // deletion of a technician's account: what they wrote, and lines that name them
    .index("by_author", ["author.userId"])
    // conversations.search: words; a row that is written has none of it
    .searchIndex("search_words", { searchField: "searchText" }),

  /** Written by `agents.*`, the seed and the metrics roll-up; never deleted, only paused. */
  agents: defineTable(agentFields)
    // The shape once m0002 has run: a push says when every stored row has it.
    .staged({ metrics: vAgentMetrics })
    // the seed; agents.createAgent: one agent per slug
    .index("by_slug", ["slug"])
    // agents.getAvailableAgent, replies.begin
    .index("by_status_and_priority", ["status", "priority"]),

  // Each write of a row writes, and is billed, the keys of all its table's indexes, absent fields too. So one index serves
  // several queries where their rows differ in what they lack (`eq` of `undefined`).
  /** One row per durable process or stored file, written by it; deleted by the `clean up` cron after its end. */
  workflows: defineTable(processFields)
    // workflows.list by kind; crons: uploads that no message has sent; leases that expired unnoticed
    .index("by_kind_and_state", ["kind", "state", "leaseExpiresAt"])
    // crons: ended processes, each kind after its own time; timers that are overdue; conversations.promises: due soonest first
    .index("by_kind_and_finished", ["kind", "finishedAt", "dueAt"])
    // replies.begin: the process of a turn; sms: the delivery at work in a conversation; deletion of a conversation
    .index("by_conversation_and_kind", ["conversationId", "kind", "turn"])
    // users.exportMyData, getDataExport; deletion of an account, and of who gave a promise; a person's unsent uploads; the files of an export
    .index("by_user_and_kind", ["userId", "kind", "partOf"])
    // users.createUser: a number that had opted out stays opted out; /files: who may read a file; messages.sendMessage: it belongs to one message; retention: what nothing names
    .index("by_opt_out_and_file", ["optOutHash", "fileId"]),

  /** Drafts are written by staff and imports, deleted by an admin's approval or refusal. Versions go with their document, and after 12 newer ones. Documents, the hours, settings and earlier versions of agents are written by admins, passages and vectors by the ingest; old versions deleted by the ingest, their vectors a batch at a time. */
  knowledge: defineTable(vKnowledge)
    // knowledge.list, by category
    .index("by_kind_and_category", ["kind", "category", "updatedAt"])
    // knowledge.list, drafts.list: all, latest first; the shop's hours, its list of hosts, each of its other rules and its first day: one row each; firstDay.state: the latest that answers
    .index("by_kind_and_updated", ["kind", "updatedAt"])
    // knowledge.addDocument: one document per slug; imports: what an article of another help centre is here; agents.versions: those of one agent
    .index("by_slug", ["slug"])
    // ingest: the passages of a version, and their order; versions.list; drafts: that of a document
    .index("by_document_and_version", ["documentId", "kind", "version", "ordinal"])
    // knowledge.search: the passage of a vector
    .index("by_vector", ["vectorId"])
    // crons: documents without vectors of the model of today
    .index("by_embedded", ["embeddedBy", "embedAt"])
    // hybrid search, text half
    .searchIndex("search_text", { searchField: "text", filterFields: ["live"] })
    // hybrid search, vector half; OpenAI text-embedding-3-small
    .vectorIndex("by_embedding", {
      vectorField: "embedding",
      dimensions: EMBEDDING_DIMENSIONS,
      filterFields: ["type", "active", "shard"],
    }),

  /** Events: insert only, by every state change; deletion and retention take identifiers out of them. Roll-ups, gaps, cursor: by the roll-up cron. Trials and their results: by the trial, deleted with its process, a result with its conversation. */
  analytics: defineTable(vAnalytics)
    // roll-up: events after the cursor (`_creationTime` ends every index); the cursor; gaps, most frequent first; analytics.overview and series; a trial and its results, by `start`
    .index("by_kind_and_count", ["kind", "count", "period", "start"])
    // analytics.events by type
    .index("by_type", ["type"])
    // analytics.events of one conversation; the roll-up: one row per question
    .index("by_conversation_and_question", ["conversationId", "question"])
    // users.exportMyData, deletion of an account: what somebody did
    .index("by_actor", ["actorId"])
    // the same: what was done to them
    .index("by_subject", ["subjectId"]),

  // Not their table but one with its fields: `.index` changes the table that it is called on, and theirs is shared.
  /** Written in the transaction of the act they limit (`model/access/limits.ts`); purged by a cron. */
  rateLimits: defineTable(rateLimitTables.rateLimits.validator)
    // the bucket of a limit and a key; refusals, by hour
    .index("name", ["name", "key"])
    // crons: buckets that have long been full again
    .index("by_ts", ["ts"]),
});

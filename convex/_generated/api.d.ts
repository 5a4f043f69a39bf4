/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents from "../agents.js";
import type * as analytics from "../analytics.js";
import type * as auth from "../auth.js";
import type * as cli from "../cli.js";
import type * as conversations from "../conversations.js";
import type * as crons from "../crons.js";
import type * as env from "../env.js";
import type * as files from "../files.js";
import type * as functions from "../functions.js";
import type * as http from "../http.js";
import type * as http_files from "../http/files.js";
import type * as http_headers from "../http/headers.js";
import type * as http_router from "../http/router.js";
import type * as knowledge from "../knowledge.js";
import type * as lib_body from "../lib/body.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_fileType from "../lib/fileType.js";
import type * as lib_keys from "../lib/keys.js";
import type * as lib_log from "../lib/log.js";
import type * as lib_pages from "../lib/pages.js";
import type * as lib_plainText from "../lib/plainText.js";
import type * as lib_redact from "../lib/redact.js";
import type * as lib_redactCards from "../lib/redactCards.js";
import type * as lib_text from "../lib/text.js";
import type * as lib_time from "../lib/time.js";
import type * as lib_words from "../lib/words.js";
import type * as lib_workflow from "../lib/workflow.js";
import type * as messages from "../messages.js";
import type * as migrations from "../migrations.js";
import type * as migrations_m0001_resolved_at from "../migrations/m0001_resolved_at.js";
import type * as migrations_m0002_agent_metrics from "../migrations/m0002_agent_metrics.js";
import type * as migrations_m0003_timers from "../migrations/m0003_timers.js";
import type * as migrations_m0004_vector_type from "../migrations/m0004_vector_type.js";
import type * as migrations_runner from "../migrations/runner.js";
import type * as model_access_access from "../model/access/access.js";
import type * as model_access_limits from "../model/access/limits.js";
import type * as model_access_refusals from "../model/access/refusals.js";
import type * as model_accounts_accounts from "../model/accounts/accounts.js";
import type * as model_accounts_codes from "../model/accounts/codes.js";
import type * as model_accounts_consent from "../model/accounts/consent.js";
import type * as model_accounts_devices from "../model/accounts/devices.js";
import type * as model_accounts_guests from "../model/accounts/guests.js";
import type * as model_accounts_hashes from "../model/accounts/hashes.js";
import type * as model_accounts_phones from "../model/accounts/phones.js";
import type * as model_accounts_publicUser from "../model/accounts/publicUser.js";
import type * as model_accounts_recentSignIn from "../model/accounts/recentSignIn.js";
import type * as model_accounts_redemption from "../model/accounts/redemption.js";
import type * as model_accounts_sessions from "../model/accounts/sessions.js";
import type * as model_accounts_signIn from "../model/accounts/signIn.js";
import type * as model_accounts_signInMail from "../model/accounts/signInMail.js";
import type * as model_accounts_tokens from "../model/accounts/tokens.js";
import type * as model_accounts_users from "../model/accounts/users.js";
import type * as model_agents_agents from "../model/agents/agents.js";
import type * as model_agents_routing from "../model/agents/routing.js";
import type * as model_analytics_comparison from "../model/analytics/comparison.js";
import type * as model_analytics_events from "../model/analytics/events.js";
import type * as model_analytics_figures from "../model/analytics/figures.js";
import type * as model_analytics_metrics from "../model/analytics/metrics.js";
import type * as model_analytics_refusals from "../model/analytics/refusals.js";
import type * as model_analytics_replay from "../model/analytics/replay.js";
import type * as model_analytics_rollups from "../model/analytics/rollups.js";
import type * as model_conversations_attachments from "../model/conversations/attachments.js";
import type * as model_conversations_changes from "../model/conversations/changes.js";
import type * as model_conversations_details from "../model/conversations/details.js";
import type * as model_conversations_episodes from "../model/conversations/episodes.js";
import type * as model_conversations_history from "../model/conversations/history.js";
import type * as model_conversations_publicConversation from "../model/conversations/publicConversation.js";
import type * as model_conversations_publicMessage from "../model/conversations/publicMessage.js";
import type * as model_conversations_replyProcess from "../model/conversations/replyProcess.js";
import type * as model_conversations_timerRules from "../model/conversations/timerRules.js";
import type * as model_conversations_timers from "../model/conversations/timers.js";
import type * as model_conversations_turns from "../model/conversations/turns.js";
import type * as model_desk_administration from "../model/desk/administration.js";
import type * as model_desk_availability from "../model/desk/availability.js";
import type * as model_desk_carryOut from "../model/desk/carryOut.js";
import type * as model_desk_followUps from "../model/desk/followUps.js";
import type * as model_desk_lifecycle from "../model/desk/lifecycle.js";
import type * as model_desk_messages from "../model/desk/messages.js";
import type * as model_desk_notes from "../model/desk/notes.js";
import type * as model_desk_ownership from "../model/desk/ownership.js";
import type * as model_desk_planResponse from "../model/desk/planResponse.js";
import type * as model_desk_resolutions from "../model/desk/resolutions.js";
import type * as model_desk_returning from "../model/desk/returning.js";
import type * as model_desk_staff from "../model/desk/staff.js";
import type * as model_desk_statusChanges from "../model/desk/statusChanges.js";
import type * as model_desk_timerActs from "../model/desk/timerActs.js";
import type * as model_handoff_alerts from "../model/handoff/alerts.js";
import type * as model_handoff_assignment from "../model/handoff/assignment.js";
import type * as model_handoff_brief from "../model/handoff/brief.js";
import type * as model_handoff_handoff from "../model/handoff/handoff.js";
import type * as model_handoff_notices from "../model/handoff/notices.js";
import type * as model_handoff_offers from "../model/handoff/offers.js";
import type * as model_handoff_schedule from "../model/handoff/schedule.js";
import type * as model_handoff_shifts from "../model/handoff/shifts.js";
import type * as model_handoff_triggers from "../model/handoff/triggers.js";
import type * as model_hours_example from "../model/hours/example.js";
import type * as model_hours_hours from "../model/hours/hours.js";
import type * as model_hours_rules from "../model/hours/rules.js";
import type * as model_hours_stored from "../model/hours/stored.js";
import type * as model_hours_wording from "../model/hours/wording.js";
import type * as model_knowledge_documents from "../model/knowledge/documents.js";
import type * as model_knowledge_ingest from "../model/knowledge/ingest.js";
import type * as model_knowledge_search from "../model/knowledge/search.js";
import type * as model_knowledge_split from "../model/knowledge/split.js";
import type * as model_outbox_channel from "../model/outbox/channel.js";
import type * as model_outbox_consentWords from "../model/outbox/consentWords.js";
import type * as model_outbox_delivery from "../model/outbox/delivery.js";
import type * as model_outbox_outbox from "../model/outbox/outbox.js";
import type * as model_outbox_presence from "../model/outbox/presence.js";
import type * as model_outbox_ratingQuestion from "../model/outbox/ratingQuestion.js";
import type * as model_outbox_segments from "../model/outbox/segments.js";
import type * as model_outbox_systemLines from "../model/outbox/systemLines.js";
import type * as model_privacy_cleanup from "../model/privacy/cleanup.js";
import type * as model_privacy_erase from "../model/privacy/erase.js";
import type * as model_privacy_export from "../model/privacy/export.js";
import type * as model_privacy_exportFile from "../model/privacy/exportFile.js";
import type * as model_privacy_exportPages from "../model/privacy/exportPages.js";
import type * as model_privacy_purge from "../model/privacy/purge.js";
import type * as model_privacy_receipt from "../model/privacy/receipt.js";
import type * as model_privacy_retention from "../model/privacy/retention.js";
import type * as model_processes_processes from "../model/processes/processes.js";
import type * as model_promises_detect from "../model/promises/detect.js";
import type * as model_promises_ledger from "../model/promises/ledger.js";
import type * as model_promises_times from "../model/promises/times.js";
import type * as model_replies_admission from "../model/replies/admission.js";
import type * as model_replies_budget from "../model/replies/budget.js";
import type * as model_replies_citations from "../model/replies/citations.js";
import type * as model_replies_flush from "../model/replies/flush.js";
import type * as model_replies_generation from "../model/replies/generation.js";
import type * as model_replies_prompt from "../model/replies/prompt.js";
import type * as model_replies_recovery from "../model/replies/recovery.js";
import type * as model_replies_settlement from "../model/replies/settlement.js";
import type * as model_replies_stream from "../model/replies/stream.js";
import type * as model_replies_tools from "../model/replies/tools.js";
import type * as model_replies_writer from "../model/replies/writer.js";
import type * as model_sms_catchUp from "../model/sms/catchUp.js";
import type * as model_sms_claim from "../model/sms/claim.js";
import type * as model_sms_fitText from "../model/sms/fitText.js";
import type * as model_sms_inbound from "../model/sms/inbound.js";
import type * as model_sms_media from "../model/sms/media.js";
import type * as model_sms_ratings from "../model/sms/ratings.js";
import type * as model_sms_readRating from "../model/sms/readRating.js";
import type * as model_sms_reconcile from "../model/sms/reconcile.js";
import type * as model_sms_settlement from "../model/sms/settlement.js";
import type * as model_sms_webhooks from "../model/sms/webhooks.js";
import type * as privacy from "../privacy.js";
import type * as providers_email from "../providers/email.js";
import type * as providers_embeddings from "../providers/embeddings.js";
import type * as providers_errors from "../providers/errors.js";
import type * as providers_openrouter from "../providers/openrouter.js";
import type * as providers_sms from "../providers/sms.js";
import type * as providers_smsOutcome from "../providers/smsOutcome.js";
import type * as providers_twilioSignature from "../providers/twilioSignature.js";
import type * as replies from "../replies.js";
import type * as seed from "../seed.js";
import type * as seed_agents from "../seed/agents.js";
import type * as seed_documents from "../seed/documents.js";
import type * as seed_documents_accounts from "../seed/documents_accounts.js";
import type * as seed_documents_howto from "../seed/documents_howto.js";
import type * as seed_documents_howto_devices from "../seed/documents_howto_devices.js";
import type * as seed_documents_howto_safety from "../seed/documents_howto_safety.js";
import type * as seed_documents_howto_windows from "../seed/documents_howto_windows.js";
import type * as seed_documents_policies from "../seed/documents_policies.js";
import type * as seed_documents_prices from "../seed/documents_prices.js";
import type * as seed_documents_services from "../seed/documents_services.js";
import type * as seed_types from "../seed/types.js";
import type * as setup from "../setup.js";
import type * as sms from "../sms.js";
import type * as smsSender from "../smsSender.js";
import type * as users from "../users.js";
import type * as validators from "../validators.js";
import type * as validators_agents from "../validators/agents.js";
import type * as validators_analytics from "../validators/analytics.js";
import type * as validators_base from "../validators/base.js";
import type * as validators_conversations from "../validators/conversations.js";
import type * as validators_knowledge from "../validators/knowledge.js";
import type * as validators_messages from "../validators/messages.js";
import type * as validators_people from "../validators/people.js";
import type * as validators_processes from "../validators/processes.js";
import type * as workflows from "../workflows.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  agents: typeof agents;
  analytics: typeof analytics;
  auth: typeof auth;
  cli: typeof cli;
  conversations: typeof conversations;
  crons: typeof crons;
  env: typeof env;
  files: typeof files;
  functions: typeof functions;
  http: typeof http;
  "http/files": typeof http_files;
  "http/headers": typeof http_headers;
  "http/router": typeof http_router;
  knowledge: typeof knowledge;
  "lib/body": typeof lib_body;
  "lib/errors": typeof lib_errors;
  "lib/fileType": typeof lib_fileType;
  "lib/keys": typeof lib_keys;
  "lib/log": typeof lib_log;
  "lib/pages": typeof lib_pages;
  "lib/plainText": typeof lib_plainText;
  "lib/redact": typeof lib_redact;
  "lib/redactCards": typeof lib_redactCards;
  "lib/text": typeof lib_text;
  "lib/time": typeof lib_time;
  "lib/words": typeof lib_words;
  "lib/workflow": typeof lib_workflow;
  messages: typeof messages;
  migrations: typeof migrations;
  "migrations/m0001_resolved_at": typeof migrations_m0001_resolved_at;
  "migrations/m0002_agent_metrics": typeof migrations_m0002_agent_metrics;
  "migrations/m0003_timers": typeof migrations_m0003_timers;
  "migrations/m0004_vector_type": typeof migrations_m0004_vector_type;
  "migrations/runner": typeof migrations_runner;
  "model/access/access": typeof model_access_access;
  "model/access/limits": typeof model_access_limits;
  "model/access/refusals": typeof model_access_refusals;
  "model/accounts/accounts": typeof model_accounts_accounts;
  "model/accounts/codes": typeof model_accounts_codes;
  "model/accounts/consent": typeof model_accounts_consent;
  "model/accounts/devices": typeof model_accounts_devices;
  "model/accounts/guests": typeof model_accounts_guests;
  "model/accounts/hashes": typeof model_accounts_hashes;
  "model/accounts/phones": typeof model_accounts_phones;
  "model/accounts/publicUser": typeof model_accounts_publicUser;
  "model/accounts/recentSignIn": typeof model_accounts_recentSignIn;
  "model/accounts/redemption": typeof model_accounts_redemption;
  "model/accounts/sessions": typeof model_accounts_sessions;
  "model/accounts/signIn": typeof model_accounts_signIn;
  "model/accounts/signInMail": typeof model_accounts_signInMail;
  "model/accounts/tokens": typeof model_accounts_tokens;
  "model/accounts/users": typeof model_accounts_users;
  "model/agents/agents": typeof model_agents_agents;
  "model/agents/routing": typeof model_agents_routing;
  "model/analytics/comparison": typeof model_analytics_comparison;
  "model/analytics/events": typeof model_analytics_events;
  "model/analytics/figures": typeof model_analytics_figures;
  "model/analytics/metrics": typeof model_analytics_metrics;
  "model/analytics/refusals": typeof model_analytics_refusals;
  "model/analytics/replay": typeof model_analytics_replay;
  "model/analytics/rollups": typeof model_analytics_rollups;
  "model/conversations/attachments": typeof model_conversations_attachments;
  "model/conversations/changes": typeof model_conversations_changes;
  "model/conversations/details": typeof model_conversations_details;
  "model/conversations/episodes": typeof model_conversations_episodes;
  "model/conversations/history": typeof model_conversations_history;
  "model/conversations/publicConversation": typeof model_conversations_publicConversation;
  "model/conversations/publicMessage": typeof model_conversations_publicMessage;
  "model/conversations/replyProcess": typeof model_conversations_replyProcess;
  "model/conversations/timerRules": typeof model_conversations_timerRules;
  "model/conversations/timers": typeof model_conversations_timers;
  "model/conversations/turns": typeof model_conversations_turns;
  "model/desk/administration": typeof model_desk_administration;
  "model/desk/availability": typeof model_desk_availability;
  "model/desk/carryOut": typeof model_desk_carryOut;
  "model/desk/followUps": typeof model_desk_followUps;
  "model/desk/lifecycle": typeof model_desk_lifecycle;
  "model/desk/messages": typeof model_desk_messages;
  "model/desk/notes": typeof model_desk_notes;
  "model/desk/ownership": typeof model_desk_ownership;
  "model/desk/planResponse": typeof model_desk_planResponse;
  "model/desk/resolutions": typeof model_desk_resolutions;
  "model/desk/returning": typeof model_desk_returning;
  "model/desk/staff": typeof model_desk_staff;
  "model/desk/statusChanges": typeof model_desk_statusChanges;
  "model/desk/timerActs": typeof model_desk_timerActs;
  "model/handoff/alerts": typeof model_handoff_alerts;
  "model/handoff/assignment": typeof model_handoff_assignment;
  "model/handoff/brief": typeof model_handoff_brief;
  "model/handoff/handoff": typeof model_handoff_handoff;
  "model/handoff/notices": typeof model_handoff_notices;
  "model/handoff/offers": typeof model_handoff_offers;
  "model/handoff/schedule": typeof model_handoff_schedule;
  "model/handoff/shifts": typeof model_handoff_shifts;
  "model/handoff/triggers": typeof model_handoff_triggers;
  "model/hours/example": typeof model_hours_example;
  "model/hours/hours": typeof model_hours_hours;
  "model/hours/rules": typeof model_hours_rules;
  "model/hours/stored": typeof model_hours_stored;
  "model/hours/wording": typeof model_hours_wording;
  "model/knowledge/documents": typeof model_knowledge_documents;
  "model/knowledge/ingest": typeof model_knowledge_ingest;
  "model/knowledge/search": typeof model_knowledge_search;
  "model/knowledge/split": typeof model_knowledge_split;
  "model/outbox/channel": typeof model_outbox_channel;
  "model/outbox/consentWords": typeof model_outbox_consentWords;
  "model/outbox/delivery": typeof model_outbox_delivery;
  "model/outbox/outbox": typeof model_outbox_outbox;
  "model/outbox/presence": typeof model_outbox_presence;
  "model/outbox/ratingQuestion": typeof model_outbox_ratingQuestion;
  "model/outbox/segments": typeof model_outbox_segments;
  "model/outbox/systemLines": typeof model_outbox_systemLines;
  "model/privacy/cleanup": typeof model_privacy_cleanup;
  "model/privacy/erase": typeof model_privacy_erase;
  "model/privacy/export": typeof model_privacy_export;
  "model/privacy/exportFile": typeof model_privacy_exportFile;
  "model/privacy/exportPages": typeof model_privacy_exportPages;
  "model/privacy/purge": typeof model_privacy_purge;
  "model/privacy/receipt": typeof model_privacy_receipt;
  "model/privacy/retention": typeof model_privacy_retention;
  "model/processes/processes": typeof model_processes_processes;
  "model/promises/detect": typeof model_promises_detect;
  "model/promises/ledger": typeof model_promises_ledger;
  "model/promises/times": typeof model_promises_times;
  "model/replies/admission": typeof model_replies_admission;
  "model/replies/budget": typeof model_replies_budget;
  "model/replies/citations": typeof model_replies_citations;
  "model/replies/flush": typeof model_replies_flush;
  "model/replies/generation": typeof model_replies_generation;
  "model/replies/prompt": typeof model_replies_prompt;
  "model/replies/recovery": typeof model_replies_recovery;
  "model/replies/settlement": typeof model_replies_settlement;
  "model/replies/stream": typeof model_replies_stream;
  "model/replies/tools": typeof model_replies_tools;
  "model/replies/writer": typeof model_replies_writer;
  "model/sms/catchUp": typeof model_sms_catchUp;
  "model/sms/claim": typeof model_sms_claim;
  "model/sms/fitText": typeof model_sms_fitText;
  "model/sms/inbound": typeof model_sms_inbound;
  "model/sms/media": typeof model_sms_media;
  "model/sms/ratings": typeof model_sms_ratings;
  "model/sms/readRating": typeof model_sms_readRating;
  "model/sms/reconcile": typeof model_sms_reconcile;
  "model/sms/settlement": typeof model_sms_settlement;
  "model/sms/webhooks": typeof model_sms_webhooks;
  privacy: typeof privacy;
  "providers/email": typeof providers_email;
  "providers/embeddings": typeof providers_embeddings;
  "providers/errors": typeof providers_errors;
  "providers/openrouter": typeof providers_openrouter;
  "providers/sms": typeof providers_sms;
  "providers/smsOutcome": typeof providers_smsOutcome;
  "providers/twilioSignature": typeof providers_twilioSignature;
  replies: typeof replies;
  seed: typeof seed;
  "seed/agents": typeof seed_agents;
  "seed/documents": typeof seed_documents;
  "seed/documents_accounts": typeof seed_documents_accounts;
  "seed/documents_howto": typeof seed_documents_howto;
  "seed/documents_howto_devices": typeof seed_documents_howto_devices;
  "seed/documents_howto_safety": typeof seed_documents_howto_safety;
  "seed/documents_howto_windows": typeof seed_documents_howto_windows;
  "seed/documents_policies": typeof seed_documents_policies;
  "seed/documents_prices": typeof seed_documents_prices;
  "seed/documents_services": typeof seed_documents_services;
  "seed/types": typeof seed_types;
  setup: typeof setup;
  sms: typeof sms;
  smsSender: typeof smsSender;
  users: typeof users;
  validators: typeof validators;
  "validators/agents": typeof validators_agents;
  "validators/analytics": typeof validators_analytics;
  "validators/base": typeof validators_base;
  "validators/conversations": typeof validators_conversations;
  "validators/knowledge": typeof validators_knowledge;
  "validators/messages": typeof validators_messages;
  "validators/people": typeof validators_people;
  "validators/processes": typeof validators_processes;
  workflows: typeof workflows;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {
  workflow: import("@convex-dev/workflow/_generated/component.js").ComponentApi<"workflow">;
  migrations: import("@convex-dev/migrations/_generated/component.js").ComponentApi<"migrations">;
};

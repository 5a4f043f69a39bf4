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
import type * as conversations from "../conversations.js";
import type * as crons from "../crons.js";
import type * as env from "../env.js";
import type * as functions from "../functions.js";
import type * as http from "../http.js";
import type * as knowledge from "../knowledge.js";
import type * as messages from "../messages.js";
import type * as migrations from "../migrations.js";
import type * as migrations_m0001_resolved_at from "../migrations/m0001_resolved_at.js";
import type * as migrations_m0002_agent_metrics from "../migrations/m0002_agent_metrics.js";
import type * as migrations_m0003_timers from "../migrations/m0003_timers.js";
import type * as model_access from "../model/access.js";
import type * as model_accounts from "../model/accounts.js";
import type * as model_agents from "../model/agents.js";
import type * as model_alerts from "../model/alerts.js";
import type * as model_answering from "../model/answering.js";
import type * as model_assignment from "../model/assignment.js";
import type * as model_attachments from "../model/attachments.js";
import type * as model_availability from "../model/availability.js";
import type * as model_brief from "../model/brief.js";
import type * as model_budget from "../model/budget.js";
import type * as model_byText from "../model/byText.js";
import type * as model_citations from "../model/citations.js";
import type * as model_cleanup from "../model/cleanup.js";
import type * as model_codes from "../model/codes.js";
import type * as model_comparison from "../model/comparison.js";
import type * as model_conversations from "../model/conversations.js";
import type * as model_delivery from "../model/delivery.js";
import type * as model_devices from "../model/devices.js";
import type * as model_episodes from "../model/episodes.js";
import type * as model_erase from "../model/erase.js";
import type * as model_errors from "../model/errors.js";
import type * as model_events from "../model/events.js";
import type * as model_export from "../model/export.js";
import type * as model_exportFile from "../model/exportFile.js";
import type * as model_exportPages from "../model/exportPages.js";
import type * as model_figures from "../model/figures.js";
import type * as model_firing from "../model/firing.js";
import type * as model_flush from "../model/flush.js";
import type * as model_followUps from "../model/followUps.js";
import type * as model_generation from "../model/generation.js";
import type * as model_handoff from "../model/handoff.js";
import type * as model_handoffSchedule from "../model/handoffSchedule.js";
import type * as model_hashes from "../model/hashes.js";
import type * as model_history from "../model/history.js";
import type * as model_hours from "../model/hours.js";
import type * as model_hoursRules from "../model/hoursRules.js";
import type * as model_hoursText from "../model/hoursText.js";
import type * as model_httpRoutes from "../model/httpRoutes.js";
import type * as model_ingest from "../model/ingest.js";
import type * as model_keys from "../model/keys.js";
import type * as model_knowledge from "../model/knowledge.js";
import type * as model_limits from "../model/limits.js";
import type * as model_log from "../model/log.js";
import type * as model_messages from "../model/messages.js";
import type * as model_metrics from "../model/metrics.js";
import type * as model_migrations from "../model/migrations.js";
import type * as model_notes from "../model/notes.js";
import type * as model_notices from "../model/notices.js";
import type * as model_offers from "../model/offers.js";
import type * as model_optOut from "../model/optOut.js";
import type * as model_owners from "../model/owners.js";
import type * as model_ownership from "../model/ownership.js";
import type * as model_pages from "../model/pages.js";
import type * as model_phones from "../model/phones.js";
import type * as model_plainText from "../model/plainText.js";
import type * as model_presence from "../model/presence.js";
import type * as model_processes from "../model/processes.js";
import type * as model_projections from "../model/projections.js";
import type * as model_promiseLedger from "../model/promiseLedger.js";
import type * as model_promiseTimes from "../model/promiseTimes.js";
import type * as model_promises from "../model/promises.js";
import type * as model_prompt from "../model/prompt.js";
import type * as model_purge from "../model/purge.js";
import type * as model_receipt from "../model/receipt.js";
import type * as model_recentSignIn from "../model/recentSignIn.js";
import type * as model_recovery from "../model/recovery.js";
import type * as model_redact from "../model/redact.js";
import type * as model_redactCards from "../model/redactCards.js";
import type * as model_redemption from "../model/redemption.js";
import type * as model_replay from "../model/replay.js";
import type * as model_replies from "../model/replies.js";
import type * as model_resolutions from "../model/resolutions.js";
import type * as model_retention from "../model/retention.js";
import type * as model_returning from "../model/returning.js";
import type * as model_rollups from "../model/rollups.js";
import type * as model_routing from "../model/routing.js";
import type * as model_search from "../model/search.js";
import type * as model_sessions from "../model/sessions.js";
import type * as model_settling from "../model/settling.js";
import type * as model_shifts from "../model/shifts.js";
import type * as model_shopHours from "../model/shopHours.js";
import type * as model_signIn from "../model/signIn.js";
import type * as model_smsCatchUp from "../model/smsCatchUp.js";
import type * as model_smsClaim from "../model/smsClaim.js";
import type * as model_smsInbound from "../model/smsInbound.js";
import type * as model_smsLookUp from "../model/smsLookUp.js";
import type * as model_smsMedia from "../model/smsMedia.js";
import type * as model_smsQueue from "../model/smsQueue.js";
import type * as model_smsSettle from "../model/smsSettle.js";
import type * as model_smsSize from "../model/smsSize.js";
import type * as model_smsText from "../model/smsText.js";
import type * as model_smsWebhooks from "../model/smsWebhooks.js";
import type * as model_smsWords from "../model/smsWords.js";
import type * as model_split from "../model/split.js";
import type * as model_stream from "../model/stream.js";
import type * as model_systemLines from "../model/systemLines.js";
import type * as model_text from "../model/text.js";
import type * as model_time from "../model/time.js";
import type * as model_timerRules from "../model/timerRules.js";
import type * as model_timers from "../model/timers.js";
import type * as model_tokens from "../model/tokens.js";
import type * as model_tools from "../model/tools.js";
import type * as model_transport from "../model/transport.js";
import type * as model_triggers from "../model/triggers.js";
import type * as model_turns from "../model/turns.js";
import type * as model_twilioSignature from "../model/twilioSignature.js";
import type * as model_users from "../model/users.js";
import type * as model_words from "../model/words.js";
import type * as model_writer from "../model/writer.js";
import type * as privacy from "../privacy.js";
import type * as providers_email from "../providers/email.js";
import type * as providers_embeddings from "../providers/embeddings.js";
import type * as providers_errors from "../providers/errors.js";
import type * as providers_openrouter from "../providers/openrouter.js";
import type * as providers_sms from "../providers/sms.js";
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
import type * as seed_opening_hours from "../seed/opening_hours.js";
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
  conversations: typeof conversations;
  crons: typeof crons;
  env: typeof env;
  functions: typeof functions;
  http: typeof http;
  knowledge: typeof knowledge;
  messages: typeof messages;
  migrations: typeof migrations;
  "migrations/m0001_resolved_at": typeof migrations_m0001_resolved_at;
  "migrations/m0002_agent_metrics": typeof migrations_m0002_agent_metrics;
  "migrations/m0003_timers": typeof migrations_m0003_timers;
  "model/access": typeof model_access;
  "model/accounts": typeof model_accounts;
  "model/agents": typeof model_agents;
  "model/alerts": typeof model_alerts;
  "model/answering": typeof model_answering;
  "model/assignment": typeof model_assignment;
  "model/attachments": typeof model_attachments;
  "model/availability": typeof model_availability;
  "model/brief": typeof model_brief;
  "model/budget": typeof model_budget;
  "model/byText": typeof model_byText;
  "model/citations": typeof model_citations;
  "model/cleanup": typeof model_cleanup;
  "model/codes": typeof model_codes;
  "model/comparison": typeof model_comparison;
  "model/conversations": typeof model_conversations;
  "model/delivery": typeof model_delivery;
  "model/devices": typeof model_devices;
  "model/episodes": typeof model_episodes;
  "model/erase": typeof model_erase;
  "model/errors": typeof model_errors;
  "model/events": typeof model_events;
  "model/export": typeof model_export;
  "model/exportFile": typeof model_exportFile;
  "model/exportPages": typeof model_exportPages;
  "model/figures": typeof model_figures;
  "model/firing": typeof model_firing;
  "model/flush": typeof model_flush;
  "model/followUps": typeof model_followUps;
  "model/generation": typeof model_generation;
  "model/handoff": typeof model_handoff;
  "model/handoffSchedule": typeof model_handoffSchedule;
  "model/hashes": typeof model_hashes;
  "model/history": typeof model_history;
  "model/hours": typeof model_hours;
  "model/hoursRules": typeof model_hoursRules;
  "model/hoursText": typeof model_hoursText;
  "model/httpRoutes": typeof model_httpRoutes;
  "model/ingest": typeof model_ingest;
  "model/keys": typeof model_keys;
  "model/knowledge": typeof model_knowledge;
  "model/limits": typeof model_limits;
  "model/log": typeof model_log;
  "model/messages": typeof model_messages;
  "model/metrics": typeof model_metrics;
  "model/migrations": typeof model_migrations;
  "model/notes": typeof model_notes;
  "model/notices": typeof model_notices;
  "model/offers": typeof model_offers;
  "model/optOut": typeof model_optOut;
  "model/owners": typeof model_owners;
  "model/ownership": typeof model_ownership;
  "model/pages": typeof model_pages;
  "model/phones": typeof model_phones;
  "model/plainText": typeof model_plainText;
  "model/presence": typeof model_presence;
  "model/processes": typeof model_processes;
  "model/projections": typeof model_projections;
  "model/promiseLedger": typeof model_promiseLedger;
  "model/promiseTimes": typeof model_promiseTimes;
  "model/promises": typeof model_promises;
  "model/prompt": typeof model_prompt;
  "model/purge": typeof model_purge;
  "model/receipt": typeof model_receipt;
  "model/recentSignIn": typeof model_recentSignIn;
  "model/recovery": typeof model_recovery;
  "model/redact": typeof model_redact;
  "model/redactCards": typeof model_redactCards;
  "model/redemption": typeof model_redemption;
  "model/replay": typeof model_replay;
  "model/replies": typeof model_replies;
  "model/resolutions": typeof model_resolutions;
  "model/retention": typeof model_retention;
  "model/returning": typeof model_returning;
  "model/rollups": typeof model_rollups;
  "model/routing": typeof model_routing;
  "model/search": typeof model_search;
  "model/sessions": typeof model_sessions;
  "model/settling": typeof model_settling;
  "model/shifts": typeof model_shifts;
  "model/shopHours": typeof model_shopHours;
  "model/signIn": typeof model_signIn;
  "model/smsCatchUp": typeof model_smsCatchUp;
  "model/smsClaim": typeof model_smsClaim;
  "model/smsInbound": typeof model_smsInbound;
  "model/smsLookUp": typeof model_smsLookUp;
  "model/smsMedia": typeof model_smsMedia;
  "model/smsQueue": typeof model_smsQueue;
  "model/smsSettle": typeof model_smsSettle;
  "model/smsSize": typeof model_smsSize;
  "model/smsText": typeof model_smsText;
  "model/smsWebhooks": typeof model_smsWebhooks;
  "model/smsWords": typeof model_smsWords;
  "model/split": typeof model_split;
  "model/stream": typeof model_stream;
  "model/systemLines": typeof model_systemLines;
  "model/text": typeof model_text;
  "model/time": typeof model_time;
  "model/timerRules": typeof model_timerRules;
  "model/timers": typeof model_timers;
  "model/tokens": typeof model_tokens;
  "model/tools": typeof model_tools;
  "model/transport": typeof model_transport;
  "model/triggers": typeof model_triggers;
  "model/turns": typeof model_turns;
  "model/twilioSignature": typeof model_twilioSignature;
  "model/users": typeof model_users;
  "model/words": typeof model_words;
  "model/writer": typeof model_writer;
  privacy: typeof privacy;
  "providers/email": typeof providers_email;
  "providers/embeddings": typeof providers_embeddings;
  "providers/errors": typeof providers_errors;
  "providers/openrouter": typeof providers_openrouter;
  "providers/sms": typeof providers_sms;
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
  "seed/opening_hours": typeof seed_opening_hours;
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

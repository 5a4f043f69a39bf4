/** Documents, passages, vectors and opening hours. */
import { type Infer, v } from "convex/values";
import { vListedModel, vVersionOfAgent } from "./agents";
import { literals, vMessageError, vTimestamp } from "./base";

export const vDocumentFormat = literals("text", "markdown");
/** A file that a version was read from: what its passages' places are in. */
export const vOriginal = v.object({
  version: v.number(),
  fileId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  size: v.number(),
});
/** The page of the web that a document was read from, and the process that looks at it again. */
export const vWebPage = v.object({ url: v.string(), recheckId: v.optional(v.id("workflows")) });
/** The document that states the hours. */
export const HOURS_SLUG = "hours-and-location";
const vDocumentState = literals("ingesting", "published", "unpublished", "failed");
/** When it is to answer, and the text that an admin has read, by its `updatedAt`. */
const vPublishAt = v.object({
  at: vTimestamp,
  timerId: v.id("workflows"),
  updatedAt: vTimestamp,
});
/** Unanswered questions that a text is to answer, and that a search has not found it by yet. By id: they may be erased. */
const vGapIds = v.optional(v.array(v.id("analytics")));
export const documentFields = {
  kind: v.literal("document"),
  slug: v.string(),
  title: v.string(),
  category: v.string(),
  format: vDocumentFormat,
  /** The row with its text, for this one changes often. */
  bodyId: v.optional(v.id("knowledge")),
  /** Its text, until `m0006_document_body` has run. */
  body: v.optional(v.string()),
  state: vDocumentState,
  /** The version that answers; 0 until the first ingest is done. */
  version: v.number(),
  /** The version being ingested, if any. */
  nextVersion: v.optional(v.number()),
  passages: v.number(),
  /** Passages without a vector are found by text search only. */
  embedded: v.boolean(),
  /** The model whose vectors they have, with a "-" before it while some have none (`model/knowledge/vectors.ts`). */
  embeddedBy: v.optional(v.string()),
  /** When vectors are asked for again. */
  embedAt: v.optional(vTimestamp),
  error: v.optional(vMessageError),
  gapIds: vGapIds,
  /** The files that it was read from, the latest last (`model/knowledge/originals.ts`). */
  originals: v.optional(v.array(vOriginal)),
  page: v.optional(vWebPage),
  /** The next version's text is still in its original; the act that gave it, in the audit. */
  unread: v.optional(v.object({ eventId: v.optional(v.id("analytics")) })),
  /** From then on it no longer answers, nor does a text that was being read in meanwhile. */
  expiresAt: v.optional(vTimestamp),
  expireTimer: v.optional(v.id("workflows")),
  publish: v.optional(vPublishAt),
  updatedAt: vTimestamp,
};
/** What a version was (`model/knowledge/history.ts`). */
export const versionFields = {
  kind: v.literal("version"),
  documentId: v.id("knowledge"),
  version: v.number(),
  title: v.string(),
  category: v.string(),
  format: vDocumentFormat,
  /** The row with its text, once another version's stands in the document. */
  bodyId: v.optional(v.id("knowledge")),
  savedAt: vTimestamp,
  /** The act that made it, in the audit: who. */
  eventId: v.optional(v.id("analytics")),
  /** The earlier version whose text it has again. */
  textOf: v.optional(v.number()),
};
/** Where a draft is from, for whoever approves it. */
export const vDraftOrigin = v.union(
  v.object({ kind: v.literal("written") }),
  /** A technician's answer in this conversation. */
  v.object({ kind: v.literal("conversation"), conversationId: v.id("conversations") }),
  /** An article of a help centre: `zendesk`, and its number there. */
  v.object({ kind: v.literal("import"), system: v.string(), key: v.string() }),
  /** A page or file: its address or name, and the process that read it. */
  v.object({
    kind: v.literal("source"),
    name: v.string(),
    processId: v.optional(v.id("workflows")),
  }),
);
/** A text beside what is live: nothing answers by it until an admin approves it (`model/knowledge/drafts.ts`). */
export const draftFields = {
  kind: v.literal("draft"),
  /** The document whose text it would replace, and the version that it was written beside. Absent: a new one. */
  documentId: v.optional(v.id("knowledge")),
  version: v.optional(v.number()),
  title: v.string(),
  category: v.string(),
  format: vDocumentFormat,
  bodyId: v.id("knowledge"),
  origin: vDraftOrigin,
  publish: v.optional(vPublishAt),
  gapIds: vGapIds,
  updatedAt: vTimestamp,
};
const bodyFields = { kind: v.literal("body"), body: v.string() };
export const passageFields = {
  kind: v.literal("passage"),
  documentId: v.id("knowledge"),
  version: v.number(),
  ordinal: v.number(),
  title: v.string(),
  heading: v.string(),
  /** Starts with the title and heading, so that text search finds both. */
  text: v.string(),
  contentHash: v.string(),
  /** Where in the original it stands, as the end of an address: "page=3", "prices" (`lib/places.ts`). */
  place: v.optional(v.string()),
  /** The page of the web that it is on. */
  url: v.optional(v.string()),
  vectorId: v.optional(v.id("knowledge")),
  /** True for the passages of the version that answers: what both halves of the search go by. */
  live: v.boolean(),
};
/** OpenAI's model, and the length of its vectors: that of the index `by_embedding`. */
export const EMBEDDING_MODEL = "text-embedding-3-small";
export const EMBEDDING_DIMENSIONS = 1536;
/** What the vector search filters by: vectors of two models can't be compared. */
export const vectorType = (model: string) => `passage:${model}`;
/** Vectors from before `m0004_vector_type`, of OpenAI's model. */
export const OLD_VECTOR_TYPE = "passage";

/**
 * Written once: a patch would write 13.8 KB again. Whether it counts is its passage's `live`; one without a passage
 * is deleted. So `active` is true from its first moment to its last.
 */
const vectorFields = {
  kind: v.literal("vector"),
  /** In those from before: nothing reads it, and each index would hold it. */
  documentId: v.optional(v.id("knowledge")),
  embedding: v.array(v.float64()),
  /** Names the model: `passage:<model>`. */
  type: v.string(),
  active: v.boolean(),
  /** One of 16 parts of that type, for when what is nearest is mostly stale. Absent in those from before there were. */
  shard: v.optional(v.string()),
};
export const vHelpCentre = literals("zendesk", "intercom", "chatwoot");
export type HelpCentre = Infer<typeof vHelpCentre>;
export const vExportFormat = literals("json", "csv");
export type ExportFormat = Infer<typeof vExportFormat>;
/** An article of another help centre, as `system:key`, and what it is here (`model/knowledge/imported.ts`). */
const importedFields = {
  kind: v.literal("imported"),
  slug: v.string(),
  /** Of the article as it was there. */
  contentHash: v.string(),
  draftId: v.optional(v.id("knowledge")),
  documentId: v.optional(v.id("knowledge")),
};
/** Vectors made for a version that is being read in: no passage points at them yet. Without it none is taken. */
const awaitedFields = {
  kind: v.literal("awaited"),
  documentId: v.id("knowledge"),
  version: v.number(),
  model: v.string(),
  /** Whether the vectors that the document has are of that model, too. */
  reuse: v.boolean(),
  vectors: v.array(v.object({ contentHash: v.string(), vectorId: v.id("knowledge") })),
};
/** Vectors that no passage points at any more, until they are deleted. */
const staleFields = {
  kind: v.literal("stale"),
  vectorIds: v.array(v.id("knowledge")),
};
/** Shifts of one day, each `[opens, closes]` in local time (`model/hours/rules.ts` checks them). */
const vShifts = v.array(v.array(v.string()));
export const vOpeningHours = v.object({
  /** IANA: "America/New_York". */
  timeZone: v.string(),
  weekly: v.object({
    mon: vShifts,
    tue: vShifts,
    wed: vShifts,
    thu: vShifts,
    fri: vShifts,
    sat: vShifts,
    sun: vShifts,
  }),
  holidays: v.array(
    v.object({
      /** Local date, "2026-12-25". */
      date: v.string(),
      name: v.optional(v.string()),
      /** Absent or empty: closed all day. */
      open: v.optional(vShifts),
    }),
  ),
});
/** A holiday that a file or a region names; `insteadOf` of a day that is given for one on another date. */
export const vFoundHoliday = v.object({
  date: v.string(),
  name: v.string(),
  insteadOf: v.optional(v.string()),
});
export type FoundHoliday = Infer<typeof vFoundHoliday>;
export const vHolidaySource = v.union(
  /** A calendar file's text (.ics). */
  v.object({ kind: v.literal("ical"), text: v.string() }),
  /** ISO 3166-2: "US-OH"; "AT" where states don't differ. */
  v.object({ kind: v.literal("region"), region: v.string() }),
);

export const vFoundHolidays = v.object({
  found: v.array(vFoundHoliday),
  /** Events with a time of day: no holidays. */
  timed: v.number(),
});
const hoursFields = {
  kind: v.literal("hours"),
  hours: vOpeningHours,
  updatedAt: vTimestamp,
};
/** What an admin sets, one row a group. */
const settingsFields = {
  kind: v.literal("settings"),
  group: v.literal("links"),
  /** Where answers may link (`model/knowledge/links.ts`). */
  hosts: v.array(v.string()),
  updatedAt: vTimestamp,
};
/** Words of which any makes it the shop's own topic: it always goes to a person (`lib/phrases.ts`). */
export const vOwnTopic = v.object({ name: v.string(), phrases: v.array(v.string()) });
/** A sentence that a rule must catch, or must not: a customer's, or one of an answer. */
export const vRuleCase = v.object({
  by: literals("customer", "answer"),
  text: v.string(),
  caught: v.boolean(),
});
/** Beside the built-in rules, a row each: a turn reads what it needs (`model/knowledge/guardrails.ts`). */
const ownTopicsFields = {
  kind: v.literal("own_topics"),
  topics: v.array(vOwnTopic),
  updatedAt: vTimestamp,
};
const forbiddenWordsFields = {
  kind: v.literal("forbidden_words"),
  words: v.array(v.string()),
  updatedAt: vTimestamp,
};
const ruleCasesFields = {
  kind: v.literal("rule_cases"),
  cases: v.array(vRuleCase),
  updatedAt: vTimestamp,
};
/** What the shop is called, as an admin has set it (`model/knowledge/shopName.ts`). */
const shopNameFields = {
  kind: v.literal("shop_name"),
  name: v.string(),
  updatedAt: vTimestamp,
};
/** What the AI may cost in a day, as an admin has set it (`model/replies/budget.ts`). */
const dailyBudgetFields = {
  kind: v.literal("daily_budget"),
  microUsd: v.number(),
  updatedAt: vTimestamp,
};
/** What a new owner is led through, in this order (`model/desk/firstDay.ts`). */
export const vFirstDayStep = literals("name", "hours", "documents", "question", "staff", "widget");
/** What of it nothing else tells: most steps are done by what is there. */
const firstDayFields = {
  kind: v.literal("first_day"),
  skipped: v.array(vFirstDayStep),
  /** The desk no longer speaks of it. */
  hidden: v.boolean(),
  /** When a question was tried that was answered from a document. */
  triedAt: v.optional(vTimestamp),
  /** When an admin said that the widget is on the shop's site. */
  widgetAt: v.optional(vTimestamp),
  updatedAt: vTimestamp,
};
/** What OpenRouter has, when it was last asked (`model/agents/models.ts`): one row. */
const modelListFields = {
  kind: v.literal("model_list"),
  models: v.array(vListedModel),
  updatedAt: vTimestamp,
};
/** What an agent was until then (`model/agents/versions.ts`). `slug`: its agent's. */
const agentVersionFields = {
  kind: v.literal("agent_version"),
  slug: v.string(),
  fields: vVersionOfAgent,
  updatedAt: vTimestamp,
};
/** A text that technicians insert into an answer (`model/knowledge/savedReplies.ts`), one row each. */
const savedReplyFields = {
  kind: v.literal("saved_reply"),
  /** What it is called by, after a "/". */
  shortcut: v.string(),
  text: v.string(),
  updatedAt: vTimestamp,
};
/** Fixed: each is told from the others, and its name read on it, in both appearances. */
export const vLabelColour = literals("grey", "red", "amber", "green", "blue", "violet");
/** `key` is what conversations hold. */
export const vLabel = v.object({ key: v.string(), name: v.string(), colour: vLabelColour });
/** All of the shop's, in one row: the desk reads them with every list. */
const labelsFields = {
  kind: v.literal("labels"),
  labels: v.array(vLabel),
  updatedAt: vTimestamp,
};
/** Minutes of opening time. */
export const vTargets = v.object({ firstMinutes: v.number(), waitingMinutes: v.number() });
const targetsFields = { kind: v.literal("targets"), targets: vTargets, updatedAt: vTimestamp };
export const vKnowledge = v.union(
  v.object(documentFields),
  v.object(draftFields),
  v.object(versionFields),
  v.object(importedFields),
  v.object(bodyFields),
  v.object(passageFields),
  v.object(vectorFields),
  v.object(awaitedFields),
  v.object(staleFields),
  v.object(hoursFields),
  v.object(settingsFields),
  v.object(modelListFields),
  v.object(shopNameFields),
  v.object(dailyBudgetFields),
  v.object(firstDayFields),
  v.object(agentVersionFields),
  v.object(ownTopicsFields),
  v.object(forbiddenWordsFields),
  v.object(ruleCasesFields),
  v.object(savedReplyFields),
  v.object(labelsFields),
  v.object(targetsFields),
);

/** Documents, passages, vectors and opening hours. */
import { type Infer, v } from "convex/values";
import { literals, vMessageError, vTimestamp } from "./base";

export const vDocumentFormat = literals("text", "markdown");
const vDocumentState = literals("ingesting", "published", "unpublished", "failed");
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
export const vKnowledge = v.union(
  v.object(documentFields),
  v.object(bodyFields),
  v.object(passageFields),
  v.object(vectorFields),
  v.object(awaitedFields),
  v.object(staleFields),
  v.object(hoursFields),
  v.object(settingsFields),
);

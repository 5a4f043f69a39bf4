/**
 * The shape of one knowledge-base document before it is ingested. It is declared here, free of any
 * Convex import, so that the documents stay plain data that tests and benches can load as well.
 */

export type SeedDocument = {
  /** Stable key: seeding twice replaces a document instead of adding it again. */
  slug: string;
  title: string;
  category: "services" | "prices" | "policies" | "hours" | "howto" | "accounts" | "billing";
  /** Markdown; sections open with `##` and name their subject, so each stands alone as a passage. */
  body: string;
};

/**
 * A document's text moves to a row of its own: in the document's row it is read and written again with every state of
 * its reading in. Afterwards `body` can go from the documents' fields.
 */
import { storeBody } from "../model/knowledge/bodies";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "knowledge",
  customRange: (rows) => rows.withIndex("by_kind_and_updated", (q) => q.eq("kind", "document")),
  // A document has up to 200,000 characters: 600 KB, and written twice.
  batchSize: 5,
  migrateOne: async (ctx, row) => {
    if (row.kind !== "document" || row.body === undefined) return;
    return await storeBody(ctx, row.body, row);
  },
});

/**
 * Documents name the model whose vectors they have: those without it are not looked at by the cron that embeds what
 * has none. Before there was a name there was one model.
 */
import { embeddedBy } from "../model/knowledge/vectors";
import { EMBEDDING_MODEL } from "../validators";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "knowledge",
  customRange: (rows) => rows.withIndex("by_kind_and_updated", (q) => q.eq("kind", "document")),
  // A document has up to 200,000 characters.
  batchSize: 20,
  migrateOne: (_ctx, row) => {
    if (row.kind !== "document" || row.embeddedBy !== undefined || row.version === 0) return;
    return { embeddedBy: embeddedBy(EMBEDDING_MODEL, row.embedded) };
  },
});

/**
 * Vectors name their model, and are no longer switched on and off: their passage's `live` decides. Afterwards
 * `OLD_VECTOR_TYPE` can go from the schema and from the search's filter.
 */
import { EMBEDDING_MODEL, OLD_VECTOR_TYPE, vectorType } from "../validators";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "knowledge",
  // A vector is 13.8 KB, and a deployment writes 4 MiB in a second.
  batchSize: 40,
  migrateOne: (_ctx, row) => {
    if (row.kind !== "vector" || row.type !== OLD_VECTOR_TYPE) return;
    return { type: vectorType(EMBEDDING_MODEL), active: true };
  },
});

/** Exact vector search by cosine similarity over the committed documents that pass the filter. */
import type { Document, ExportedSchema } from "./internals";
import { getField } from "./sorted";

/** Unit vectors, so that a search is one dot product per document. */
const unitVectors = new WeakMap<Document, Map<string, Float64Array | null>>();

function normalize(vector: readonly number[]): Float64Array | null {
  let square = 0;
  for (const x of vector) square += x * x;
  if (square === 0) return null;
  const length = Math.sqrt(square);
  return Float64Array.from(vector, (x) => x / length);
}

function unitVector(document: Document, field: string, dimensions: number): Float64Array | null {
  let fields = unitVectors.get(document);
  if (fields === undefined) {
    fields = new Map();
    unitVectors.set(document, fields);
  }
  let vector = fields.get(field);
  if (vector === undefined) {
    const value = getField(document, field);
    const usable = Array.isArray(value) && value.length === dimensions;
    vector = usable ? normalize(value as number[]) : null;
    fields.set(field, vector);
  }
  return vector;
}

interface VectorQuery {
  schema: ExportedSchema | null;
  /** `table.index` */
  indexName: string;
  vector: number[];
  documents: Iterable<Document>;
  filter: (document: Document) => boolean;
  limit: number;
}

/** The documents whose vectors point the most in the wanted direction, best first. */
export function findNearestVectors({
  schema,
  indexName,
  vector,
  documents,
  filter,
  limit,
}: VectorQuery): { _id: string; _score: number }[] {
  const [table = "", name = ""] = indexName.split(".");
  const index = schema?.tables
    .get(table)
    ?.vectorIndexes.find(({ indexDescriptor }) => indexDescriptor === name);
  if (index === undefined) {
    throw new Error(
      `Cannot use vector index "${name}" for table "${table}" because it is not in the schema.`,
    );
  }
  if (vector.length !== index.dimensions) {
    throw new Error(
      `Vector search with ${vector.length} dimensions on index "${indexName}", which has ` +
        `${index.dimensions}`,
    );
  }
  if (limit > 256) throw new Error("Vector search returns at most 256 results");
  const wanted = normalize(vector);
  const results: { _id: string; _score: number }[] = [];
  for (const document of documents) {
    const unit = unitVector(document, index.vectorField, index.dimensions);
    if (unit === null || !filter(document)) continue;
    let score = 0;
    if (wanted !== null) {
      for (let i = 0; i < unit.length; i++) score += (unit[i] as number) * (wanted[i] as number);
    }
    results.push({ _id: document._id, _score: score });
  }
  results.sort((a, b) => b._score - a._score);
  return results.slice(0, limit);
}

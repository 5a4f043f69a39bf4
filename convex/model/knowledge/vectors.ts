/**
 * Vectors, 13.8 KB each: written once, read by the vector search only, deleted a batch at a time. What is made for a
 * version waits in one small row (`awaited`) until its passages point at it; what no passage points at any more is
 * listed in another (`stale`) until it is deleted. A search finds no passage of either, and passes them over.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { EMBEDDING_MODEL, vectorType } from "../../validators";
import { embeddingModel } from "../../providers/embeddings";
import { HOUR, MINUTE, SECOND } from "../../lib/time";

type Row<K extends Doc<"knowledge">["kind"]> = Extract<Doc<"knowledge">, { kind: K }>;
export type DocumentRow = Row<"document">;
export type Awaited = Row<"awaited">;

/** A version of a document: what vectors are made for. */
export const vVersionRef = v.object({ documentId: v.id("knowledge"), version: v.number() });
export type VersionRef = Infer<typeof vVersionRef>;
/** Its reading in, and the process that people see of it. */
export const vIngest = v.object({ ref: vVersionRef, processId: v.id("workflows") });
export const vNewVector = v.object({ contentHash: v.string(), embedding: v.array(v.float64()) });
export type NewVector = Infer<typeof vNewVector>;

/** Deleted in one transaction: 550 KB of the 4 MiB that a deployment writes in a second. */
export const STALE_BATCH = 40;
/** Between two batches, so that customers' writes have the rest. */
const STALE_PAUSE = SECOND / 4;
/** A list of stale vectors that is as old has lost the job that works on it. */
const STALE_LOST_AFTER = 10 * MINUTE;
/** Rows of one document that await vectors: of the version that answers, and of the next one. */
const MAX_AWAITED = 5;

/** Parts of a type that can be searched one by one. */
const SHARDS = "0123456789abcdef";
export const shardsOf = (type: string) => [...SHARDS].map((shard) => `${type}#${shard}`);

const PARTLY = "-";
/** What a document says of its vectors. Those that lack some come first in their index. */
export const embeddedBy = (model: string, whole: boolean) => (whole ? model : `${PARTLY}${model}`);
/** The model of the vectors that a document has; before documents named it there was one. */
const modelOf = ({ embeddedBy = EMBEDDING_MODEL }: Pick<DocumentRow, "embeddedBy">) =>
  embeddedBy.startsWith(PARTLY) ? embeddedBy.slice(PARTLY.length) : embeddedBy;

/** From here on vectors that are made for this version are taken. Goes on with those that are there already. */
export async function awaitVectors(
  ctx: MutationCtx,
  { documentId, version }: VersionRef,
  document: Pick<DocumentRow, "embeddedBy">,
): Promise<void> {
  // Without a key none are made, and those that are there stay.
  const model = embeddingModel() ?? modelOf(document);
  const reuse = modelOf(document) === model;
  const known = await findAwaited(ctx, { documentId, version });
  if (known?.model === model) return;
  if (known !== null) await discardAwaited(ctx, [known]);
  const row = { kind: "awaited" as const, documentId, version, model, reuse, vectors: [] };
  await ctx.db.insert("knowledge", row);
}

export async function findAwaited(
  ctx: Pick<QueryCtx, "db">,
  { documentId, version }: VersionRef,
): Promise<Awaited | null> {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "awaited").eq("version", version),
    )
    .unique();
  return row?.kind === "awaited" ? row : null;
}

/** Everything that is awaited for a document. */
export async function listAwaited(
  ctx: Pick<QueryCtx, "db">,
  documentId: Id<"knowledge">,
): Promise<Awaited[]> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "awaited"),
    )
    .take(MAX_AWAITED);
  return rows.filter((row) => row.kind === "awaited");
}

/** Stores vectors of one batch; those that are there already are kept. False: nobody awaits them any more. */
export async function storeVectors(
  ctx: MutationCtx,
  ref: VersionRef & { model: string },
  made: NewVector[],
): Promise<boolean> {
  const awaited = await findAwaited(ctx, ref);
  if (awaited?.model !== ref.model) return false;
  const known = new Set(awaited.vectors.map(({ contentHash }) => contentHash));
  const missing = made.filter(({ contentHash }) => !known.has(contentHash));
  const vectors = [...awaited.vectors, ...(await insertVectors(ctx, ref.model, missing))];
  await ctx.db.patch("knowledge", awaited._id, { vectors });
  return true;
}

/** For passages that point at them in the same transaction, or a row that lists them meanwhile. */
export async function insertVectors(
  ctx: MutationCtx,
  model: string,
  made: NewVector[],
): Promise<Awaited["vectors"]> {
  const vectors = [];
  const type = vectorType(model);
  for (const { contentHash, embedding } of made) {
    const vectorId = await ctx.db.insert("knowledge", {
      kind: "vector",
      embedding,
      type,
      active: true,
      shard: `${type}#${contentHash[0]}`,
    });
    vectors.push({ contentHash, vectorId });
  }
  return vectors;
}

/** Nobody awaits these any more: their vectors are stale. */
export async function discardAwaited(ctx: MutationCtx, rows: Awaited[]): Promise<void> {
  for (const { _id } of rows) await ctx.db.delete("knowledge", _id);
  await deleteLater(
    ctx,
    rows.flatMap(({ vectors }) => vectors.map(({ vectorId }) => vectorId)),
  );
}

/** Has vectors deleted that no passage points at from this transaction on. */
export async function deleteLater(ctx: MutationCtx, vectorIds: Id<"knowledge">[]): Promise<void> {
  if (vectorIds.length === 0) return;
  const staleId = await ctx.db.insert("knowledge", { kind: "stale", vectorIds });
  await ctx.scheduler.runAfter(0, internal.knowledge.deleteStale, { staleId });
}

/** One batch; schedules the next. */
export async function deleteStaleBatch(ctx: MutationCtx, staleId: Id<"knowledge">): Promise<void> {
  const row = await ctx.db.get("knowledge", staleId);
  if (row?.kind !== "stale") return;
  for (const vectorId of row.vectorIds.slice(0, STALE_BATCH)) await deleteVector(ctx, vectorId);
  const vectorIds = row.vectorIds.slice(STALE_BATCH);
  if (vectorIds.length === 0) return await ctx.db.delete("knowledge", staleId);
  await ctx.db.patch("knowledge", staleId, { vectorIds });
  await ctx.scheduler.runAfter(STALE_PAUSE, internal.knowledge.deleteStale, { staleId });
}

/** One that is gone already must not keep the others. Not read first: that would be another 13.8 KB of each. */
async function deleteVector(ctx: MutationCtx, vectorId: Id<"knowledge">): Promise<void> {
  try {
    await ctx.db.delete("knowledge", vectorId);
  } catch (error) {
    if ((await ctx.db.get("knowledge", vectorId)) !== null) throw error;
  }
}

/** Lists whose job is lost, as by a move to another deployment. `model/privacy/sweep.ts` goes through them. */
export const lostStale = (ctx: Pick<QueryCtx, "db">, count: number) =>
  ctx.db
    .query("knowledge")
    .withIndex("by_kind_and_updated", (q) =>
      q
        .eq("kind", "stale")
        .eq("updatedAt", undefined)
        .lt("_creationTime", Date.now() - STALE_LOST_AFTER),
    )
    .take(count);

/** After a failure: soon at first, later the longer it lasts. A failing document goes behind the others by it. */
export const nextTry = (now: number, since: number) =>
  now + Math.min(Math.max(now - since, 10 * MINUTE), 6 * HOUR);

/** One that was begun, and not ended by then, is begun again. */
const CLAIMED_FOR = 10 * MINUTE;
/** Other models whose vectors a deployment may still have. */
const MAX_MODELS = 5;

/** The document that has waited the longest for vectors of this model, and may be tried now. */
async function findUnembedded(
  ctx: Pick<QueryCtx, "db">,
  model: string,
): Promise<DocumentRow | null> {
  return (await firstDue(ctx, { below: model })) ?? (await firstDue(ctx, { above: model }));
}

async function firstDue(
  ctx: Pick<QueryCtx, "db">,
  side: { below: string } | { above: string },
): Promise<DocumentRow | null> {
  let after = "above" in side ? side.above : undefined;
  for (let i = 0; i < MAX_MODELS; i++) {
    const next = await ctx.db
      .query("knowledge")
      .withIndex("by_embedded", (q) => {
        const range = q.gt("embeddedBy", after);
        return "below" in side ? range.lt("embeddedBy", side.below) : range;
      })
      .first();
    if (next?.kind !== "document" || next.embeddedBy === undefined) return null;
    const { embeddedBy } = next;
    const due = await ctx.db
      .query("knowledge")
      .withIndex("by_embedded", (q) => q.eq("embeddedBy", embeddedBy).lte("embedAt", Date.now()))
      .first();
    if (due?.kind === "document") return due;
    after = embeddedBy;
  }
  return null;
}

/** What keeps documents from being found by meaning, in words for staff; null if nothing is known to. */
export async function describeEmbeddings(ctx: Pick<QueryCtx, "db">): Promise<string | null> {
  const model = embeddingModel();
  if (model === null) return "It is found by its words only: there is no OPENAI_API_KEY.";
  const partly = await ctx.db
    .query("knowledge")
    .withIndex("by_embedded", (q) => q.eq("embeddedBy", embeddedBy(model, false)))
    .first();
  if (partly?.kind !== "document" || partly.error === undefined) return null;
  return (
    "Embeddings have not answered lately: until they do it is found by its words only, " +
    "and by its meaning by itself afterwards."
  );
}

/** Whether there is something to do for `embedUnembedded`. */
export async function hasUnembedded(ctx: Pick<QueryCtx, "db">): Promise<boolean> {
  const model = embeddingModel();
  return model !== null && (await findUnembedded(ctx, model)) !== null;
}

/** Counted in one query, and characters read for it: before `m0006_document_body` rows hold their texts. */
const MAX_COUNTED = 1_000;
const MAX_CHARS_READ = 3_000_000;
/** Tried again in one transaction. */
const MAX_RETRIED = 40;

export const vEmbeddingProgress = v.object({
  /** Null: there is no key. */
  model: v.union(v.string(), v.null()),
  /** Documents without all vectors of this model, and with them: so many, or more. */
  waiting: v.number(),
  done: v.number(),
  hasMore: v.boolean(),
  /** Why one of them has none. */
  error: v.union(v.string(), v.null()),
});

/** How many documents lack vectors of the model of today. */
export async function countUnembedded(
  ctx: Pick<QueryCtx, "db">,
): Promise<Infer<typeof vEmbeddingProgress>> {
  const model = embeddingModel();
  const counted = { waiting: 0, done: 0, hasMore: false, error: null as string | null };
  if (model === null) return { model, ...counted };
  let [rows, chars] = [0, 0];
  // Those that wait first: they are told of however many are done.
  for (const range of rangesBeside(ctx, model)) {
    for await (const row of range) {
      if (rows === MAX_COUNTED || chars > MAX_CHARS_READ) {
        return { model, ...counted, hasMore: true };
      }
      rows += 1;
      if (row.kind !== "document") continue;
      chars += row.body?.length ?? 0;
      counted[row.embeddedBy === model ? "done" : "waiting"] += 1;
      if (row.embeddedBy !== model) counted.error ??= row.error?.message ?? null;
    }
  }
  return { model, ...counted };
}

/** Documents of other models, or without all vectors, and behind them those of this one. */
function rangesBeside(ctx: Pick<QueryCtx, "db">, model: string) {
  const all = () => ctx.db.query("knowledge");
  return [
    all().withIndex("by_embedded", (q) => q.gt("embeddedBy", undefined).lt("embeddedBy", model)),
    all().withIndex("by_embedded", (q) => q.gt("embeddedBy", model)),
    all().withIndex("by_embedded", (q) => q.eq("embeddedBy", model)),
  ];
}

/** Lets those that failed be tried now, not at their time. */
export async function retryUnembedded(ctx: MutationCtx): Promise<void> {
  const model = embeddingModel();
  const rows = model === null ? [] : await listUnembedded(ctx, model);
  for (const { _id, error } of rows) {
    if (error !== undefined) await ctx.db.patch("knowledge", _id, { embedAt: undefined });
  }
}

async function listUnembedded(ctx: Pick<QueryCtx, "db">, model: string): Promise<DocumentRow[]> {
  const [below, above] = rangesBeside(ctx, model);
  const first = await below!.take(MAX_RETRIED);
  const rows = [...first, ...(await above!.take(MAX_RETRIED - first.length))];
  return rows.filter((row) => row.kind === "document");
}

/** Begins making the vectors that the answering version of some document lacks. Null: none lacks any, for now. */
export async function claimUnembedded(ctx: MutationCtx): Promise<VersionRef | null> {
  const model = embeddingModel();
  const document = model === null ? null : await findUnembedded(ctx, model);
  if (document === null) return null;
  const ref = { documentId: document._id, version: document.version };
  await awaitVectors(ctx, ref, document);
  await ctx.db.patch("knowledge", document._id, { embedAt: Date.now() + CLAIMED_FOR });
  return ref;
}

/**
 * Customers' pictures for a model, as data URLs. Only what a page of ours has drawn anew: small, upright and without
 * metadata (`web/src/conversation/photo.ts`); here nothing can shrink a picture. Of every other file the model is told
 * its name, its kind and its size.
 */
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { isBarePicture } from "../../lib/pictureFile";
import { loadInputKinds } from "../../providers/openrouter";
import type { ContextMessage } from "./context";
import { MAX_PICTURE_BYTES, pictureIdsOf } from "./pickPictures";

export type Pictures = {
  /** Data URLs, by what is stored. */
  shown: ReadonlyMap<Id<"_storage">, string>;
  /** Models that take pictures. */
  seers: ReadonlySet<string>;
};

/** What is there to be shown, and to which of the models. Asks OpenRouter only if there is something. */
export async function loadPictures(
  ctx: Pick<ActionCtx, "storage">,
  context: readonly ContextMessage[],
  models: readonly string[],
): Promise<Pictures> {
  const ids = pictureIdsOf(context);
  const shown = new Map<Id<"_storage">, string>();
  if (ids.length === 0) return { shown, seers: new Set() };
  const takes = await Promise.all(
    models.map(async (model) => (await loadInputKinds(model)).includes("image")),
  );
  const seers = new Set(models.filter((_, i) => takes[i]));
  if (seers.size === 0) return { shown, seers };
  for (const id of ids) {
    const blob = await ctx.storage.get(id);
    if (blob === null || blob.size > MAX_PICTURE_BYTES) continue;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (isBarePicture(bytes)) shown.set(id, `data:${blob.type};base64,${toBase64(bytes)}`);
  }
  return { shown, seers };
}

/** A multiple of three, so that the pieces join; few enough arguments for one call. */
const PIECE = 24_576;

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  }
  return pieces.join("");
}

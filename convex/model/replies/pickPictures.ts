/** Which of a customer's pictures a model may be given. Pure: the mutation that admits a reply decides it. */
import type { Id } from "../../_generated/dataModel";
import type { ContextMessage } from "./context";

/** Newest first, of those in the context: an answer is about what was sent last. */
export const MAX_PICTURES = 3;
/** Of one: a page makes them smaller. Three fit an action's memory several times over. */
export const MAX_PICTURE_BYTES = 1024 * 1024;
/** Kinds that a page draws anew. */
const DRAWN = /^image\/(?:jpeg|png)$/;

/** The same context with pictures for a model in at most `count` files of customers, the newest; without in the others. */
export function pickPictures(context: readonly ContextMessage[], count: number): ContextMessage[] {
  let left = count;
  return context
    .toReversed()
    .map(({ files, ...message }) => {
      if (files === undefined) return message;
      const picked = files.toReversed().map(({ storageId, ...file }) => {
        const fits = DRAWN.test(file.contentType) && file.size <= MAX_PICTURE_BYTES;
        if (storageId === undefined || message.role !== "customer" || !fits || left === 0)
          return file;
        left -= 1;
        return { ...file, storageId };
      });
      return { ...message, files: picked.reverse() };
    })
    .reverse();
}

export const pictureIdsOf = (context: readonly ContextMessage[]): Id<"_storage">[] =>
  context.flatMap(({ files = [] }) => files.flatMap(({ storageId }) => storageId ?? []));

export const countPictures = (context: readonly ContextMessage[]): number =>
  pictureIdsOf(context).length;

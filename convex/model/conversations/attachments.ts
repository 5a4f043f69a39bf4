/**
 * Files of messages. Storage knows nobody's name, so a file gets its owner when it is attached: a `file` row
 * in `workflows` ties it to one conversation, in the message's transaction. A file that is taken answers
 * exactly like one that doesn't exist: whoever learns a storage id can't read the file by sending it again.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { recordEvent } from "../analytics/events";

const MAX_ATTACHMENTS = 5;
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;
const ATTACHMENT_TYPES = /^(image\/(png|jpeg|webp|gif|heic)|application\/pdf|text\/plain)$/;

export type NewFile = { storageId: Id<"_storage">; name: string };
type Attachment = NonNullable<Doc<"messages">["attachments"]>[number];

/**
 * Checks the files of the conversation's customer and gives them to it; each is an event. Errors: `not_found`,
 * `invalid_input`, `too_large`.
 */
export async function attachFiles(
  ctx: MutationCtx,
  conversation: Pick<Doc<"conversations">, "_id" | "userId">,
  files: NewFile[] | undefined,
): Promise<Attachment[] | undefined> {
  if (files === undefined || files.length === 0) return undefined;
  if (files.length > MAX_ATTACHMENTS) {
    throw appError("too_large", `At most ${MAX_ATTACHMENTS} files fit in one message.`);
  }
  const attachments: Attachment[] = [];
  // One after another: the same file twice in one message is one that is taken.
  for (const file of files) attachments.push(await take(ctx, conversation, file));
  return attachments;
}

async function take(
  ctx: MutationCtx,
  { _id: conversationId, userId: actorId }: Pick<Doc<"conversations">, "_id" | "userId">,
  { storageId, name }: NewFile,
): Promise<Attachment> {
  const file = await ctx.db.system.get("_storage", storageId);
  if (file === null || (await findFileRow(ctx, storageId)) !== null) {
    throw appError("not_found", "That upload does not exist. Upload the file again.");
  }
  const contentType = file.contentType ?? "application/octet-stream";
  if (!ATTACHMENT_TYPES.test(contentType)) {
    throw appError("invalid_input", "Only images, PDF and plain text can be attached.");
  }
  if (file.size > MAX_ATTACHMENT_BYTES) {
    throw appError("too_large", "A file may have at most 10 MiB.");
  }
  await ctx.db.insert("workflows", {
    kind: "file",
    state: "done",
    step: "attached",
    attempt: 1,
    conversationId,
    fileId: storageId,
  });
  await recordEvent(ctx, "file_uploaded", { conversationId, actorId }, { reason: contentType });
  return { storageId, name: cleanText("The file name", name, 200), contentType, size: file.size };
}

/** What uses a stored file, or null for an upload that nothing names. */
export function findFileRow(
  ctx: Pick<QueryCtx, "db">,
  fileId: Id<"_storage">,
): Promise<Doc<"workflows"> | null> {
  return ctx.db
    .query("workflows")
    .withIndex("by_file", (q) => q.eq("fileId", fileId))
    .unique();
}

/** Deletes a stored file; one that is gone already is fine. True if it was there. */
export async function deleteFile(ctx: MutationCtx, fileId: Id<"_storage">): Promise<boolean> {
  if ((await ctx.db.system.get("_storage", fileId)) === null) return false;
  await ctx.storage.delete(fileId);
  return true;
}

/**
 * Files of messages. Storage knows nobody's name, so every stored file has a `file` row in `workflows`: from the
 * moment that somebody may upload it, theirs (`running`), and with the message that sends it, its conversation's
 * (`done`). A file that is not the sender's own unsent upload answers exactly like one that doesn't exist.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { jwtSecrets, siteUrl } from "../../env";
import { appError } from "../../lib/errors";
import { FILE_TYPES } from "../../lib/fileType";
import { constantTimeEqual, keyedHash } from "../../lib/keys";
import { cleanText } from "../../lib/text";
import { HOUR } from "../../lib/time";
import { isStaff, loadCallerUser, requireConversation, type Caller } from "../access/access";
import { recordEvent } from "../analytics/events";
import { findFileRow } from "../knowledge/storedFiles";

const MAX_ATTACHMENTS = 5;
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;
/** Far more than a repair is ever about. */
export const MAX_CONVERSATION_FILES = 100;
/** Uploads of one person that no message has sent, those on their way among them: two messages' worth. */
export const MAX_UNSENT = 2 * MAX_ATTACHMENTS;
/** An upload that no message names by then is deleted. */
export const UNSENT_RETENTION = HOUR;

export type NewFile = { storageId: Id<"_storage">; name: string };
type Attachment = NonNullable<Doc<"messages">["attachments"]>[number];
type Sender = { uploadedBy?: Id<"users"> | undefined; actorId?: Id<"users"> };
type Owned = Pick<Doc<"conversations">, "_id" | "userId">;

/** Where the file is served to whoever may read it, by their access token: `model/…/attachments.findReadableFile`. */
export const fileUrlOf = (fileId: Id<"_storage">) => `${siteUrl()}/files?id=${fileId}`;

/** Before a byte is read: a row for the file that is to come. Errors: `rate_limited`. */
export async function admitUpload(ctx: MutationCtx, userId: Id<"users">): Promise<Id<"workflows">> {
  const now = Date.now();
  const unsent = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) =>
      q
        .eq("userId", userId)
        .eq("kind", "file")
        .eq("partOf", undefined)
        .gt("_creationTime", now - UNSENT_RETENTION),
    )
    .take(MAX_UNSENT);
  if (unsent.length === MAX_UNSENT) {
    throw appError(
      "rate_limited",
      `You have ${MAX_UNSENT} files here that no message has sent. Send some first.`,
      { retryAfterMs: Math.ceil(unsent[0]!._creationTime + UNSENT_RETENTION - now) },
    );
  }
  const row = { kind: "file", state: "running", step: "uploading", attempt: 1, userId } as const;
  return await ctx.db.insert("workflows", row);
}

/** Lets one file in for whoever may deploy, by a ticket that a command made. It ends as any upload that nothing takes. */
export const admitTicket = (ctx: MutationCtx, secret: string): Promise<Id<"workflows">> =>
  ctx.db.insert("workflows", {
    kind: "file",
    state: "running",
    step: "waiting for its file",
    attempt: 1,
    about: hashTicket(secret),
  });

const hashTicket = (secret: string) => keyedHash(jwtSecrets()[0], "upload ticket", secret);

/** Its upload begins; it begins once. Errors: `unauthenticated`. */
export async function redeemTicket(ctx: MutationCtx, ticket: string): Promise<Id<"workflows">> {
  const [id = "", secret = ""] = ticket.split(".");
  const uploadId = ctx.db.normalizeId("workflows", id);
  const row = uploadId && (await ctx.db.get("workflows", uploadId));
  const known = row?.kind === "file" && row.state === "running" ? row.about : undefined;
  if (!uploadId || known === undefined || !constantTimeEqual(known, hashTicket(secret))) {
    throw appError("unauthenticated", "This ticket is not valid any more. Run the command again.");
  }
  await ctx.db.patch("workflows", uploadId, { step: "uploading", about: undefined });
  return uploadId;
}

/** The file has come. Errors: `not_found` when its row went meanwhile, with its person for example. */
export async function keepUpload(
  ctx: MutationCtx,
  uploadId: Id<"workflows">,
  fileId: Id<"_storage">,
): Promise<void> {
  if ((await ctx.db.get("workflows", uploadId)) === null) throw noUpload();
  await ctx.db.patch("workflows", uploadId, { step: "uploaded", fileId });
}

/** The file has not come, or is none that may be kept. */
export async function dropUpload(ctx: MutationCtx, uploadId: Id<"workflows">): Promise<void> {
  if ((await ctx.db.get("workflows", uploadId)) === null) return;
  await ctx.db.delete("workflows", uploadId);
}

/** A file as a request names it. Errors: `not_found`. */
export function requireUpload(
  ctx: Pick<QueryCtx, "db">,
  { storageId, name }: { storageId: string; name: string },
): NewFile {
  const id = ctx.db.system.normalizeId("_storage", storageId);
  if (id === null) throw noUpload();
  return { storageId: id, name };
}

/**
 * Gives uploads to a conversation; each is an event. `uploadedBy`: whose they are, its customer's unless told; who has it
 * by the link of an e-mail is not its customer. `actorId`: who sends them. Errors: `not_found` for what is not an unsent
 * upload of theirs, `too_large`, `invalid_input`.
 */
export async function attachUploads(
  ctx: MutationCtx,
  conversation: Owned,
  files: NewFile[] | undefined,
  { uploadedBy = conversation.userId, actorId = conversation.userId }: Sender = {},
): Promise<Attachment[] | undefined> {
  if (files === undefined || files.length === 0) return undefined;
  if (files.length > MAX_ATTACHMENTS) {
    throw appError("too_large", `At most ${MAX_ATTACHMENTS} files fit in one message.`);
  }
  await requireRoom(ctx, conversation, files.length);
  const attachments: Attachment[] = [];
  // One after another: the same file twice in one message is one that is taken.
  for (const file of files) {
    const row = await findFileRow(ctx, file.storageId);
    if (row?.state !== "running" || row.userId !== uploadedBy) throw noUpload();
    const attachment = await describe(ctx, file);
    await ctx.db.patch("workflows", row._id, {
      ...attachedTo(conversation, attachment),
      fromShop: actorId === conversation.userId ? undefined : true,
      userId: undefined,
    });
    await recordUpload(ctx, conversation, attachment, actorId);
    attachments.push(attachment);
  }
  return attachments;
}

/** The same for a file that we have fetched ourselves. */
export async function attachFetched(
  ctx: MutationCtx,
  conversation: Owned,
  file: NewFile,
): Promise<Attachment> {
  await requireRoom(ctx, conversation, 1);
  const attachment = await describe(ctx, file);
  await ctx.db.insert("workflows", {
    kind: "file",
    attempt: 1,
    fileId: file.storageId,
    ...attachedTo(conversation, attachment),
  });
  await recordUpload(ctx, conversation, attachment, conversation.userId);
  return attachment;
}

const attachedTo = ({ _id: conversationId }: Owned, { name: fileName }: Attachment) =>
  ({ state: "done", step: "attached", conversationId, fileName }) as const;

async function requireRoom(ctx: MutationCtx, { _id }: Owned, more: number): Promise<void> {
  const files = await ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) => q.eq("conversationId", _id).eq("kind", "file"))
    .take(MAX_CONVERSATION_FILES);
  if (files.length + more > MAX_CONVERSATION_FILES) {
    throw appError("too_large", `A conversation has at most ${MAX_CONVERSATION_FILES} files.`);
  }
}

/**
 * Its type is what its bytes say: nothing else is stored (`lib/fileType.ts`). Documents may be more than a message may
 * carry, a page for example.
 */
async function describe(ctx: MutationCtx, { storageId, name }: NewFile): Promise<Attachment> {
  const file = await ctx.db.system.get("_storage", storageId);
  if (file?.contentType === undefined) throw noUpload();
  const { contentType, size } = file;
  if (!(FILE_TYPES as readonly string[]).includes(contentType)) throw noUpload();
  return { storageId, name: cleanText("The file name", name, 200), contentType, size };
}

const recordUpload = (
  ctx: MutationCtx,
  { _id: conversationId }: Owned,
  { contentType }: Attachment,
  actorId: Id<"users">,
) => recordEvent(ctx, "file_uploaded", { conversationId, actorId }, { reason: contentType });

export const noUpload = () =>
  appError("not_found", "That upload does not exist any more. Upload the file again.");

/**
 * A file that the caller may read: of a conversation that they may read, of their own export, or, for staff, what a
 * document was read from. Errors: `not_found` for every other, unsent uploads too.
 */
export async function findReadableFile(
  ctx: QueryCtx & { caller: Caller },
  id: string,
): Promise<Id<"_storage">> {
  const none = () => appError("not_found", "There is no such file.");
  const fileId = ctx.db.system.normalizeId("_storage", id);
  const row = fileId && (await findFileRow(ctx, fileId));
  if (!fileId || row?.state !== "done") throw none();
  if (row.partOf !== undefined) {
    const job = await ctx.db.get("workflows", row.partOf);
    if (job?.userId !== ctx.caller.userId) throw none();
    return fileId;
  }
  if (row.documentId !== undefined) {
    if (!isStaff(await loadCallerUser(ctx))) throw none();
    return fileId;
  }
  if (row.conversationId === undefined) throw none();
  await requireConversation(ctx, row.conversationId).catch(() => {
    throw none();
  });
  return fileId;
}

/**
 * `/files`: the one door for uploads, and where files are read. Both ask for the access token in the `Authorization`
 * header, so no address is worth anything to whoever else sees it, in a history, a log or a forwarded message; a
 * signed address would be, for as long as it lives, and one that a live query hands out can't be renewed by the clock.
 * A page fetches a picture and shows it from memory.
 *
 * Who calls is asked in the mutation or query, never here: `ctx.auth` of an HTTP action throws for a token that is
 * not ours, instead of answering null.
 */
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { readBody } from "../lib/body";
import { appError } from "../lib/errors";
import { READABLE_TYPES, sniffDocumentType, sniffFileType } from "../lib/fileType";
import { MAX_ATTACHMENT_BYTES } from "../model/conversations/attachments";
import { jsonResponse, type Route } from "./router";

export const FILE_ROUTES: Route[] = [
  { path: "/files", method: "POST", readers: "named", readsBody: true, handler: takeUpload },
  { path: "/files", method: "GET", readers: "named", handler: serveFile },
];

/**
 * The body is the file; its type is what its bytes say. Answers the `storageId` for `messages.sendMessage`, or, with
 * `?for=document`, for `sources.addFile`: an admin's, or that of whoever shows the CLI's ticket.
 */
async function takeUpload(ctx: ActionCtx, request: Request): Promise<Response> {
  const forDocument = new URL(request.url).searchParams.get("for") === "document";
  const ticket = forDocument ? request.headers.get("x-upload-ticket") : null;
  const uploadId =
    ticket === null
      ? await ctx.runMutation(internal.files.admitUpload, { forDocument })
      : await ctx.runMutation(internal.files.redeemTicket, { ticket });
  let fileId: Id<"_storage"> | undefined;
  try {
    const file = requireAllowed(await readBody(request, MAX_ATTACHMENT_BYTES), forDocument);
    fileId = await ctx.storage.store(file);
    const byTicket = ticket !== null;
    await ctx.runMutation(internal.files.keepUpload, { uploadId, fileId, byTicket });
    return jsonResponse({ storageId: fileId, contentType: file.type, size: file.size });
  } catch (error) {
    if (fileId !== undefined) await ctx.storage.delete(fileId);
    await ctx.runMutation(internal.files.dropUpload, { uploadId });
    throw error;
  }
}

function requireAllowed(chunks: Uint8Array<ArrayBuffer>[], forDocument: boolean): Blob {
  const type = forDocument ? sniffDocumentType(chunks) : sniffFileType(chunks);
  if (type !== null) return new Blob(chunks, { type });
  throw appError(
    "invalid_input",
    forDocument
      ? `Only ${READABLE_TYPES} can be read.`
      : "Only images (PNG, JPEG, WebP, GIF, HEIC), PDF and plain text can be attached.",
  );
}

/** Whole: files have 10 MiB at most, and an answer may have 20. Kept by nobody on the way, nor opened as a page. */
async function serveFile(ctx: ActionCtx, request: Request): Promise<Response> {
  const id = new URL(request.url).searchParams.get("id") ?? "";
  const fileId = await ctx.runQuery(internal.files.findReadable, { id });
  const file = await ctx.storage.get(fileId);
  if (file === null) throw appError("not_found", "There is no such file.");
  return new Response(file, {
    headers: {
      "content-type": file.type,
      "content-length": String(file.size),
      "content-disposition": "attachment",
    },
  });
}

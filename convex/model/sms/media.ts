/** Pictures of a text, and files of a mail: fetched from the provider by an action, then given to the message. */
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx, MutationCtx } from "../../_generated/server";
import { twilioEnv } from "../../env";
import { ProviderError, isRetryableStatus, withDeadline } from "../../providers/errors";
import { makeFetch } from "../../providers/fetch";
import { attachFetched, MAX_ATTACHMENT_BYTES } from "../conversations/attachments";
import { wordsToFind } from "../conversations/wordsToFind";
import { isAppError } from "../../lib/errors";
import { sniffFileType } from "../../lib/fileType";
import type { vMedia } from "./inbound";
import { SECOND } from "../../lib/time";

type Media = Infer<typeof vMedia>;
const FETCH_TIMEOUT = 20 * SECOND;
/** A file that is stored later all the same has no message: the cron that looks for such takes it away. */
const STORE_TIMEOUT = 20 * SECOND;

/**
 * Fetches one picture and gives it to its message. False: it is refused, or gone, for good. Throws when
 * another try may do.
 */
export async function fetchPicture(
  ctx: ActionCtx,
  messageId: Id<"messages">,
  media: Media,
  index: number,
): Promise<boolean> {
  return await keepFile(ctx, await download(media), {
    messageId,
    index,
    name: `Picture ${index + 1}`,
  });
}

/** Stores what was fetched and gives it to its message. False: it is refused, or gone, for good. */
export async function keepFile(
  ctx: ActionCtx,
  blob: Blob | null,
  file: { messageId: Id<"messages">; index: number; name: string },
): Promise<boolean> {
  if (blob === null) return false;
  const storageId = await withDeadline(STORE_TIMEOUT, "Storage", () => ctx.storage.store(blob));
  const kept = await ctx.runMutation(internal.sms.attachMedia, { ...file, storageId });
  if (!kept) await ctx.storage.delete(storageId);
  return kept;
}

/** Null for what a message can't have: too large, of another type, gone, or not on the provider's own servers. */
async function download({ url }: Media): Promise<Blob | null> {
  const { accountSid, authToken, baseUrl } = twilioEnv();
  // Signed as the callback was, its addresses are the provider's; our token goes nowhere else all the same.
  if (!URL.canParse(url) || new URL(url).origin !== new URL(baseUrl).origin) return null;
  return await fetchFile(url, { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` });
}

/** A file from where the provider has it; null for one that a message can't have. Throws when another try may do. */
export async function fetchFile(
  url: string,
  headers: Record<string, string> = {},
): Promise<Blob | null> {
  const response = await makeFetch({ withinMs: FETCH_TIMEOUT })(url, { headers });
  if (!response.ok) {
    await response.body?.cancel();
    if (!isRetryableStatus(response.status) && response.status !== 404) return null;
    // A picture is there a moment after its text.
    throw new ProviderError(`A file answered ${response.status}.`, true);
  }
  const bytes = await upTo(MAX_ATTACHMENT_BYTES, response);
  if (bytes === null) return null;
  // As for uploads: what a file is, its bytes say.
  const type = sniffFileType(bytes);
  return type === null ? null : new Blob(bytes, { type });
}

/** A body, or null once there is more of it: how much comes is known when it has come, whatever a header says. */
async function upTo(max: number, response: Response): Promise<Uint8Array<ArrayBuffer>[] | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let size = Number(response.headers.get("content-length") ?? 0) > max ? Infinity : 0;
  while (reader !== undefined && size <= max) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    chunks.push(value);
    size += value.byteLength;
  }
  await reader?.cancel();
  return reader === undefined ? [] : null;
}

/** Gives a stored picture to its message. False: refused, or the message is gone. */
export async function storePicture(
  ctx: MutationCtx,
  { messageId, storageId, index, name = `Picture ${index + 1}` }: MediaFile,
): Promise<boolean> {
  const message = await ctx.db.get("messages", messageId);
  const conversation = message && (await ctx.db.get("conversations", message.conversationId));
  if (!message || !conversation) return false;
  const attachments = message.attachments ?? [];
  // A step that is repeated after it committed brings the picture a second time.
  if (attachments.some((one) => one.name === name)) return false;
  try {
    const file = await attachFetched(ctx, conversation, { storageId, name });
    const known = { ...message, attachments: [...attachments, file] };
    const searchText = wordsToFind(known);
    await ctx.db.patch("messages", messageId, { attachments: known.attachments, searchText });
    return true;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

type MediaFile = {
  messageId: Id<"messages">;
  storageId: Id<"_storage">;
  index: number;
  /** Absent: it is a picture of a text. */
  name?: string;
};

/** No more pictures come. What could not be had is said to staff, who can ask for it again. */
export async function finishPictures(ctx: MutationCtx, messageId: Id<"messages">): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  if (message?.pendingMedia === undefined) return;
  const missing = message.pendingMedia - (message.attachments?.length ?? 0);
  await ctx.db.patch("messages", messageId, { pendingMedia: undefined });
  if (missing > 0) await tellStaff(ctx, message, missing);
}

async function tellStaff(
  ctx: MutationCtx,
  { conversationId, turn, episode, providerId }: Doc<"messages">,
  missing: number,
): Promise<void> {
  const of = providerId === undefined ? "text" : "e-mail";
  const files = missing === 1 ? `A file of the ${of}` : `${missing} files of the ${of}`;
  await ctx.db.insert("messages", {
    conversationId,
    author: { kind: "system" },
    visibility: "staff",
    status: "complete",
    text: `${files} could not be kept: images, PDF and plain text of up to 10 MiB can.`,
    settledAt: Date.now(),
    turn,
    episode,
  });
}

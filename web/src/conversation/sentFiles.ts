/**
 * The files of a message on its way. With the words the browser keeps the files themselves: what was chosen without a
 * connection is uploaded when the message goes, and what waited longer than the shop keeps an upload is uploaded again.
 */
import type { FileId } from "./files";

export type SentFile = {
  name: string;
  /** Absent: it has not arrived yet. */
  storageId?: FileId;
  /** Milliseconds since the Unix epoch. */
  uploadedAt?: number;
  /** Absent: it was kept by an older version of the page. */
  file?: Blob;
};

/** A file as `sendMessage` takes it. */
export type Attachment = { storageId: FileId; name: string };

/** The shop deletes what no message has named within the hour. */
const KEPT_MS = 50 * 60 * 1000;

type Acts = {
  upload: (file: Blob) => Promise<FileId>;
  /** Keeps what has arrived, so that no other try uploads it. */
  keep: (files: readonly SentFile[]) => Promise<void>;
  now?: () => number;
};

/** Uploads what has not arrived. Rejects as an upload does. */
export async function uploadRest(
  files: readonly SentFile[],
  { upload, keep, now = Date.now }: Acts,
): Promise<Attachment[]> {
  let all = files;
  for (const each of files) {
    const { file, uploadedAt = 0 } = each;
    if (file === undefined || (each.storageId !== undefined && uploadedAt > now() - KEPT_MS))
      continue;
    const arrived = { ...each, storageId: await upload(file), uploadedAt: now() };
    all = all.map((one) => (one === each ? arrived : one));
    await keep(all);
  }
  return all.map(({ storageId, name }) => ({ storageId: storageId!, name }));
}

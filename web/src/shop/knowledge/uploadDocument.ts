/** A file that a document is to be read from, on its way to the deployment. */
import type { AuthCore } from "../../auth";
import { uploadFile, type FileId } from "../../conversation/files";

/** What the backend can read, for a file input's `accept`. It looks at the content itself. */
export const READABLE = ".pdf,.docx,.html,.htm,.md,.markdown,.txt";

export const uploadDocument = (
  auth: Pick<AuthCore, "fetchAccessToken">,
  file: File,
  onProgress: (share: number) => void,
): Promise<FileId> =>
  uploadFile(auth, file, { onProgress, signal: new AbortController().signal, forDocument: true });

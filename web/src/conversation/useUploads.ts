/** The uploads of one composer, for the life of the component; what is on its way when that ends is given up. */
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { isUnreachable, useSession, type AuthCore } from "../auth";
import { uploadFile } from "./files";
import type { Delivery } from "./outbox";
import { uploadRest, type Attachment, type SentFile } from "./sentFiles";
import { Uploads } from "./uploads";

const loadPhoto = () => import("./photo");

const preparePhoto = async (file: File): Promise<File> =>
  await (await loadPhoto()).preparePhoto(file);

export function useUploads() {
  const { auth } = useSession();
  const [uploads] = useState(
    () =>
      new Uploads({
        prepare: preparePhoto,
        upload: async (file, options) => {
          await auth.ensureSession();
          return await uploadFile(auth, file, options);
        },
        isTransient: isUnreachable,
      }),
  );
  useEffect(() => () => uploads.clear(), [uploads]);
  useEffect(() => {
    const retry = () => uploads.retryWaiting();
    window.addEventListener("online", retry);
    // It is needed without a connection too. One that fails is asked for again where it is needed.
    loadPhoto().catch(() => undefined);
    return () => window.removeEventListener("online", retry);
  }, [uploads]);
  const files = useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, uploads.getSnapshot);
  return useMemo(() => ({ uploads, files }), [uploads, files]);
}

/** Has the files of a message arrive, those that have not. */
export const arriveFiles = (
  auth: AuthCore,
  files: readonly SentFile[],
  { keepFiles }: Pick<Delivery, "keepFiles">,
): Promise<Attachment[]> =>
  uploadRest(files, {
    keep: keepFiles,
    upload: (file) =>
      uploadFile(auth, file, { onProgress: () => undefined, signal: new AbortController().signal }),
  });

/** The uploads of one composer, for the life of the component; what is on its way when that ends is given up. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { useSession } from "../auth";
import { uploadFile } from "./files";
import { Uploads } from "./uploads";

export function useUploads() {
  const { auth } = useSession();
  const [uploads] = useState(
    () =>
      new Uploads(async (file, options) => {
        await auth.ensureSession();
        return await uploadFile(auth, file, options);
      }),
  );
  useEffect(() => () => uploads.clear(), [uploads]);
  const files = useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, uploads.getSnapshot);
  return { uploads, files };
}

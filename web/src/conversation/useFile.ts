/** Files of a conversation in the page: a picture's address for `<img>`, and saving a file. */
import { useCallback, useEffect, useState } from "react";
import { useSession } from "../auth";
import { fetchFile } from "./files";

export type LoadedFile = {
  /** An address that works in this page as long as the component is there. Null while it loads, and after an error. */
  src: string | null;
  error: unknown;
};

const LOADING: LoadedFile = { src: null, error: null };

/** Fetches the file at an attachment's `url`; null fetches nothing. */
export function useFile(url: string | null): LoadedFile {
  const { auth } = useSession();
  const [loaded, setLoaded] = useState<LoadedFile & { url: string | null }>({ ...LOADING, url });
  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    let src: string | null = null;
    fetchFile(auth, url, abort.signal).then(
      (file) => {
        if (abort.signal.aborted) return;
        src = URL.createObjectURL(file);
        setLoaded({ src, error: null, url });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setLoaded({ src: null, error, url });
      },
    );
    return () => {
      abort.abort();
      if (src !== null) URL.revokeObjectURL(src);
    };
  }, [auth, url]);
  return loaded.url === url ? loaded : LOADING;
}

/** How long a browser may take to begin saving. */
const SAVING_MS = 60_000;

/** A function that fetches a file and has the browser save it under a name. Rejects with the backend's refusal. */
export function useSaveFile(): (url: string, name: string) => Promise<void> {
  const { auth } = useSession();
  return useCallback(
    async (url, name) => {
      const src = URL.createObjectURL(await fetchFile(auth, url));
      const link = document.createElement("a");
      link.href = src;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(src), SAVING_MS);
    },
    [auth],
  );
}

/** Files of a conversation in the page: a picture's address for `<img>`, and saving a file. */
import { useCallback, useEffect, useState } from "react";
import { useSession, type AuthCore } from "../auth";
import { fetchFile } from "./files";

export type LoadedFile = {
  /** An address that works in this page as long as the component is there. Null while it loads, and after an error. */
  src: string | null;
  error: unknown;
};

const LOADING: LoadedFile = { src: null, error: null };

/** Files that something on the page shows: fetched once, however often they are shown. */
type Held = { src: Promise<string>; shown: number; abort: AbortController };
const holders = new WeakMap<AuthCore, Map<string, Held>>();

/** Returns its address, and what to call when it is shown no more. */
function holdFile(auth: AuthCore, url: string): { src: Promise<string>; release: () => void } {
  const files = holders.get(auth) ?? new Map<string, Held>();
  holders.set(auth, files);
  const begin = (): Held => {
    const abort = new AbortController();
    const src = fetchFile(auth, url, abort.signal)
      .then(drawable)
      .then((drawn) => URL.createObjectURL(drawn));
    const held = { src, shown: 0, abort };
    // Asked for again by whoever shows it next.
    src.catch(() => files.get(url) === held && files.delete(url));
    return held;
  };
  const held = files.get(url) ?? begin();
  files.set(url, held);
  held.shown += 1;
  const release = () => {
    held.shown -= 1;
    if (held.shown > 0) return;
    if (files.get(url) === held) files.delete(url);
    held.abort.abort();
    held.src.then(
      (src) => URL.revokeObjectURL(src),
      () => undefined,
    );
  };
  return { src: held.src, release };
}

/** HEIC as what every browser draws; as it is if it can't be decoded. */
async function drawable(file: Blob): Promise<Blob> {
  if (file.type !== "image/heic") return file;
  try {
    const { preparePhoto } = await import("./photo");
    return await preparePhoto(new File([file], "", { type: file.type }));
  } catch {
    return file;
  }
}

/** Fetches the file at an attachment's `url`; null fetches nothing. */
export function useFile(url: string | null): LoadedFile {
  const { auth } = useSession();
  const [loaded, setLoaded] = useState<LoadedFile & { url: string | null }>({ ...LOADING, url });
  useEffect(() => {
    if (url === null) return;
    let gone = false;
    const { src, release } = holdFile(auth, url);
    src.then(
      (found) => gone || setLoaded({ src: found, error: null, url }),
      (error: unknown) => gone || setLoaded({ src: null, error, url }),
    );
    return () => {
      gone = true;
      release();
    };
  }, [auth, url]);
  return loaded.url === url ? loaded : LOADING;
}

/** An address of what this page has, as long as the component is there. */
export function useBlobUrl(blob: Blob): string | null {
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    setSrc(url);
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return src;
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

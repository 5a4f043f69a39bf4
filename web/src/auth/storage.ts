/** One string in `localStorage`; in this tab's memory where storage is forbidden or full. */
import type { AuthStorage } from "./types";

export function browserStorage(key: string): AuthStorage {
  let memory: string | null = null;
  /** What is in the storage is not what was written last: the memory counts. */
  let unsaved = false;
  return {
    read: () => (unsaved ? memory : (attempt((storage) => storage.getItem(key))?.value ?? memory)),
    write: (value) => {
      memory = value;
      unsaved = attempt((storage) => storage.setItem(key, value)) === null;
      // Better signed out in the other tabs than with a refresh token that has been used.
      if (unsaved) attempt((storage) => storage.removeItem(key));
    },
    clear: () => {
      memory = null;
      unsaved = attempt((storage) => storage.removeItem(key)) === null;
    },
    onExternalChange: (callback) => {
      const onStorage = (event: StorageEvent) => {
        // A null key: another tab cleared everything.
        if (event.key !== key && event.key !== null) return;
        memory = null;
        unsaved = false;
        callback();
      };
      // On a server there is neither a window nor another tab.
      if (typeof window === "undefined") return () => undefined;
      window.addEventListener("storage", onStorage);
      return () => window.removeEventListener("storage", onStorage);
    },
  };
}

/** Null where storage is forbidden (private windows, embedded pages) or full. */
function attempt<T>(use: (storage: Storage) => T): { value: T } | null {
  try {
    return { value: use(window.localStorage) };
  } catch {
    return null;
  }
}

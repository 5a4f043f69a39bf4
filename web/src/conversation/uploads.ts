/**
 * The files beside a text that is being written: each uploads at once, shows how far it is, and can be given up or
 * tried again. What has arrived goes with the next message.
 */
import { ConvexError } from "convex/values";
import { MAX_FILE_BYTES, MAX_FILES, type FileId, type UploadOptions } from "./files";

export type Upload = {
  id: number;
  name: string;
  /** Bytes. */
  size: number;
  state: "uploading" | "ready" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** Why it failed, and when. */
  error?: unknown;
  failedAt?: number;
};

/** A file that has arrived, as `sendMessage` takes it. */
export type SentFile = { storageId: FileId; name: string };

type Entry = { upload: Upload; file: File; abort: AbortController; storageId?: FileId };

export class Uploads {
  readonly #upload: (file: File, options: UploadOptions) => Promise<FileId>;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Entry[] = [];
  #shown: readonly Upload[] = [];
  #nextId = 1;

  constructor(upload: (file: File, options: UploadOptions) => Promise<FileId>) {
    this.#upload = upload;
  }

  readonly getSnapshot = (): readonly Upload[] => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(files: Iterable<File>): void {
    for (const file of files) {
      const id = this.#nextId++;
      const { name, size } = file;
      const upload: Upload = { id, name, size, state: "uploading", progress: 0 };
      this.#set([...this.#entries, { upload, file, abort: new AbortController() }]);
      void this.#run(id);
    }
  }

  /** Tries one that failed again. */
  retry(id: number): void {
    const entry = this.#find(id);
    if (entry?.upload.state !== "failed") return;
    const { id: _, name, size } = entry.upload;
    this.#patch(id, {
      upload: { id, name, size, state: "uploading", progress: 0 },
      abort: new AbortController(),
    });
    void this.#run(id);
  }

  /** Takes one away; if it is on its way, it is given up. */
  remove(id: number): void {
    const entry = this.#find(id);
    if (entry === undefined) return;
    this.#set(this.#entries.filter((each) => each !== entry));
    entry.abort.abort();
  }

  /** All that have arrived, for a message that goes now. */
  take(): SentFile[] {
    const ready = this.#entries.filter(({ storageId }) => storageId !== undefined);
    this.#set(this.#entries.filter((each) => !ready.includes(each)));
    return ready.map(({ storageId, upload }) => ({ storageId: storageId!, name: upload.name }));
  }

  /** Nobody waits for them any more. */
  clear(): void {
    for (const { upload } of this.#entries) this.remove(upload.id);
  }

  async #run(id: number): Promise<void> {
    const entry = this.#find(id)!;
    try {
      this.#check(entry);
      const storageId = await this.#upload(entry.file, {
        signal: entry.abort.signal,
        onProgress: (progress) => this.#patch(id, { upload: { ...this.#shownAs(id), progress } }),
      });
      const upload: Upload = { ...entry.upload, state: "ready", progress: 1 };
      this.#patch(id, { storageId, upload });
    } catch (error) {
      // One that was taken away is not there to be marked.
      const upload: Upload = { ...entry.upload, state: "failed", error, failedAt: Date.now() };
      this.#patch(id, { upload });
    }
  }

  /** What the backend would refuse after it has come. */
  #check({ upload: { size, id } }: Entry): void {
    if (size > MAX_FILE_BYTES) {
      throw new ConvexError({ code: "too_large", message: "A file may have at most 10 MiB." });
    }
    const before = this.#entries.filter((each) => each.upload.id < id && !isRefused(each.upload));
    if (before.length >= MAX_FILES) {
      const message = `At most ${MAX_FILES} files fit in one message.`;
      throw new ConvexError({ code: "too_large", message });
    }
  }

  #find = (id: number) => this.#entries.find(({ upload }) => upload.id === id);
  #shownAs = (id: number) => this.#find(id)?.upload ?? ({ id } as Upload);

  #patch(id: number, patch: Partial<Entry>): void {
    this.#set(this.#entries.map((each) => (each.upload.id === id ? { ...each, ...patch } : each)));
  }

  #set(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#shown = entries.map(({ upload }) => upload);
    for (const listener of this.#listeners) listener();
  }
}

const isRefused = ({ state }: Upload) => state === "failed";

/**
 * The files beside a text that is being written: photos are made ready first, each file uploads at once, shows how far
 * it is, and can be given up or tried again. What has arrived goes with the next message, and so does what waits for a
 * connection.
 */
import { ConvexError } from "convex/values";
import { MAX_FILE_BYTES, MAX_FILES, type FileId, type UploadOptions } from "./files";
import type { SentFile } from "./sentFiles";

export type Upload = {
  id: number;
  name: string;
  /** Bytes, of a photo once it is ready. */
  size: number;
  /** Of a picture that browsers draw: an address of it, as long as it is listed. */
  preview?: string;
  /** `waiting`: the shop can't be reached; it may go with the message, which waits too. */
  state: "uploading" | "ready" | "waiting" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** Why it failed, and when. */
  error?: unknown;
  failedAt?: number;
};

type Entry = {
  upload: Upload;
  file: File;
  isPrepared: boolean;
  abort: AbortController;
  storageId?: FileId;
  uploadedAt?: number;
};

type Options = {
  upload: (file: File, options: UploadOptions) => Promise<FileId>;
  /** Makes a file ready, once; what it refuses is not sent. */
  prepare?: (file: File) => Promise<File>;
  /** True where trying again later is what there is to do. */
  isTransient?: (error: unknown) => boolean;
};

/** What every browser draws; a phone's HEIC and everything else is saved. */
export const isPicture = (type: string): boolean => /^image\/(png|jpeg|webp|gif)$/.test(type);

export class Uploads {
  readonly #options: Options;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Entry[] = [];
  #shown: readonly Upload[] = [];
  #nextId = 1;

  constructor(options: Options) {
    this.#options = options;
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
      const abort = new AbortController();
      this.#set([...this.#entries, { upload, file, isPrepared: false, abort }]);
      void this.#run(id);
    }
  }

  /** Tries one again that failed or waits. */
  retry(id: number): void {
    const entry = this.#find(id);
    if (entry?.upload.state !== "failed" && entry?.upload.state !== "waiting") return;
    const { error: _, failedAt: __, ...rest } = entry.upload;
    this.#patch(id, {
      upload: { ...rest, state: "uploading", progress: 0 },
      abort: new AbortController(),
    });
    void this.#run(id);
  }

  /** The connection is back. */
  retryWaiting(): void {
    for (const { id, state } of this.#shown) if (state === "waiting") this.retry(id);
  }

  /** Takes one away; if it is on its way, it is given up. */
  remove(id: number): void {
    const entry = this.#find(id);
    if (entry === undefined) return;
    this.#set(this.#entries.filter((each) => each !== entry));
    entry.abort.abort();
    this.#forget(entry);
  }

  /** All that have arrived or wait, for a message that goes now. */
  take(): SentFile[] {
    const taken = this.#entries.filter(({ upload }) => /^(?:ready|waiting)$/.test(upload.state));
    this.#set(this.#entries.filter((each) => !taken.includes(each)));
    taken.forEach((each) => this.#forget(each));
    return taken.map(({ file, upload: { name }, storageId, uploadedAt }) => ({
      name,
      file,
      ...(storageId !== undefined && uploadedAt !== undefined && { storageId, uploadedAt }),
    }));
  }

  /** Nobody waits for them any more. */
  clear(): void {
    for (const { upload } of this.#entries) this.remove(upload.id);
  }

  async #run(id: number): Promise<void> {
    const { signal } = this.#find(id)!.abort;
    try {
      this.#requireRoom(id);
      const file = await this.#prepare(id);
      if (file.size > MAX_FILE_BYTES) {
        throw new ConvexError({ code: "too_large", message: "A file may have at most 10 MiB." });
      }
      if (signal.aborted) return;
      const storageId = await this.#options.upload(file, {
        signal,
        onProgress: (progress) => this.#patch(id, { upload: { ...this.#shownAs(id), progress } }),
      });
      const upload: Upload = { ...this.#shownAs(id), state: "ready", progress: 1 };
      this.#patch(id, { storageId, uploadedAt: Date.now(), upload });
    } catch (error) {
      // One that was taken away is not there to be marked.
      const state = this.#options.isTransient?.(error) ? "waiting" : "failed";
      const upload: Upload = { ...this.#shownAs(id), state, error, failedAt: Date.now() };
      this.#patch(id, { upload });
    }
  }

  async #prepare(id: number): Promise<File> {
    const { file: chosen, isPrepared } = this.#find(id)!;
    if (isPrepared) return chosen;
    const file = (await this.#options.prepare?.(chosen)) ?? chosen;
    // Taken away meanwhile: nobody would give the address back.
    if (this.#find(id) === undefined) return file;
    const { name, size } = file;
    const preview = isPicture(file.type) ? { preview: URL.createObjectURL(file) } : {};
    this.#patch(id, {
      file,
      isPrepared: true,
      upload: { ...this.#shownAs(id), name, size, ...preview },
    });
    return file;
  }

  /** What the backend would refuse after it has come. */
  #requireRoom(id: number): void {
    const before = this.#entries.filter((each) => each.upload.id < id && !isRefused(each.upload));
    if (before.length >= MAX_FILES) {
      const message = `At most ${MAX_FILES} files fit in one message.`;
      throw new ConvexError({ code: "too_large", message });
    }
  }

  #find = (id: number) => this.#entries.find(({ upload }) => upload.id === id);
  #shownAs = (id: number) => this.#find(id)?.upload ?? ({ id } as Upload);

  #forget({ upload: { preview } }: Entry): void {
    if (preview !== undefined) URL.revokeObjectURL(preview);
  }

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

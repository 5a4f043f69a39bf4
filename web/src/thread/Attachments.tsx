/** The files of a message: pictures shown, everything else saved by a click. Each is fetched as its reader. */
import { Paperclip } from "lucide-react";
import { useState } from "react";
import type { PublicMessage } from "../api";
import { problemOf } from "../auth";
import type { OutboxItem } from "../conversation/outbox";
import { useFile, useSaveFile } from "../conversation/useFile";
import { Spinner } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { useTask } from "../ui/useTask";

type File = NonNullable<PublicMessage["attachments"]>[number];

/** What every browser draws; a phone's HEIC and everything else is saved. */
const PICTURE = /^image\/(png|jpeg|webp|gif)$/;

const CHIP =
  "inline-flex max-w-full items-center gap-1.5 rounded-2xl border border-line bg-surface px-3 py-1 text-xs text-soft";

export function Attachments({ files }: { files: PublicMessage["attachments"] }) {
  if (files === undefined) return null;
  return (
    <ul className="mt-1 flex flex-wrap gap-1.5">
      {files.map((file) => (
        <li key={file.url} className="max-w-full">
          {PICTURE.test(file.contentType) ? <Picture file={file} /> : <SavedFile file={file} />}
        </li>
      ))}
    </ul>
  );
}

/** Of a message that is on its way. */
export function SentFiles({ files }: { files: OutboxItem["files"] | undefined }) {
  if (files === undefined || files.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-wrap gap-1.5">
      {files.map(({ storageId, name }) => (
        <li key={storageId} className={CHIP}>
          <Paperclip size={12} aria-hidden className="shrink-0" />
          <span className="truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}

function Picture({ file }: { file: File }) {
  const { src, error } = useFile(file.url);
  const [open, setOpen] = useState(false);
  if (error !== null) return <SavedFile file={file} failure={problemOf(error).message} />;
  // Its room is there before it is, so the list doesn't move.
  if (src === null) {
    return (
      <span
        aria-busy="true"
        aria-label={file.name}
        role="img"
        className="grid h-40 w-24 place-items-center rounded-2xl border border-line bg-sunken"
      >
        <Spinner />
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="block overflow-hidden rounded-2xl border border-line bg-surface"
      >
        <img src={src} alt={file.name} className="h-40 max-w-full min-w-24 object-contain" />
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={file.name} testId="picture-dialog">
        <div className="flex flex-col items-start gap-3">
          <img src={src} alt={file.name} className="max-h-[70vh] w-full object-contain" />
          <SavedFile file={file} />
        </div>
      </Dialog>
    </>
  );
}

function SavedFile({ file, failure }: { file: File; failure?: string }) {
  const save = useTask(useSaveFile());
  const problem = save.problem?.message ?? failure;
  return (
    <>
      <button
        type="button"
        aria-busy={save.busy || undefined}
        onClick={() => void save.run(file.url, file.name)}
        className={`${CHIP} hover:text-ink`}
      >
        {save.busy ? <Spinner /> : <Paperclip size={12} aria-hidden className="shrink-0" />}
        <span className="truncate">{file.name}</span>
      </button>
      {problem !== undefined && (
        <p role="alert" className="mt-1 text-xs text-danger">
          {problem}
        </p>
      )}
    </>
  );
}

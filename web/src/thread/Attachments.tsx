/** The files of a message: pictures shown, everything else saved by a click. Each is fetched as its reader. */
import { Paperclip } from "lucide-react";
import { useContext, useState } from "react";
import type { PublicMessage } from "../api";
import { problemOf } from "../auth";
import type { OutboxItem } from "../conversation/outbox";
import { isPicture } from "../conversation/uploads";
import { useBlobUrl, useFile, useSaveFile } from "../conversation/useFile";
import { Spinner } from "../ui/controls";
import { useTask } from "../ui/useTask";
import { sizeWords } from "./fileWords";
import { mayBeShown, ViewerContext, type PictureFile as File } from "./pictures";

const CHIP =
  "inline-flex max-w-full items-center gap-1.5 rounded-2xl border border-line bg-surface px-3 py-1 text-xs text-soft";

export function Attachments({ files }: { files: PublicMessage["attachments"] }) {
  if (files === undefined) return null;
  return (
    <ul className="mt-1 flex flex-wrap gap-1.5">
      {files.map((file) => (
        <li key={file.url} className="max-w-full">
          {mayBeShown(file) ? <Picture file={file} /> : <SavedFile file={file} />}
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
      {files.map(({ name, file }, i) => (
        <li key={i} className="max-w-full">
          {file !== undefined && isPicture(file.type) ? (
            <SentPicture file={file} name={name} />
          ) : (
            <span className={CHIP}>
              <Paperclip size={12} aria-hidden className="shrink-0" />
              <span className="truncate">{name}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function SentPicture({ file, name }: { file: Blob; name: string }) {
  const src = useBlobUrl(file);
  return (
    <span className="block h-40 min-w-24 overflow-hidden rounded-2xl border border-line bg-surface">
      {src !== null && <img src={src} alt={name} className="h-40 max-w-full object-contain" />}
    </span>
  );
}

function Picture({ file }: { file: File }) {
  const { src, error } = useFile(file.url);
  const [broken, setBroken] = useState(false);
  const show = useContext(ViewerContext);
  if (error !== null) return <SavedFile file={file} failure={problemOf(error).message} />;
  if (broken) return <SavedFile file={file} note={cannotShow(file)} />;
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
    <button
      type="button"
      title={`Look at ${file.name}`}
      onClick={() => show(file.url)}
      className="block max-w-full overflow-hidden rounded-2xl border border-line bg-surface transition-colors hover:border-line-strong"
    >
      <img
        src={src}
        alt={file.name}
        onError={() => setBroken(true)}
        className="h-40 max-w-full min-w-24 object-contain"
      />
    </button>
  );
}

const cannotShow = ({ contentType }: File) =>
  contentType === "image/heic"
    ? "A photo as HEIC, which can't be shown here. Save it to look at it."
    : "This picture can't be shown. Save it to look at it.";

export function SavedFile({
  file,
  failure,
  note,
}: {
  file: File;
  failure?: string;
  /** Why it is no picture here. */
  note?: string;
}) {
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
        <span className="shrink-0 text-faint tabular-nums">{sizeWords(file.size)}</span>
      </button>
      {note !== undefined && <p className="mt-1 max-w-xs text-xs text-soft">{note}</p>}
      {problem !== undefined && (
        <p role="alert" className="mt-1 text-xs text-danger">
          {problem}
        </p>
      )}
    </>
  );
}

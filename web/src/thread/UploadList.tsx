/** The files of the message that is being written: how far each is, why one failed, and a way to take it back. */
import { CloudOff, FileText, RotateCcw, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { problemOf } from "../auth";
import { sizeWords } from "./fileWords";
import type { Upload } from "../conversation/uploads";

export type UploadActs = {
  files: readonly Upload[];
  onAdd: (files: Iterable<File>) => void;
  onRemove: (id: number) => void;
  onRetry: (id: number) => void;
};

export function UploadList({ files, onRemove, onRetry }: UploadActs) {
  if (files.length === 0) return null;
  return (
    <div className="mb-2 flex flex-col gap-1.5">
      <ul aria-label="Files to send" className="scroll-calm flex gap-2 sm:flex-wrap">
        {files.map((file) => (
          <li
            key={file.id}
            data-testid="upload"
            data-state={file.state}
            className={`flex max-w-[85%] shrink-0 items-center gap-2.5 rounded-2xl border py-1.5 pr-1.5 pl-1.5 text-[0.8125rem] ${file.state === "failed" ? "border-danger bg-danger-wash" : "border-line bg-surface"}`}
          >
            <Preview file={file} />
            <span className="flex min-w-0 flex-col gap-0.5">
              <span className="max-w-56 truncate font-medium text-ink">{file.name}</span>
              <Progress file={file} />
            </span>
            <span className="flex shrink-0">
              {(file.state === "failed" || file.state === "waiting") && (
                <Act label={`Try ${file.name} again`} onClick={() => onRetry(file.id)}>
                  <RotateCcw size={15} aria-hidden />
                </Act>
              )}
              <Act label={`Remove ${file.name}`} onClick={() => onRemove(file.id)}>
                <X size={16} aria-hidden />
              </Act>
            </span>
          </li>
        ))}
      </ul>
      {files.some(({ preview }) => preview !== undefined) && (
        <p className="px-1 text-xs text-soft">
          Pictures aren&rsquo;t searched for passwords or card numbers: cover what nobody needs to
          see.
        </p>
      )}
    </div>
  );
}

function Preview({ file: { preview, state } }: { file: Upload }) {
  if (preview !== undefined) {
    // Its name stands beside it.
    return <img src={preview} alt="" className="size-11 shrink-0 rounded-xl object-cover" />;
  }
  const Icon = state === "failed" ? TriangleAlert : FileText;
  return (
    <span
      className={`grid size-11 shrink-0 place-items-center rounded-xl ${state === "failed" ? "text-danger" : "bg-sunken text-soft"}`}
    >
      <Icon size={18} aria-hidden />
    </span>
  );
}

function Progress({ file: { name, size, state, progress, error, failedAt } }: { file: Upload }) {
  if (state === "uploading") {
    return (
      <progress
        aria-label={`Uploading ${name}`}
        value={progress}
        className="h-1.5 w-28 accent-accent"
      />
    );
  }
  if (state === "failed") {
    return (
      <span role="alert" className="text-xs text-danger">
        {problemOf(error, failedAt).message}
      </span>
    );
  }
  if (state === "waiting") {
    return (
      <span role="status" className="flex items-center gap-1 text-xs text-soft">
        <CloudOff size={12} aria-hidden className="shrink-0" />
        Waits for the connection
      </span>
    );
  }
  return <span className="text-xs text-faint tabular-nums">{sizeWords(size)}</span>;
}

function Act({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-8 place-items-center rounded-full text-soft hover:bg-sunken hover:text-ink"
    >
      {children}
    </button>
  );
}

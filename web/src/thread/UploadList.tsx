/** The files of the message that is being written: how far each is, why one failed, and a way to take it back. */
import { Paperclip, RotateCcw, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { problemOf } from "../auth";
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
    <ul aria-label="Files to send" className="mb-2 flex flex-wrap gap-1.5">
      {files.map((file) => (
        <li
          key={file.id}
          data-testid="upload"
          data-state={file.state}
          className={`flex max-w-full items-center gap-1.5 rounded-2xl border px-3 py-1 text-xs ${file.state === "failed" ? "border-danger text-danger" : "border-line bg-surface text-soft"}`}
        >
          {file.state === "failed" ? (
            <TriangleAlert size={12} aria-hidden className="shrink-0" />
          ) : (
            <Paperclip size={12} aria-hidden className="shrink-0" />
          )}
          <span className="truncate">{file.name}</span>
          {file.state === "uploading" && (
            <progress
              aria-label={`Uploading ${file.name}`}
              value={file.progress}
              className="w-16"
            />
          )}
          {file.state === "failed" && (
            <>
              <span role="alert">{problemOf(file.error, file.failedAt).message}</span>
              <Act label={`Try ${file.name} again`} onClick={() => onRetry(file.id)}>
                <RotateCcw size={12} aria-hidden />
              </Act>
            </>
          )}
          <Act label={`Remove ${file.name}`} onClick={() => onRemove(file.id)}>
            <X size={12} aria-hidden />
          </Act>
        </li>
      ))}
    </ul>
  );
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
      className="rounded-full p-1 hover:bg-sunken hover:text-ink"
    >
      {children}
    </button>
  );
}

/** Asking for one's data, watching it being collected, and downloading it. */
import { Download } from "lucide-react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../api";
import { useSession } from "../auth";
import { useSaveFile } from "../conversation/useFile";
import { Button, Spinner } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

export function ExportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Download my data" testId="export-dialog">
      <ExportForm />
    </Dialog>
  );
}

function ExportForm() {
  const { sessionId } = useSession();
  const job = useQuery(api.users.getDataExport, sessionId === null ? "skip" : {});
  const begin = useMutation(api.users.exportMyData);
  const markRead = useMutation(api.users.markExportRead);
  const request = useTask(async () => await begin({}));
  const collecting = job?.state === "running";
  return (
    <div className="flex flex-col gap-4">
      <p className="text-[0.9375rem] leading-relaxed text-soft">
        Everything we know about you as a file: your conversations, feedback, contact details and
        sign-ins. It is in JSON, a format that other programs can read.
      </p>
      {collecting && (
        <p role="status" className="flex items-center gap-3 rounded-xl bg-sunken px-4 py-3 text-sm">
          <Spinner /> Collecting your data. You can close this and come back.
        </p>
      )}
      {job?.state === "done" && job.files.length > 0 && (
        <Files
          files={job.files}
          expiresAt={job.expiresAt}
          // A reader is not troubled when the record of it fails.
          onOpen={() => void markRead({ exportId: job.exportId }).catch(() => undefined)}
        />
      )}
      {job?.state === "failed" && (
        <p role="alert" className="text-sm text-danger">
          That didn't work. Please try again.
        </p>
      )}
      <ProblemNotice problem={request.problem} onRetry={() => void request.run()} />
      {!collecting && (
        <Button
          look={job?.state === "done" ? "outline" : "primary"}
          wide
          busy={request.busy || job === undefined}
          onClick={() => void request.run()}
        >
          {job?.state === "done" ? "Collect it again" : "Collect my data"}
        </Button>
      )}
    </div>
  );
}

function Files({
  files,
  expiresAt,
  onOpen,
}: {
  files: { part: number; url: string }[];
  expiresAt: number | undefined;
  onOpen: () => void;
}) {
  const save = useTask(useSaveFile());
  return (
    <div className="flex flex-col gap-2 rounded-xl bg-accent-wash px-4 py-3" role="status">
      {files.map(({ part, url }) => (
        <button
          key={part}
          type="button"
          aria-busy={save.busy || undefined}
          onClick={() => {
            onOpen();
            void save.run(url, files.length === 1 ? "my-data.json" : `my-data-${part}.json`);
          }}
          className="inline-flex items-center gap-2 text-[0.9375rem] font-medium text-accent underline underline-offset-4"
        >
          {save.busy ? <Spinner /> : <Download size={16} aria-hidden />}
          {files.length === 1 ? "Download the file" : `Download file ${part} of ${files.length}`}
        </button>
      ))}
      <ProblemNotice problem={save.problem} />
      {expiresAt !== undefined && (
        <p className="text-[0.8125rem] text-soft">
          We delete it on {new Date(expiresAt).toLocaleDateString([], { dateStyle: "long" })}. Keep
          what you download safe: whoever has it can read it.
        </p>
      )}
    </div>
  );
}

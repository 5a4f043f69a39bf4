/** What a document was read from, looking there again, another file in its place, and taking the document away. */
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { api, type Id } from "../../api";
import { useSession } from "../../auth";
import { fetchFile } from "../../conversation";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { useTask } from "../../ui/useTask";
import { Card } from "./parts";
import { READABLE, uploadDocument } from "./uploadDocument";
import type { DocumentSummary } from "./words";

export function Origin({
  document,
  onLeaving,
  onGone,
}: {
  document: DocumentSummary;
  onLeaving: (leaving: boolean) => void;
  onGone: () => void;
}) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Original documentId={document._id} />
      <Removal documentId={document._id} onLeaving={onLeaving} onGone={onGone} />
    </div>
  );
}

function Original({ documentId }: { documentId: Id<"knowledge"> }) {
  const original = useQuery(api.sources.original, { documentId });
  if (original === undefined)
    return (
      <p aria-busy className="text-sm text-faint">
        Looking…
      </p>
    );
  return (
    <Card title="Where its text comes from">
      {original === null && <p className="text-sm text-soft">It was written by hand.</p>}
      {original?.file !== undefined && (
        <OriginalFile url={original.url} name={original.file.name} />
      )}
      {original !== null && original.file === undefined && (
        <Page documentId={documentId} url={original.url} />
      )}
      <NewFile documentId={documentId} />
    </Card>
  );
}

function OriginalFile({ url, name }: { url: string; name: string }) {
  const { auth } = useSession();
  const task = useTask(async () => {
    const address = URL.createObjectURL(await fetchFile(auth, url));
    const link = window.document.createElement("a");
    Object.assign(link, { href: address, download: name });
    link.click();
    // The download has begun by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
  return (
    <>
      <p className="text-sm wrap-anywhere">{name}</p>
      <ProblemNotice problem={task.problem} />
      <Button size="small" busy={task.busy} onClick={() => void task.run()}>
        Download it
      </Button>
    </>
  );
}

function Page({ documentId, url }: { documentId: Id<"knowledge">; url: string }) {
  const recheck = useMutation(api.sources.recheck);
  const [asked, setAsked] = useState(false);
  const task = useTask(async () => {
    await recheck({ documentId });
    setAsked(true);
  });
  return (
    <>
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        className="text-sm text-accent underline underline-offset-4 wrap-anywhere"
      >
        {url}
      </a>
      <p className="text-sm text-soft">
        It is looked at every day. What changes there waits as a draft.
      </p>
      <ProblemNotice problem={task.problem} />
      {asked ? (
        <p role="status" className="text-sm">
          It is being looked at. News stand beside the list.
        </p>
      ) : (
        <Button size="small" busy={task.busy} onClick={() => void task.run()}>
          Look at the page now
        </Button>
      )}
    </>
  );
}

function NewFile({ documentId }: { documentId: Id<"knowledge"> }) {
  const { auth } = useSession();
  const replaceFile = useMutation(api.sources.replaceFile);
  const announce = useAnnounce();
  const [share, setShare] = useState(0);
  const task = useTask(async (file: File) => {
    const storageId = await uploadDocument(auth, file, setShare);
    await replaceFile({ documentId, storageId, name: file.name });
    announce("The file is being read. The old text answers until that is done.");
  });
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-3">
      <label htmlFor="replace-file" className="text-[0.8125rem] font-medium text-soft">
        Put a file in its place
      </label>
      <input
        id="replace-file"
        type="file"
        accept={READABLE}
        disabled={task.busy}
        className="max-w-full text-sm"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) void task.run(file);
          target.value = "";
        }}
      />
      {task.busy && (
        <p role="status" className="text-sm text-soft">
          Uploading: {Math.round(share * 100)} %
        </p>
      )}
      <ProblemNotice problem={task.problem} />
    </div>
  );
}

function Removal({
  documentId,
  onLeaving,
  onGone,
}: {
  documentId: Id<"knowledge">;
  onLeaving: (leaving: boolean) => void;
  onGone: () => void;
}) {
  const remove = useMutation(api.knowledge.remove);
  const announce = useAnnounce();
  const [sure, setSure] = useState(false);
  const task = useTask(async () => {
    onLeaving(true);
    try {
      await remove({ documentId });
    } catch (error) {
      onLeaving(false);
      throw error;
    }
    announce("The document is deleted.");
    onGone();
  });
  return (
    <Card title="Delete it">
      <p className="text-sm text-soft">
        The AI no longer knows it, and its versions are gone. Answers keep what they cited. To take
        it away for a while, switch it off instead.
      </p>
      <ProblemNotice problem={task.problem} />
      {sure ? (
        <div className="flex flex-wrap gap-2">
          <Button look="destroy" busy={task.busy} onClick={() => void task.run()}>
            Delete for good
          </Button>
          <Button onClick={() => setSure(false)}>Keep it</Button>
        </div>
      ) : (
        <Button look="danger" onClick={() => setSure(true)}>
          Delete this document…
        </Button>
      )}
    </Card>
  );
}

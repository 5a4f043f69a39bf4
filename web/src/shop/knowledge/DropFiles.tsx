/** Files that documents are read from: chosen or dropped, uploaded one after another, each with how far it is. */
import { useMutation, useQuery } from "convex/react";
import { Upload as UploadIcon } from "lucide-react";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { api, type Id } from "../../api";
import { problemOf, useSession, type Problem } from "../../auth";
import { Tag } from "../../desk/Tag";
import { Button, Field } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { Card } from "./parts";
import { READABLE, uploadDocument } from "./uploadDocument";
import { stateWords } from "./words";

type Item = {
  id: number;
  file: File;
  share: number;
  documentId?: Id<"knowledge">;
  problem?: Problem | null;
};

export function DropFiles() {
  const [category, setCategory] = useState("files");
  const { items, add, retry } = useUploads(category);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Card title="Files">
      <Field
        id="files-category"
        label="Category"
        required
        maxLength={60}
        value={category}
        onChange={(event) => setCategory(event.target.value)}
      />
      <div
        data-testid="drop-files"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add([...event.dataTransfer.files]);
        }}
        className={`flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-4 py-6 text-center ${over ? "border-accent bg-accent-wash" : "border-line-strong"}`}
      >
        <UploadIcon size={22} aria-hidden className="text-faint" />
        <p className="text-sm text-soft">
          Drop files here: PDF, Word, HTML, Markdown or text, up to 10 MiB each.
        </p>
        <input
          ref={input}
          type="file"
          multiple
          accept={READABLE}
          aria-label="Files to read"
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            add([...(target.files ?? [])]);
            target.value = "";
          }}
        />
        <Button onClick={() => input.current?.click()}>Choose files</Button>
      </div>
      <ul className="flex flex-col gap-2" aria-label="Uploads">
        {items.map((item) => (
          <li key={item.id} className="text-sm" data-testid="file">
            <p className="font-medium wrap-anywhere">{item.file.name}</p>
            {item.documentId !== undefined ? (
              <Read documentId={item.documentId} />
            ) : item.problem ? (
              <ProblemNotice problem={item.problem} onRetry={() => retry(item.id)} />
            ) : (
              <Uploading name={item.file.name} share={item.share} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Uploading({ name, share }: { name: string; share: number }) {
  return (
    <p className="flex items-center gap-2 text-soft">
      <progress
        aria-label={`Uploading ${name}`}
        value={share}
        className="h-1.5 flex-1 accent-accent"
      />
      {Math.round(share * 100)} %
    </p>
  );
}

function Read({ documentId }: { documentId: Id<"knowledge"> }) {
  const document = useQuery(api.knowledge.get, { documentId });
  if (document === undefined)
    return (
      <p aria-busy className="text-soft">
        Reading in…
      </p>
    );
  const { words, look } = stateWords(document, document.updatedAt);
  return (
    <p className="flex flex-wrap items-center gap-2">
      <Tag look={look}>{words}</Tag>
      <Link
        href={`/knowledge/${documentId}`}
        className="text-[0.8125rem] font-medium text-accent underline underline-offset-4"
      >
        Open
      </Link>
      {document.error !== undefined && (
        <span className="text-danger">{document.error.message}</span>
      )}
    </p>
  );
}

/** One after the other: ten of 10 MiB at once would each take as long as all of them. */
function useUploads(category: string) {
  const { auth } = useSession();
  const addFile = useMutation(api.sources.addFile);
  const [items, setItems] = useState<readonly Item[]>([]);
  const nextId = useRef(1);
  const line = useRef(Promise.resolve());
  const patch = (id: number, change: Partial<Item>) =>
    setItems((before) => before.map((item) => (item.id === id ? { ...item, ...change } : item)));

  const run = async ({ id, file }: Item): Promise<void> => {
    patch(id, { share: 0, problem: null });
    try {
      const storageId = await uploadDocument(auth, file, (share) => patch(id, { share }));
      const named = category.trim();
      const documentId = await addFile({
        storageId,
        name: file.name,
        ...(named !== "" && { category: named }),
      });
      patch(id, { documentId });
    } catch (error) {
      patch(id, { problem: problemOf(error) });
    }
  };
  const queue = (item: Item) => {
    line.current = line.current.then(() => run(item));
  };
  return {
    items,
    add: (files: readonly File[]) => {
      const added = files.map((file) => ({ id: nextId.current++, file, share: 0 }));
      setItems((before) => [...before, ...added]);
      added.forEach(queue);
    },
    retry: (id: number) => {
      const item = items.find((each) => each.id === id);
      if (item !== undefined) queue(item);
    },
  };
}

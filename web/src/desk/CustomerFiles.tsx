/** The files that a customer has sent, as a list: pictures are seen large, among each other; everything else is saved. */
import { FileText, Image as ImageIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { CustomerPanel } from "../api";
import { useSaveFile } from "../conversation/useFile";
import { mayBeShown, type PictureFile } from "../thread/pictures";
import { loadPatiently } from "../ui/loadPatiently";
import { ProblemNotice } from "../ui/Notice";
import { listTime } from "../ui/time";
import { useTask } from "../ui/useTask";

const Viewer = lazy(() => loadPatiently(() => import("../thread/Viewer")));

type File = PictureFile & Pick<CustomerPanel["files"][number], "at">;

const nameOf = ({ name, contentType }: CustomerPanel["files"][number]) =>
  name ?? (contentType.startsWith("image/") ? "Picture" : "Document");

export function CustomerFiles({ files: stored }: { files: CustomerPanel["files"] }) {
  const [large, setLarge] = useState<string | null>(null);
  const save = useTask(useSaveFile());
  const files = stored.map((file): File => ({ ...file, name: nameOf(file) }));
  return (
    <>
      <ul className="flex flex-col">
        {files.map((file) => {
          const picture = mayBeShown(file);
          const Icon = picture ? ImageIcon : FileText;
          return (
            <li key={file.url}>
              <button
                type="button"
                className="-mx-2 flex w-[calc(100%+1rem)] items-center gap-2.5 rounded-lg px-2 py-1.5 text-left text-sm hover:bg-sunken"
                onClick={() => {
                  if (picture) setLarge(file.url);
                  else void save.run(file.url, file.name);
                }}
              >
                <Icon size={15} aria-hidden className="shrink-0 text-soft" />
                <span className="min-w-0 flex-1 truncate">{file.name}</span>
                <span className="shrink-0 text-xs text-faint tabular-nums">
                  {listTime(file.at)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <ProblemNotice problem={save.problem} />
      {large !== null && (
        <Suspense fallback={null}>
          <Viewer
            pictures={files.filter(mayBeShown)}
            url={large}
            onShow={setLarge}
            onClose={() => setLarge(null)}
          />
        </Suspense>
      )}
    </>
  );
}

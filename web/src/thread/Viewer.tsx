/** Pictures large: one, or two side by side to compare; by keys as well. */
import { ChevronLeft, ChevronRight, Columns2, ZoomIn } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { problemOf } from "../auth";
import { useFile } from "../conversation/useFile";
import { IconButton, Spinner } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { SavedFile } from "./Attachments";
import type { PictureFile } from "./pictures";

type Props = {
  pictures: readonly PictureFile[];
  /** The address of the one that is shown; one that is not among them shows nothing. */
  url: string;
  onShow: (url: string) => void;
  onClose: () => void;
};

export default function Viewer({ pictures, url, onShow, onClose }: Props) {
  const [pair, setPair] = useState(false);
  const [actual, setActual] = useState(false);
  const at = pictures.findIndex((each) => each.url === url);
  const current = pictures[at];
  if (current === undefined) return null;
  const several = pictures.length > 1;
  const first = pair ? Math.min(at, pictures.length - 2) : at;
  const shown = pictures.slice(first, pair ? first + 2 : first + 1);
  const go = (to: number) => {
    const next = pictures[Math.max(0, Math.min(pictures.length - 1, to))]!;
    onShow(next.url);
  };
  const onKeyDown = ({ key, altKey, ctrlKey, metaKey }: KeyboardEvent) => {
    if (altKey || ctrlKey || metaKey) return;
    if (key === "ArrowRight") go(at + 1);
    if (key === "ArrowLeft") go(at - 1);
    if (key === "Home") go(0);
    if (key === "End") go(pictures.length - 1);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={current.name}
      shape="full"
      testId="picture-dialog"
      onKeyDown={onKeyDown}
    >
      <div className="flex h-full flex-col gap-3">
        <div
          className={`grid min-h-0 flex-1 gap-3 ${pair ? "grid-rows-2 sm:grid-cols-2 sm:grid-rows-1" : ""}`}
        >
          {shown.map((file) => (
            <LargePicture key={file.url} file={file} actual={actual} />
          ))}
        </div>
        <div className="flex flex-wrap items-center justify-center gap-1">
          {several && (
            <>
              <IconButton label="Previous picture" onClick={() => go(at - 1)} disabled={at === 0}>
                <ChevronLeft size={20} aria-hidden />
              </IconButton>
              <span role="status" className="min-w-16 text-center text-sm text-soft tabular-nums">
                {at + 1} of {pictures.length}
              </span>
              <IconButton
                label="Next picture"
                onClick={() => go(at + 1)}
                disabled={at === pictures.length - 1}
              >
                <ChevronRight size={20} aria-hidden />
              </IconButton>
              <IconButton label="Side by side" pressed={pair} onClick={() => setPair(!pair)}>
                <Columns2 size={18} aria-hidden />
              </IconButton>
            </>
          )}
          <IconButton label="Actual size" pressed={actual} onClick={() => setActual(!actual)}>
            <ZoomIn size={18} aria-hidden />
          </IconButton>
          <SavedFile file={current} />
        </div>
      </div>
    </Dialog>
  );
}

function LargePicture({ file, actual }: { file: PictureFile; actual: boolean }) {
  const { src, error } = useFile(file.url);
  if (error !== null) {
    return (
      <p role="alert" className="place-self-center text-sm text-danger">
        {problemOf(error).message}
      </p>
    );
  }
  return (
    <figure
      aria-busy={src === null || undefined}
      aria-label={file.name}
      // Its own size is more than the screen's: it is moved by keys too.
      tabIndex={actual ? 0 : undefined}
      className={`grid min-h-0 min-w-0 place-items-center rounded-2xl bg-sunken ${actual ? "scroll-calm overflow-auto" : "overflow-hidden"}`}
    >
      {src === null ? (
        <Spinner />
      ) : (
        <img
          src={src}
          alt={file.name}
          className={actual ? "max-w-none" : "size-full min-h-0 object-contain"}
        />
      )}
    </figure>
  );
}

/** The ways for files into a message: the disk, the camera, the clipboard, and whatever is dropped on the page. */
import { Camera, Paperclip } from "lucide-react";
import { useEffect, useRef, useState, type ClipboardEvent, type ReactNode } from "react";
import { FILE_TYPES } from "../conversation/files";

type OnAdd = (files: Iterable<File>) => void;

export function FilePicker({ onAdd }: { onAdd: OnAdd }) {
  return (
    <>
      {/* What the system's chooser of files offers differs: this is the camera, at once. */}
      <span className="hidden pointer-coarse:block">
        <Picker
          onAdd={onAdd}
          label="Take a photo"
          title="Take a photo"
          testId="camera-input"
          accept="image/*"
          capture
        >
          <Camera size={19} aria-hidden />
        </Picker>
      </span>
      <Picker
        onAdd={onAdd}
        label="Attach files"
        title="Attach photos or files: images, PDF or plain text of up to 10 MiB. You can paste and drop them, too."
        testId="file-input"
        accept={FILE_TYPES}
      >
        <Paperclip size={18} aria-hidden />
      </Picker>
    </>
  );
}

type PickerProps = {
  onAdd: OnAdd;
  label: string;
  title: string;
  testId: string;
  accept: string;
  capture?: boolean;
  children: ReactNode;
};

function Picker({ onAdd, label, title, testId, accept, capture = false, children }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        {...(capture ? { capture: "environment" } : { multiple: true })}
        hidden
        data-testid={testId}
        onChange={({ target }) => {
          onAdd([...(target.files ?? [])]);
          // The same file can be chosen again.
          target.value = "";
        }}
      />
      <button
        type="button"
        aria-label={label}
        title={title}
        onClick={() => input.current?.click()}
        className="grid size-10 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-sunken hover:text-ink"
      >
        {children}
      </button>
    </>
  );
}

/** Takes files from the clipboard. A table or a page comes as words and as their picture: the words were meant. */
export function pasteFiles(event: ClipboardEvent, onAdd: OnAdd): void {
  const files = [...event.clipboardData.files];
  const isText = ["text/plain", "text/html"].every((type) =>
    event.clipboardData.types.includes(type),
  );
  if (files.length === 0 || isText) return;
  event.preventDefault();
  onAdd(files);
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * Takes what is dropped anywhere on the page, which a browser would open in its place. Returns whether something is
 * held over it.
 */
export function useFileDrop(onAdd: OnAdd | undefined): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onAdd);
  useEffect(() => {
    latest.current = onAdd;
  });
  const takes = onAdd !== undefined;
  useEffect(() => {
    if (!takes) return;
    const drag = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      // From one element to the next it has another to go to.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current?.([...(event.dataTransfer?.files ?? [])]);
    };
    const acts = { dragenter: drag, dragover: drag, dragleave: leave, drop };
    const all = Object.entries(acts) as [keyof typeof acts, (event: DragEvent) => void][];
    for (const [name, act] of all) window.addEventListener(name, act);
    return () => {
      for (const [name, act] of all) window.removeEventListener(name, act);
    };
  }, [takes]);
  return takes && over;
}

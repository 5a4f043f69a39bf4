/** The platform's modal dialog: it traps focus, closes on Escape and on Back, and gives focus back. */
import { X } from "lucide-react";
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { coverPage } from "./backCloses";
import { IconButton } from "./controls";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** `side`: a panel at the right edge, full width on phones. `full`: all of the screen. */
  shape?: "centre" | "side" | "full";
  testId?: string;
  onKeyDown?: (event: KeyboardEvent<HTMLDialogElement>) => void;
};

const SHAPES = {
  centre:
    "m-auto w-[min(26rem,calc(100vw-2rem))] max-h-[calc(100dvh-2rem)] rounded-3xl max-sm:mb-[max(1rem,env(safe-area-inset-bottom))]",
  side: "my-0 mr-0 ml-auto h-dvh max-h-none w-[min(24rem,100vw)] max-w-none sm:rounded-l-3xl",
  full: "m-0 h-dvh max-h-none w-screen max-w-none",
} as const;

export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({
  onClose,
  title,
  children,
  shape = "centre",
  testId,
  onKeyDown,
}: Omit<DialogProps, "open">) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const latestClose = useRef(onClose);
  useEffect(() => {
    latestClose.current = onClose;
  });
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    const uncover = coverPage(() => latestClose.current());
    return () => {
      uncover();
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      data-testid={testId}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A click on the dialog element itself is one on the backdrop: its content covers the rest.
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={`animate-rise overflow-hidden bg-surface p-0 text-ink shadow-float ${SHAPES[shape]}`}
    >
      <div className="scroll-calm flex h-full max-h-[inherit] flex-col">
        <div className="sticky top-0 z-10 flex items-center justify-between gap-4 bg-surface py-3 pr-3 pl-6">
          <h2 id={titleId} className="min-w-0 text-lg font-semibold tracking-tight wrap-anywhere">
            {title}
          </h2>
          <IconButton label="Close" onClick={onClose}>
            <X size={20} aria-hidden />
          </IconButton>
        </div>
        <div className={`flex-1 ${shape === "full" ? "min-h-0 px-3 pb-3 sm:px-6" : "px-6 pb-6"}`}>
          {children}
        </div>
      </div>
    </dialog>
  );
}

/** Copies words; says that it has, or that the browser did not let it. */
import { Check, Copy, CopyX } from "lucide-react";
import { useEffect, useState } from "react";
import { useAnnounce } from "../ui/announce";
import { IconButton } from "../ui/controls";

const SHOWN_MS = 2_500;
const REFUSED = "Your browser didn't let us copy it. Select the words instead";

type Props = {
  /** Asked for when it is wanted. */
  words: () => string;
  /** What is copied: "Copy the message". */
  label: string;
};

export function CopyButton({ words, label }: Props) {
  const announce = useAnnounce();
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    const copied = await writeClipboard(words());
    setOutcome(copied ? "copied" : "refused");
    announce(copied ? "Copied." : `${REFUSED}.`);
  };
  return (
    <span className="inline-flex items-center gap-1 print:hidden">
      <IconButton label={label} small data-testid="copy" onClick={() => void copy()}>
        {outcome === "copied" ? (
          <Check size={15} aria-hidden />
        ) : outcome === "refused" ? (
          <CopyX size={15} aria-hidden />
        ) : (
          <Copy size={15} aria-hidden />
        )}
      </IconButton>
      {outcome === "refused" && <span className="text-[0.8125rem] text-danger">{REFUSED}</span>}
    </span>
  );
}

/** Absent without a secure connection; refused where it is not allowed. */
async function writeClipboard(words: string): Promise<boolean> {
  const { clipboard } = navigator as Partial<Navigator>;
  if (clipboard === undefined) return false;
  return await clipboard.writeText(words).then(
    () => true,
    () => false,
  );
}

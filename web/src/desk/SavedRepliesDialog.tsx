/** The saved replies, from the desk. */
import { BookText } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { SavedReplies } from "./SavedReplies";

export function SavedRepliesButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        look="quiet"
        icon={<BookText size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        <span className="max-sm:sr-only">Saved replies</span>
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Saved replies"
        testId="saved-replies-dialog"
      >
        <SavedReplies />
      </Dialog>
    </>
  );
}

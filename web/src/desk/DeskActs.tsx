/** The acts of the desk as a whole, by key and by name: where one goes next, which list is shown, what there is. */
import { Keyboard } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ConversationId } from "../api";
import { Button } from "../ui/controls";
import { KeysDialog } from "./KeysDialog";
import { Palette } from "./Palette";
import { FIELD } from "./Search";
import type { View } from "./subscriptions";
import { useAct, useDeskKeys } from "./useKeys";

export function DeskActs({
  next,
  setView,
}: {
  next: ConversationId | undefined;
  setView: (view: View) => void;
}) {
  const [, navigate] = useLocation();
  const [dialog, setDialog] = useState<"keys" | "palette" | null>(null);
  const show = (view: View) => {
    setView(view);
    document.getElementById(`tab-${view}`)?.focus();
  };
  useAct("waiting", next === undefined ? null : () => navigate(`/desk/${next}`));
  useAct("back", () => {
    navigate("/desk");
    document.querySelector<HTMLElement>("#conversation-list a")?.focus();
  });
  useAct("viewWaiting", () => show("waiting"));
  useAct("viewMine", () => show("mine"));
  useAct("viewAll", () => show("all"));
  useAct("viewSnoozed", () => show("snoozed"));
  useAct("viewResolved", () => show("resolved"));
  useAct("search", () => document.getElementById(FIELD)?.focus());
  useAct("help", () => setDialog("keys"));
  useAct("palette", () => setDialog("palette"));
  const close = () => setDialog(null);
  return (
    <>
      <KeysDialog open={dialog === "keys"} onClose={close} />
      <Palette open={dialog === "palette"} onClose={close} />
    </>
  );
}

/** For who has no keys to find the keys with, or has switched them off. */
export function KeysButton() {
  const { run } = useDeskKeys();
  return (
    <Button
      size="small"
      look="quiet"
      icon={<Keyboard size={15} aria-hidden />}
      onClick={() => run("help")}
    >
      Keys
    </Button>
  );
}

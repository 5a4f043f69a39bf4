/** The dialogs of the chat, one at a time. A chunk of its own: the first screen has none. */
import { DeleteDialog } from "../account/DeleteDialog";
import { DevicesDialog } from "../account/DevicesDialog";
import { ExportDialog } from "../account/ExportDialog";
import { PhoneDialog } from "../account/PhoneDialog";
import type { ConversationId } from "../api";
import { SignInForm } from "../signin/SignInForm";
import { Dialog } from "../ui/Dialog";
import { ByTextDialog } from "./ByTextDialog";
import { MenuPanel } from "./MenuPanel";
import type { Panel } from "./panel";

type Props = {
  panel: Panel;
  setPanel: (panel: Panel) => void;
  current: ConversationId | null;
  /** Null: a new one. */
  onOpen: (conversationId: ConversationId | null) => void;
};

export default function Panels({ panel, setPanel, current, onOpen }: Props) {
  const close = () => setPanel(null);
  return (
    <>
      <MenuPanel
        open={panel === "menu"}
        current={current}
        onClose={close}
        onOpen={onOpen}
        onPanel={setPanel}
      />
      <ByTextDialog open={panel === "by-text"} conversationId={current} onClose={close} />
      <DevicesDialog open={panel === "devices"} onClose={close} />
      <PhoneDialog open={panel === "phone"} onClose={close} />
      <ExportDialog open={panel === "export"} onClose={close} />
      <DeleteDialog open={panel === "delete"} onClose={close} />
      <Dialog open={panel === "sign-in"} onClose={close} title="Sign in" testId="sign-in-dialog">
        <SignInForm
          onDone={close}
          hint="We'll send you a code. Your conversations then follow you to every device."
        />
      </Dialog>
    </>
  );
}

/** What a technician has just sent, changed within its minute: which message that is, and the box it is changed in. */
import { Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { EDITABLE_MS, type MessageId } from "../api";
import { useSession } from "../auth";
import { useStill } from "../conversation/useStill";
import { Composer, type ComposerHandle } from "../thread/Composer";
import { useAnnounce } from "../ui/announce";
import { Button, Spinner } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";
import { goesByText, measureAnswer } from "./words";

/** `tries`: how often these words were refused. */
type Editing = { messageId: MessageId; text: string; tries: number };

export function useEditLast(desk: DeskConversation) {
  const { user } = useSession();
  const announce = useAnnounce();
  const [editing, setEditing] = useState<Editing | null>(null);
  const last = desk.rows.findLast(({ visibility }) => visibility === "public")?.message;
  const isOwn =
    last?.author.kind === "technician" && last.author.name === (user?.name ?? "Technician");
  // What has left by text or by e-mail can't be called back.
  const hasStayed = ["queued", "cancelled", undefined].includes(last?.delivery?.state);
  const mine = desk.holder === "me" && isOwn && hasStayed ? last : undefined;
  const until = mine ? { [mine._id]: mine._creationTime + EDITABLE_MS } : {};
  const still = useStill(desk.isLoading ? undefined : until, EDITABLE_MS);
  const editable = mine && still.has(mine._id) ? mine : undefined;
  const save = useTask(async ({ messageId, text, tries }: Editing) => {
    setEditing(null);
    try {
      await desk.editMessage(messageId, text);
      announce("Your message was changed.");
    } catch (error) {
      // The words are kept: the minute may be over, not what they say.
      setEditing({ messageId, text, tries: tries + 1 });
      throw error;
    }
  });
  const begin = () => {
    if (editable === undefined) return;
    save.clear();
    setEditing({ messageId: editable._id, text: editable.text, tries: 0 });
  };
  return {
    editable: editable?._id,
    editing,
    begin: editable && !save.busy ? begin : null,
    stop: () => {
      save.clear();
      setEditing(null);
    },
    save: (text: string) => editing && void save.run({ ...editing, text }),
    busy: save.busy,
    problem: save.problem,
  };
}

export type EditLast = ReturnType<typeof useEditLast>;

export function EditBox({ edit, desk }: { edit: EditLast; desk: DeskConversation }) {
  const root = useRef<HTMLDivElement>(null);
  const box = useRef<ComposerHandle>(null);
  const { editing, problem, stop } = edit;
  useEffect(() => {
    const field = root.current?.querySelector("textarea");
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }, []);
  const byText = desk.conversation !== undefined && goesByText(desk.conversation);
  const sendAsNew = () => {
    const words = box.current?.read().trim() ?? "";
    stop();
    if (words !== "") desk.send(words);
  };
  return (
    <div ref={root} data-testid="edit-last" className="flex flex-col gap-2">
      <div className="flex items-center gap-2 rounded-xl bg-accent-wash py-1 pr-1 pl-3 text-[0.8125rem]">
        <Pencil size={14} aria-hidden className="shrink-0" />
        <span className="min-w-0 flex-1">You are editing your last message.</span>
        {problem !== null && desk.holder === "me" && (
          <Button size="small" onClick={sendAsNew}>
            Send as a new one
          </Button>
        )}
        <Button size="small" onClick={stop}>
          Give up
        </Button>
      </div>
      <ProblemNotice problem={problem} />
      <Composer
        handle={box}
        label="Your last message"
        placeholder="What it should say"
        sendLabel="Save the change"
        draft={{ text: editing?.text ?? "", save: () => undefined }}
        measure={(text) => measureAnswer(text, { byText })}
        takeKey={(key) => {
          if (key === "Escape") stop();
          return key === "Escape";
        }}
        onSend={edit.save}
      />
    </div>
  );
}

/** Until the server has it; offline that is until one is back. */
export const SavingEdit = () => (
  <p role="status" className="flex items-center gap-2 py-1 text-[0.8125rem] text-soft">
    <Spinner /> Changing your message…
  </p>
);

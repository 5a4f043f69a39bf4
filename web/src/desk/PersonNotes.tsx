/** Notes about the person, among staff: written, changed and removed where they are read. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api, type CustomerPanel } from "../api";
import { Button, TextArea } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { fullTime, listTime } from "../ui/time";
import { useTask } from "../ui/useTask";

type Note = CustomerPanel["notes"][number];
const MAX_NOTE_CHARS = 1_000;

export function PersonNotes({ userId, notes }: { userId: CustomerPanel["_id"]; notes: Note[] }) {
  const add = useMutation(api.customers.addNote);
  return (
    <div className="flex flex-col gap-2.5">
      {notes.length > 0 && (
        <ul className="flex flex-col gap-2">
          {notes.map((note) => (
            <li key={note._id} data-testid="person-note">
              <WrittenNote userId={userId} note={note} />
            </li>
          ))}
        </ul>
      )}
      <NoteForm
        id="new-person-note"
        label="Add a note"
        act="Add note"
        save={(text) => add({ userId, text })}
      />
    </div>
  );
}

function WrittenNote({ userId, note }: { userId: CustomerPanel["_id"]; note: Note }) {
  const [doing, setDoing] = useState<"edit" | "remove" | null>(null);
  const change = useMutation(api.customers.changeNote);
  const remove = useMutation(api.customers.removeNote);
  const removal = useTask(() => remove({ userId, noteId: note._id }));
  const which = { userId, noteId: note._id };
  if (doing === "edit") {
    return (
      <NoteForm
        id={`note-${note._id}`}
        label="Change the note"
        act="Save"
        text={note.text}
        save={(text) => change({ ...which, text, at: note.at })}
        onDone={() => setDoing(null)}
      />
    );
  }
  const who = note.by ?? "A technician";
  return (
    <div className="rounded-xl border border-note-line bg-note px-3 py-2 text-on-note">
      <p className="text-sm leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">
        {note.text}
      </p>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 text-xs">
        <span className="min-w-0 flex-1 truncate" title={fullTime(note.at)}>
          {who} · {listTime(note.at)}
        </span>
        {doing === "remove" ? (
          <>
            <TextButton onClick={() => void removal.run()}>Remove for good</TextButton>
            <TextButton onClick={() => setDoing(null)}>Keep</TextButton>
          </>
        ) : (
          <>
            <TextButton onClick={() => setDoing("edit")}>Edit</TextButton>
            <TextButton onClick={() => setDoing("remove")}>Remove</TextButton>
          </>
        )}
      </div>
      <ProblemNotice problem={removal.problem} />
    </div>
  );
}

const TextButton = ({ children, onClick }: { children: string; onClick: () => void }) => (
  <button
    type="button"
    onClick={onClick}
    className="rounded px-1 py-0.5 font-medium underline underline-offset-2"
  >
    {children}
  </button>
);

function NoteForm({
  id,
  label,
  act,
  text: before = "",
  save,
  onDone,
}: {
  id: string;
  label: string;
  act: string;
  text?: string;
  save: (text: string) => Promise<unknown>;
  onDone?: () => void;
}) {
  const [text, setText] = useState(before);
  const task = useTask(async () => {
    await save(text);
    setText("");
    onDone?.();
  });
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void task.run();
      }}
    >
      <TextArea
        id={id}
        label={label}
        placeholder="Only your team sees this"
        rows={2}
        maxLength={MAX_NOTE_CHARS}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ProblemNotice problem={task.problem} />
      <div className="flex gap-2">
        <Button type="submit" size="small" busy={task.busy} disabled={text.trim() === ""}>
          {act}
        </Button>
        {onDone && (
          <Button size="small" look="quiet" onClick={onDone}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}

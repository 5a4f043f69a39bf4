/** The shop's saved replies: everybody reads them, admins keep them. They are inserted by "/" in an answer. */
import { REPLY_VARIABLES } from "@computer-guys/support-backend/texts";
import { useMutation, useQuery } from "convex/react";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "../api";
import { useSession } from "../auth";
import { Button, Field, IconButton, TextArea } from "../ui/controls";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";

type Reply = { shortcut: string; text: string };
const NEW: Reply = { shortcut: "", text: "" };

export function SavedReplies() {
  const replies = useQuery(api.savedReplies.list);
  const { user } = useSession();
  const [editing, setEditing] = useState<Reply | null>(null);
  const remove = useMutation(api.savedReplies.remove);
  const [done, setDone] = useState("");
  const task = useTask(async (shortcut: string) => {
    setDone("");
    await remove({ shortcut });
    setDone(`Removed /${shortcut}.`);
  });
  const isAdmin = user?.role === "admin";
  if (editing !== null) {
    return (
      <ReplyForm
        reply={editing}
        onDone={(words) => {
          setDone(words);
          setEditing(null);
        }}
      />
    );
  }
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="text-soft">Type / and the shortcut in an answer; change it, then send it.</p>
      {replies?.length === 0 && <p className="text-soft">There are none yet.</p>}
      <ul className="flex flex-col gap-1">
        {replies?.map((reply) => (
          <li
            key={reply.shortcut}
            className="flex items-start gap-1 rounded-xl bg-sunken px-3 py-2"
          >
            <span className="min-w-0 flex-1">
              <span className="font-medium">/{reply.shortcut}</span>
              <span className="line-clamp-3 whitespace-pre-line [overflow-wrap:anywhere] text-soft">
                {reply.text}
              </span>
            </span>
            {isAdmin && (
              <>
                <IconButton
                  label={`Edit /${reply.shortcut}`}
                  small
                  onClick={() => setEditing(reply)}
                >
                  <Pencil size={15} aria-hidden />
                </IconButton>
                <IconButton
                  label={`Remove /${reply.shortcut}`}
                  small
                  onClick={() => void task.run(reply.shortcut)}
                >
                  <Trash2 size={15} aria-hidden />
                </IconButton>
              </>
            )}
          </li>
        ))}
      </ul>
      <ProblemNotice problem={task.problem} />
      <p role="status" className="text-soft">
        {done}
      </p>
      {isAdmin ? (
        <Button icon={<Plus size={16} aria-hidden />} wide onClick={() => setEditing(NEW)}>
          New reply
        </Button>
      ) : (
        <p className="text-soft">Admins add and change them.</p>
      )}
    </div>
  );
}

function ReplyForm({ reply, onDone }: { reply: Reply; onDone: (words: string) => void }) {
  const [shortcut, setShortcut] = useState(reply.shortcut);
  const [text, setText] = useState(reply.text);
  const save = useMutation(api.savedReplies.save);
  const task = useTask(async () => {
    const kept = await save({ shortcut, text, ...(reply !== NEW && { was: reply.shortcut }) });
    onDone(`Saved /${kept}.`);
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <Field
        id="reply-shortcut"
        label="Shortcut"
        hint="One word: letters, digits, hyphens."
        required
        autoFocus
        maxLength={31}
        value={shortcut}
        onChange={(event) => setShortcut(event.target.value)}
      />
      <TextArea
        id="reply-text"
        label="Text"
        required
        rows={6}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-[0.8125rem] text-soft">
        {Object.entries(REPLY_VARIABLES).map(([name, meaning]) => (
          <div key={name} className="contents">
            <dt className="font-medium">{`{${name}}`}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <ProblemNotice problem={task.problem} />
      <div className="flex justify-end gap-2">
        <Button onClick={() => onDone("")}>Back</Button>
        <Button type="submit" look="primary" busy={task.busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

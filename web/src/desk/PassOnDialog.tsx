/** To a colleague who is there and has room, or back to the queue for any of them, with a word among staff. */
import { useQuery } from "convex/react";
import { useState } from "react";
import { api, type Id } from "../api";
import { useSession } from "../auth";
import { Button, TextArea } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";
import type { OnDuty } from "./useShift";
import { SKILL_WORDS } from "./words";

type Target = Id<"users"> | "queue";

/** One conversation, or several that were chosen: those go to a colleague only, and `conversation` is none. */
type Passing = Pick<DeskConversation, "conversation" | "holder"> & {
  assign: (userId: Id<"users">, note: string, name: string) => Promise<unknown>;
  toQueue: ((note: string) => Promise<unknown>) | null;
};

export function PassOnDialog({ desk, onClose }: { desk: Passing; onClose: () => void }) {
  const { user } = useSession();
  const onDuty = useQuery(api.users.onDuty);
  const owner = desk.conversation?.owner;
  const holder = owner?.kind === "human" ? owner.userId : undefined;
  const colleagues = onDuty?.filter(({ userId }) => userId !== user?._id && userId !== holder);
  const mayQueue = desk.toQueue !== null && desk.holder !== "queue";
  const [target, setTarget] = useState<Target | null>(null);
  const [note, setNote] = useState("");
  const task = useTask(async (to: Target) => {
    const name = colleagues?.find(({ userId }) => userId === to)?.name ?? "a colleague";
    await (to === "queue" ? desk.toQueue?.(note.trim()) : desk.assign(to, note.trim(), name));
    onClose();
  });
  return (
    <Dialog open onClose={onClose} title="Pass on" testId="pass-on-dialog">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (target !== null) void task.run(target);
        }}
      >
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-2 text-[0.8125rem] font-medium text-soft">To whom</legend>
          {colleagues?.map((one) => (
            <Choice
              key={one.userId}
              name={one.name ?? "Colleague"}
              detail={detailOf(one)}
              full={one.load >= one.capacity}
              chosen={target === one.userId}
              onChoose={() => setTarget(one.userId)}
            />
          ))}
          {mayQueue && (
            <Choice
              name="The queue"
              detail="Whoever has room next, at the customer's old place"
              chosen={target === "queue"}
              onChoose={() => setTarget("queue")}
            />
          )}
          {colleagues?.length === 0 && (
            <p className="px-3 py-1 text-[0.8125rem] text-soft">
              No colleague is available right now.
            </p>
          )}
        </fieldset>
        <TextArea
          id="pass-on-note"
          label="A note for them (optional)"
          placeholder="Only your team sees this"
          rows={2}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <ProblemNotice problem={task.problem} />
        <Button type="submit" look="primary" wide busy={task.busy} disabled={target === null}>
          Pass on
        </Button>
      </form>
    </Dialog>
  );
}

const detailOf = ({ load, capacity, skills }: OnDuty) =>
  [`${load} of ${capacity} conversations`, ...skills.map((skill) => SKILL_WORDS[skill])].join(
    " · ",
  );

function Choice({
  name,
  detail,
  full = false,
  chosen,
  onChoose,
}: {
  name: string;
  detail: string;
  full?: boolean;
  chosen: boolean;
  onChoose: () => void;
}) {
  return (
    <label
      className={`flex items-center gap-3 rounded-xl px-3 py-2 ${full ? "opacity-60" : "cursor-pointer hover:bg-sunken"} ${chosen ? "bg-accent-wash" : ""}`}
    >
      <input
        type="radio"
        name="pass-on-to"
        className="size-4 shrink-0 accent-accent"
        checked={chosen}
        disabled={full}
        onChange={onChoose}
      />
      <span className="min-w-0">
        <span className="block text-sm font-medium">{name}</span>
        <span className="block text-[0.8125rem] text-soft">
          {full ? `Full: ${detail}` : detail}
        </span>
      </span>
    </label>
  );
}

/** The shop's labels: as words with a dot of their colour, and the dialog that puts them on a conversation. */
import { useConvex, useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../api";
import { useSession } from "../auth";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { useTask } from "../ui/useTask";
import type { DeskConversation } from "./useDeskConversation";
import { Tag } from "./Tag";

export type Label = NonNullable<ReturnType<typeof useLabels>>[number];

/** One subscription for the whole desk, which runs again only when an admin changes the list. */
export const useLabels = () => useQuery(api.labels.list, {});

/** Never alone: the name stands beside it. */
const DOTS: Record<Label["colour"], string> = {
  grey: "bg-[#80808a]",
  red: "bg-[#d6473c]",
  amber: "bg-[#b9791f]",
  green: "bg-[#2f8f4e]",
  blue: "bg-[#3b7dd8]",
  violet: "bg-[#8a5cd6]",
};
const COLOURS = Object.keys(DOTS) as Label["colour"][];

export const Dot = ({ colour }: { colour: Label["colour"] }) => (
  <span aria-hidden className={`size-2 shrink-0 rounded-full ${DOTS[colour]}`} />
);

/** Those that are still on the list. */
export function LabelTags({ keys }: { keys: string[] | undefined }) {
  const labels = useLabels();
  return labels
    ?.filter(({ key }) => keys?.includes(key))
    .map(({ key, name, colour }) => (
      <Tag key={key} look="border border-line-strong text-soft">
        <Dot colour={colour} />
        {name}
      </Tag>
    ));
}

export function LabelsDialog({ desk, onClose }: { desk: DeskConversation; onClose: () => void }) {
  const labels = useLabels();
  const { user } = useSession();
  const has = desk.conversation?.labels ?? [];
  const task = useTask(desk.putLabel);
  return (
    <Dialog open onClose={onClose} title="Labels" testId="labels-dialog">
      <div className="flex flex-col gap-4">
        {labels?.length === 0 && (
          <p className="text-sm text-soft">
            There are no labels yet.
            {user?.role !== "admin" && " An admin of the shop adds them here."}
          </p>
        )}
        <ul className="flex flex-col">
          {labels?.map(({ key, name, colour }) => (
            <li key={key}>
              <label className="flex min-h-10 cursor-pointer items-center gap-2.5 rounded-xl px-2 hover:bg-sunken">
                <input
                  type="checkbox"
                  checked={has.includes(key)}
                  onChange={({ target }) => void task.run(key, target.checked)}
                  className="size-4 accent-accent"
                />
                <Dot colour={colour} />
                <span className="min-w-0 [overflow-wrap:anywhere]">{name}</span>
              </label>
            </li>
          ))}
        </ul>
        <ProblemNotice problem={task.problem} />
        {user?.role === "admin" && labels !== undefined && <LabelEditor labels={labels} />}
      </div>
    </Dialog>
  );
}

const NEW = "";

/** For admins: one label at a time, a new one or one that there is. */
function LabelEditor({ labels }: { labels: Label[] }) {
  const convex = useConvex();
  const [key, setKey] = useState(NEW);
  const [name, setName] = useState("");
  const [colour, setColour] = useState<Label["colour"]>("blue");
  const choose = (chosen: string) => {
    const label = labels.find((one) => one.key === chosen);
    setKey(chosen);
    setName(label?.name ?? "");
    if (label !== undefined) setColour(label.colour);
  };
  const save = useTask(async () => {
    const known = key === NEW ? {} : { key };
    await convex.mutation(api.labels.save, { ...known, name, colour });
    choose(NEW);
  });
  const remove = useTask(async () => {
    await convex.mutation(api.labels.remove, { key });
    choose(NEW);
  });
  return (
    <details className="border-t border-line pt-3">
      <summary className="cursor-pointer text-sm font-medium text-soft">The shop's labels</summary>
      <form
        className="mt-3 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        <Select id="label-which" label="Label" value={key} onChange={choose}>
          <option value={NEW}>A new one</option>
          {labels.map((label) => (
            <option key={label.key} value={label.key}>
              {label.name}
            </option>
          ))}
        </Select>
        <LabelFields name={name} colour={colour} onName={setName} onColour={setColour} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={save.busy}>
            {key === NEW ? "Add the label" : "Save"}
          </Button>
          {key !== NEW && (
            <Button look="destroy" busy={remove.busy} onClick={() => void remove.run()}>
              Remove it from all conversations
            </Button>
          )}
        </div>
        <ProblemNotice problem={save.problem ?? remove.problem} />
      </form>
    </details>
  );
}

export function LabelFields({
  name,
  colour,
  onName,
  onColour,
}: Pick<Label, "name" | "colour"> & {
  onName: (name: string) => void;
  onColour: (colour: Label["colour"]) => void;
}) {
  return (
    <>
      <Field
        id="label-name"
        label="Name"
        value={name}
        maxLength={30}
        required
        onChange={({ target }) => onName(target.value)}
      />
      <Select
        id="label-colour"
        label="Colour"
        value={colour}
        onChange={(chosen) => onColour(COLOURS.find((one) => one === chosen) ?? "blue")}
      >
        {COLOURS.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
    </>
  );
}

export function Select({
  id,
  label,
  value,
  onChange,
  children,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: React.ReactNode;
}) {
  return (
    <div className="min-w-0 flex-1">
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="h-10 w-full rounded-xl border border-line-strong bg-surface px-2.5 text-base text-ink sm:text-sm"
      >
        {children}
      </select>
    </div>
  );
}

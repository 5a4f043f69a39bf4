/** The shop's labels: what technicians put on conversations, and find them by. */
import { useMutation } from "convex/react";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "../../api";
import { Dot, LabelFields, useLabels, type Label } from "../../desk/Labels";
import { Button, IconButton } from "../../ui/controls";
import { ActNotice, useAct } from "./act";

export default function LabelsPage() {
  const labels = useLabels();
  const [editing, setEditing] = useState<Label | null>(null);
  const remove = useMutation(api.labels.remove);
  const act = useAct(async ({ key, name }: Label) => {
    await remove({ key });
    if (editing?.key === key) setEditing(null);
    return `Removed ${name}: no conversation shows it any more.`;
  });
  if (labels === undefined) return <div className="h-40" aria-busy="true" />;
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <p className="text-sm text-soft">
        Technicians put them on conversations, filter the list by them and find conversations by
        their words. A label with another name stays where it is.
      </p>
      {labels.length === 0 && <p className="text-sm text-soft">There are none yet.</p>}
      <ul aria-label="Labels" className="flex flex-col">
        {labels.map((label) => (
          <li
            key={label.key}
            className="flex min-h-11 items-center gap-2.5 border-b border-line text-sm last:border-0"
          >
            <Dot colour={label.colour} />
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{label.name}</span>
            <IconButton label={`Edit ${label.name}`} small onClick={() => setEditing(label)}>
              <Pencil size={15} aria-hidden />
            </IconButton>
            <IconButton label={`Remove ${label.name}`} small onClick={() => void act.run(label)}>
              <Trash2 size={15} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <ActNotice acts={[act]} />
      <LabelForm key={editing?.key ?? ""} label={editing} onLeave={() => setEditing(null)} />
    </div>
  );
}

/** `label` null: a new one. */
function LabelForm({ label, onLeave }: { label: Label | null; onLeave: () => void }) {
  const [name, setName] = useState(label?.name ?? "");
  const [colour, setColour] = useState<Label["colour"]>(label?.colour ?? "blue");
  const save = useMutation(api.labels.save);
  const act = useAct(async () => {
    const saved = await save({ name, colour, ...(label !== null && { key: label.key }) });
    if (label === null) setName("");
    return label === null ? `Added ${saved.name}.` : `Saved ${saved.name}.`;
  });
  return (
    <form
      aria-label={label === null ? "New label" : `Change ${label.name}`}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <LabelFields name={name} colour={colour} onName={setName} onColour={setColour} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="primary"
          size="small"
          icon={label === null && <Plus size={15} aria-hidden />}
          busy={act.busy}
        >
          {label === null ? "Add the label" : "Save the label"}
        </Button>
        {label !== null && (
          <Button size="small" look="quiet" onClick={onLeave}>
            Done
          </Button>
        )}
      </div>
      <ActNotice acts={[act]} />
    </form>
  );
}

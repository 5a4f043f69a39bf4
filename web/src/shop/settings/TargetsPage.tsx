/** How soon people should answer: the desk's colours and its order count towards these. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api } from "../../api";
import { Button, Field } from "../../ui/controls";
import { ActNotice, useAct } from "./act";

type Targets = FunctionReturnType<typeof api.targets.get>;

export default function TargetsPage() {
  const targets = useQuery(api.targets.get);
  if (targets === undefined) return <div className="h-40" aria-busy="true" />;
  return <TargetsForm targets={targets} />;
}

const FIELDS = [
  {
    name: "firstMinutes",
    label: "First answer within",
    hint: "From when somebody begins to wait for a person.",
  },
  {
    name: "waitingMinutes",
    label: "Each later answer within",
    hint: "From a customer's message to a technician's next one.",
  },
] as const;

function TargetsForm({ targets }: { targets: Targets }) {
  /** What is absent is as it is set, also by another admin meanwhile. */
  const [draft, setDraft] = useState<{ [name in keyof Targets]?: string }>({});
  const set = useMutation(api.targets.set);
  const save = useAct(async () => {
    const first = Number(draft.firstMinutes ?? targets.firstMinutes);
    const waiting = Number(draft.waitingMinutes ?? targets.waitingMinutes);
    await set({ targets: { firstMinutes: first, waitingMinutes: waiting } });
    setDraft({});
    return `Saved: ${first} minutes for the first answer, ${waiting} for each later one.`;
  });
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <p className="text-sm text-soft">
        Counted in opening hours only. At the desk a conversation is marked before its target is
        missed, and whoever is nearest to it comes first. Who waits already keeps the target that
        they were given.
      </p>
      {FIELDS.map(({ name, label, hint }) => (
        <Field
          key={name}
          id={`target-${name}`}
          label={`${label} (minutes)`}
          hint={hint}
          type="number"
          inputMode="numeric"
          min={1}
          max={2400}
          required
          value={draft[name] ?? targets[name]}
          onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
        />
      ))}
      <ActNotice acts={[save]} />
      <div>
        <Button type="submit" look="primary" busy={save.busy}>
          Save the targets
        </Button>
      </div>
    </form>
  );
}

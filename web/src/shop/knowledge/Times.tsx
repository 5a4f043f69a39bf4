/** From when to when a document answers: on and off by hand, on at a time, off at its end. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api, type Id } from "../../api";
import { fromLocalInput, toLocalInput } from "../../desk/snoozeTimes";
import { TimeField } from "../../desk/TimeField";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { fullTime } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import { Card } from "./parts";
import type { DocumentSummary } from "./words";

export function Times({ document }: { document: DocumentSummary }) {
  const { _id: documentId, state, expiresAt, publishAt } = document;
  const publish = useMutation(api.knowledge.publish);
  const unpublish = useMutation(api.knowledge.unpublish);
  const setPublishAt = useMutation(api.versions.publishAt);
  const setExpiry = useMutation(api.versions.setExpiry);
  const announce = useAnnounce();
  const isOff = state === "unpublished";
  const turn = useTask(async () => {
    await (isOff ? publish : unpublish)({ documentId });
    announce(isOff ? "It answers again." : "It no longer answers.");
  });
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Card title={isOff ? "It doesn't answer" : "It answers"}>
        <p className="text-sm text-soft">
          {isOff
            ? "The AI doesn't know what it says. It is kept."
            : "Switched off it is kept, and the AI doesn't know what it says."}
        </p>
        <ProblemNotice problem={turn.problem} />
        <Button busy={turn.busy} onClick={() => void turn.run()}>
          {isOff ? "Let it answer again" : "Switch off"}
        </Button>
        {isOff && (
          <TimeForm
            id="publish-at"
            label="Or from a time on"
            act="Answer from then on"
            at={publishAt}
            onSet={(at) => setPublishAt({ what: { documentId }, at })}
          />
        )}
      </Card>
      <Card title="Valid until">
        <p className="text-sm text-soft">
          From then on it no longer answers. Admins are told a week before.
        </p>
        <TimeForm
          id="expires-at"
          label="Its end"
          act="Set its end"
          at={expiresAt}
          onSet={(at) => setExpiry({ documentId, expiresAt: at })}
        />
      </Card>
    </div>
  );
}

/** A time that is set, changed or taken away. */
export function TimeForm({
  id,
  label,
  act,
  at,
  onSet,
}: {
  id: string;
  label: string;
  act: string;
  at: number | undefined;
  onSet: (at: number | null) => Promise<unknown>;
}) {
  const [value, setValue] = useState(at === undefined ? "" : toLocalInput(at));
  const announce = useAnnounce();
  const task = useTask(async (next: number | null) => {
    await onSet(next);
    if (next === null) setValue("");
    announce(next === null ? "The time is taken away." : `Set to ${fullTime(next)}.`);
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(fromLocalInput(value));
      }}
    >
      <TimeField id={id} label={label} value={value} onChange={setValue} />
      {at !== undefined && <p className="text-sm">Set to {fullTime(at)}.</p>}
      <ProblemNotice problem={task.problem} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={task.busy}>
          {act}
        </Button>
        {at !== undefined && (
          <Button look="quiet" onClick={() => void task.run(null)}>
            Take the time away
          </Button>
        )}
      </div>
    </form>
  );
}

/** A draft answers from a time on, as the admin has read it. */
export function DraftTime({
  draft,
}: {
  draft: { _id: Id<"knowledge">; updatedAt: number; publishAt?: number | undefined };
}) {
  const setPublishAt = useMutation(api.versions.publishAt);
  const { _id: draftId, updatedAt, publishAt } = draft;
  return (
    <Card title="Publish at a time">
      <p className="text-sm text-soft">
        It answers from then on. If it is changed meanwhile, it waits and you are told.
      </p>
      <TimeForm
        id="draft-publish-at"
        label="From"
        act="Publish then"
        at={publishAt}
        onSet={(at) => setPublishAt({ what: { draftId, updatedAt }, at })}
      />
    </Card>
  );
}

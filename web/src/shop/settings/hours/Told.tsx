/** What a customer would be told now, or at a time of one's choice: the words of the real answers, by the hours as drawn. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useDeferredValue, useState } from "react";
import { api } from "../../../api";
import { Markdown } from "../../../thread/Markdown";
import { useNow } from "../../../ui/useNow";
import type { Hours } from "./week";

type Preview = FunctionReturnType<typeof api.hours.preview>;

const MINUTE = 60_000;
/** A document cites nothing. */
const NoMark = () => null;

export function Told({ hours, isDraft }: { hours: Hours; isDraft: boolean }) {
  const now = useNow(MINUTE / 4);
  const minute = now - (now % MINUTE);
  const [local, setLocal] = useState("");
  const isNow = local === "";
  const asked = useDeferredValue(hours);
  const answer = useQuery(api.hours.preview, {
    hours: asked,
    moment: isNow ? { at: minute } : { local },
  });
  // What was said last stays while the next is on its way.
  const [shown, setShown] = useState<Preview>();
  if (answer !== undefined && answer !== shown) setShown(answer);
  return (
    <section aria-labelledby="hours-told" className="flex flex-col gap-3" data-testid="told">
      <h3 id="hours-told" className="text-sm font-semibold">
        What a customer would be told{isDraft ? ", once this is saved" : ""}
      </h3>
      <div className="flex flex-wrap items-end gap-3">
        <label className="flex flex-col gap-1 text-[0.8125rem] font-medium text-soft">
          At (the shop's time)
          <input
            type="datetime-local"
            value={local}
            onChange={({ target }) => setLocal(target.value)}
            className="h-9 rounded-lg border border-line-strong bg-surface px-2 text-sm text-ink"
          />
        </label>
        <button
          type="button"
          aria-pressed={isNow}
          onClick={() => setLocal("")}
          className={`h-9 rounded-full px-3 text-[0.8125rem] font-medium ${isNow ? "bg-sunken text-ink" : "text-soft hover:text-ink"}`}
        >
          Right now
        </button>
      </div>
      {shown !== undefined && <Words preview={shown} isNow={isNow} />}
    </section>
  );
}

function Words({ preview, isNow }: { preview: Preview; isNow: boolean }) {
  const onDuty = useQuery(api.users.onDuty);
  if (preview.kind === "refused") {
    return (
      <p role="alert" className="rounded-xl bg-danger-wash px-3.5 py-2.5 text-sm text-danger">
        {preview.problem}
      </p>
    );
  }
  const someone = isNow && onDuty !== undefined ? onDuty.length > 0 : null;
  const said = [
    {
      when: "Passed to a technician, nobody on a shift",
      text: preview.nobody,
      real: someone === false,
    },
    { when: "Passed to a technician, somebody on a shift", text: preview.onDuty, real: someone },
    { when: "Waiting longer than expected", text: preview.longerWait, real: null },
  ];
  return (
    <>
      <p className="text-sm">
        {preview.moment}: <strong>{preview.isOpen ? "open" : "closed"}</strong>
      </p>
      <dl className="grid gap-3 md:grid-cols-3">
        {said.map(({ when, text, real }) => (
          <div key={when} className="rounded-2xl border border-line bg-surface p-3.5">
            <dt className="mb-1.5 text-[0.8125rem] text-soft">
              {when}
              {real === true && <strong className="text-ink"> (so it is now)</strong>}
            </dt>
            <dd className="text-sm">{text}</dd>
          </div>
        ))}
      </dl>
      <details className="text-sm">
        <summary className="cursor-pointer font-medium text-soft">
          What the AI answers from when it is asked for the hours
        </summary>
        <div className="mt-2 rounded-2xl border border-line bg-surface p-3.5">
          <Markdown text={preview.quoted} streaming={false} Mark={NoMark} />
        </div>
      </details>
    </>
  );
}

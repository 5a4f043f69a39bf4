/** What a document said before, what changed from one text to the next, and the way back. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api, type Id } from "../../api";
import { useAnnounce } from "../../ui/announce";
import { Button } from "../../ui/controls";
import { ProblemNotice } from "../../ui/Notice";
import { fullTime } from "../../ui/time";
import { useTask } from "../../ui/useTask";
import { Changes } from "./Changes";

type Version = FunctionReturnType<typeof api.versions.list>[number];

export function Versions({ documentId }: { documentId: Id<"knowledge"> }) {
  const versions = useQuery(api.versions.list, { documentId });
  const [open, setOpen] = useState<number | null>(null);
  const announce = useAnnounce();
  const takeBack = useMutation(api.versions.takeBack);
  const task = useTask(async (to: number) => {
    await takeBack({ documentId, to });
    announce(`The document says what version ${to} said, once that is read in.`);
  });
  if (versions === undefined)
    return (
      <p aria-busy className="text-sm text-faint">
        Looking…
      </p>
    );
  return (
    <div className="flex flex-col gap-3">
      <ProblemNotice problem={task.problem} />
      <ol className="flex flex-col" aria-label="Versions">
        {versions.map((each) => (
          <li key={each.version} className="border-b border-line py-2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-2 text-sm">
              <p className="min-w-0 flex-1">
                <span className="font-medium">Version {each.version}</span>
                <span className="text-soft"> · {describe(each)}</span>
              </p>
              <Button
                size="small"
                aria-expanded={open === each.version}
                onClick={() => setOpen(open === each.version ? null : each.version)}
              >
                What changed
              </Button>
              {each.place === "past" && (
                <Button size="small" busy={task.busy} onClick={() => void task.run(each.version)}>
                  Take this text back
                </Button>
              )}
            </div>
            {open === each.version && <Change documentId={documentId} version={each.version} />}
          </li>
        ))}
      </ol>
      <p className="text-[0.8125rem] text-faint">The last 12 are kept.</p>
    </div>
  );
}

function Change({ documentId, version }: { documentId: Id<"knowledge">; version: number }) {
  const text = useQuery(api.versions.get, { documentId, version });
  if (text === undefined)
    return (
      <p aria-busy className="pt-2 text-sm text-faint">
        Comparing…
      </p>
    );
  return (
    <div className="flex flex-col gap-2 pt-2">
      <p className="text-[0.8125rem] text-faint">
        {text.since === undefined
          ? "None before it is kept: all of it is new."
          : `Compared with version ${text.since}.`}
      </p>
      <Changes changes={text.changes} />
    </div>
  );
}

const ACTS: Partial<Record<NonNullable<Version["act"]>, string>> = {
  document_added: "added",
  document_replaced: "changed",
  hours_changed: "opening hours changed",
};
const PLACES = { live: "answers", next: "being read in", past: "" } as const;

function describe({ act, by, savedAt, place, textOf }: Version): string {
  const done = (act && ACTS[act]) ?? "saved";
  const who = by === undefined ? "" : ` by ${by.name ?? "an admin"}`;
  const again = textOf === undefined ? "" : `, the text of version ${textOf} again`;
  const now = PLACES[place] === "" ? "" : ` · ${PLACES[place]}`;
  return `${done}${who}${again}, ${fullTime(savedAt)}${now}`;
}

/** Two people who are one: whom, then what it would do and what of them is proved, then how one knows. */
import { useConvex, useMutation } from "convex/react";
import { useState } from "react";
import { api, type CustomerPanel, type MergePreview } from "../api";
import { useAnnounce } from "../ui/announce";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ProblemNotice } from "../ui/Notice";
import { formatPhone } from "../ui/phone";
import { useTask } from "../ui/useTask";
import { Choices } from "./Choices";
import {
  mergeLines,
  personName,
  proofLines,
  PROOFS,
  REFUSALS,
  sinceWords,
  type Proof,
} from "./customerWords";

export function MergeDialog({
  userId,
  suggested,
  onClose,
}: {
  userId: CustomerPanel["_id"];
  /** What they wrote of themselves here: where one may look. */
  suggested: string[];
  onClose: () => void;
}) {
  const convex = useConvex();
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<MergePreview | "nobody" | null>(null);
  const search = useTask(async (other: string) => {
    setTyped(other);
    setFound((await convex.query(api.customers.previewMerge, { userId, other })) ?? "nobody");
  });
  return (
    <Dialog open onClose={onClose} title="Merge with another person" testId="merge-dialog">
      <div className="flex flex-col gap-4">
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() !== "") void search.run(typed.trim());
          }}
        >
          <Field
            id="merge-other"
            label="Who else they are"
            hint="An e-mail address, the number they text from, or the address of a conversation at this desk"
            autoComplete="off"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setFound(null);
            }}
          />
          {suggested.length > 0 && found === null && (
            <div className="flex flex-wrap items-center gap-2 text-[0.8125rem] text-soft">
              They wrote:
              {suggested.map((one) => (
                <Button key={one} size="small" onClick={() => void search.run(one)}>
                  {formatPhone(one)}
                </Button>
              ))}
            </div>
          )}
          <ProblemNotice problem={search.problem} />
          {found === null && (
            <Button type="submit" busy={search.busy} disabled={typed.trim() === ""}>
              Look
            </Button>
          )}
        </form>
        {found === "nobody" && (
          <p role="status" className="text-sm text-soft">
            Nobody has that address, texts from that number, or began that conversation.
          </p>
        )}
        {found !== null && found !== "nobody" && (
          <Found
            key={found.version}
            preview={found}
            lookAgain={() => void search.run(typed)}
            onDone={onClose}
          />
        )}
      </div>
    </Dialog>
  );
}

function Found({
  preview,
  lookAgain,
  onDone,
}: {
  preview: MergePreview;
  lookAgain: () => void;
  onDone: () => void;
}) {
  const { keeps, goes, refusals, claims, version } = preview;
  const announce = useAnnounce();
  const merge = useMutation(api.customers.merge);
  const [proof, setProof] = useState<Proof | null>(null);
  const task = useTask(async (how: Proof) => {
    await merge({ userId: keeps._id, otherId: goes._id, version, proof: how });
    announce(`${personName(goes)} and ${personName(keeps)} are one person now.`);
    onDone();
  });
  return (
    <form
      data-testid="merge-preview"
      className="flex animate-rise flex-col gap-4 text-sm"
      onSubmit={(event) => {
        event.preventDefault();
        if (proof !== null) void task.run(proof);
      }}
    >
      <div className="flex flex-col gap-2">
        <Side title="Stays" person={keeps} />
        {refusals.includes("same_person") || <Side title="Goes" person={goes} />}
      </div>
      {claims.length > 0 && (
        <p className="rounded-xl bg-note px-3 py-2 text-on-note">
          {claims
            .map(({ by, value }) => {
              const [who, whose] = by === "goes" ? [goes, keeps] : [keeps, goes];
              return `${personName(who)} wrote ${formatPhone(value)}, which is ${personName(whose)}'s.`;
            })
            .join(" ")}{" "}
          Anybody can write that: it proves nothing.
        </p>
      )}
      {refusals.length > 0 ? (
        <ul
          role="alert"
          className="flex flex-col gap-1 rounded-xl bg-danger-wash px-3.5 py-2.5 text-danger"
        >
          {refusals.map((refusal) => (
            <li key={refusal}>{REFUSALS[refusal]}</li>
          ))}
        </ul>
      ) : (
        <>
          <ul className="flex list-disc flex-col gap-1 pl-5 leading-relaxed text-soft [overflow-wrap:anywhere]">
            {mergeLines(preview).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <Choices
            legend="How you know that they are one, for the record"
            name="merge-proof"
            choices={PROOFS}
            chosen={proof}
            onChoose={setProof}
          />
          <ProblemNotice problem={task.problem}>
            <Button size="small" onClick={lookAgain}>
              Look again
            </Button>
          </ProblemNotice>
          <Button type="submit" look="destroy" wide busy={task.busy} disabled={proof === null}>
            Merge for good
          </Button>
        </>
      )}
    </form>
  );
}

const Side = ({ title, person }: { title: string; person: MergePreview["keeps"] }) => (
  <section aria-label={title} className="rounded-xl border border-line px-3.5 py-2.5">
    <h3 className="flex items-baseline gap-2 font-semibold">
      <span className="text-xs font-medium text-faint uppercase">{title}</span>
      <span className="truncate">{personName(person)}</span>
    </h3>
    <ul className="mt-1 text-[0.8125rem] text-soft [overflow-wrap:anywhere]">
      {proofLines(person).map((line) => (
        <li key={line}>{line}</li>
      ))}
      <li>Here since {sinceWords(person.createdAt)}</li>
    </ul>
  </section>
);

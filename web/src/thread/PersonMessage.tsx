/** What people write: the reader's own messages on the right, everybody else's on the left; staff notes apart. */
import { CheckCheck, Clock, Lock, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Row } from "../conversation/timeline";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/controls";
import { RetryButton } from "../ui/Notice";
import { problemOf } from "../auth";
import { clockTime, fullTime } from "../ui/time";
import { useConnection } from "../ui/useConnection";
import { Attachments, SentFiles } from "./Attachments";
import { CopyButton } from "./CopyButton";
import { PersonText } from "./PersonText";
import type { Reader, RowActions } from "./rowActions";
import { Texted } from "./Texted";
import { useTranslated } from "./Translated";

const BUBBLE =
  "w-fit max-w-full rounded-[1.25rem] px-4 py-2.5 leading-normal whitespace-pre-wrap [overflow-wrap:anywhere]";

export function Time({ at, children }: { at: number; children?: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5 text-xs text-faint tabular-nums">
      <time
        className="whitespace-nowrap"
        dateTime={new Date(at).toISOString()}
        title={fullTime(at)}
      >
        {clockTime(at)}
      </time>
      {children}
    </span>
  );
}

export function OwnMessage({
  row,
  reader,
  actions,
  seenAt,
}: {
  row: Row;
  reader: Reader;
  actions: RowActions;
  seenAt: number | undefined;
}) {
  const translated = useTranslated(row.message);
  if (row.visibility === "staff") return <Note row={row} />;
  const unsent = row.status === "unsent";
  return (
    <div className="flex flex-col items-end gap-1 pl-10 sm:pl-20" data-testid="own-message">
      <p className="sr-only">You said:</p>
      {row.text !== "" && (
        <div
          className={`${BUBBLE} rounded-br-md transition-opacity duration-300 ${unsent ? "border border-dashed border-line-strong bg-sunken text-ink" : "bg-bubble text-on-bubble"} ${row.status === "sending" ? "opacity-85" : ""}`}
        >
          <PersonText text={translated.text ?? row.text} />
        </div>
      )}
      <Attachments files={row.message?.attachments} />
      <SentFiles files={row.outboxItem?.files} />
      {unsent ? (
        <Unsent row={row} actions={actions} />
      ) : (
        <Time at={row.at}>
          {row.status === "sending" && <Sending />}
          {reader === "staff" && <Texted message={row.message} />}
          {translated.button}
          <Edited message={row.message} />
          {seenAt !== undefined && <Seen at={seenAt} />}
          {row.text !== "" && <CopyButton label="Copy the message" words={() => row.text} />}
          {actions.edit && (
            <Button look="quiet" size="small" data-testid="edit" onClick={actions.edit}>
              Edit
            </Button>
          )}
        </Time>
      )}
    </div>
  );
}

function Seen({ at }: { at: number }) {
  return (
    <span data-testid="seen" title={fullTime(at)} className="flex items-center gap-1">
      <CheckCheck size={13} aria-hidden /> Seen {clockTime(at)}
    </span>
  );
}

/** A technician has changed the words since they were sent. */
function Edited({ message }: { message: Row["message"] }) {
  if (message?.editedAt === undefined) return null;
  return (
    <span data-testid="edited" title={fullTime(message.editedAt)}>
      edited
    </span>
  );
}

function Sending() {
  const { down } = useConnection();
  return (
    <>
      <Clock size={12} aria-hidden /> {down ? "Waiting for the connection" : "Sending…"}
    </>
  );
}

function Unsent({ row, actions }: { row: Row; actions: RowActions }) {
  const item = row.outboxItem;
  if (item === undefined) return null;
  // The wait that the server asked for counts from the refusal, not from this render.
  const problem = problemOf(item.error, item.failedAt);
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1.5 text-[0.8125rem] text-danger"
    >
      <span className="flex items-center gap-1.5">
        <TriangleAlert size={14} aria-hidden className="shrink-0" />
        Not sent. {problem.message}
      </span>
      <span className="flex gap-1">
        <RetryButton problem={problem} onRetry={() => actions.retrySend?.(item.clientMessageId)} />
        <Button look="quiet" size="small" onClick={() => actions.discard?.(item.clientMessageId)}>
          Discard
        </Button>
      </span>
    </div>
  );
}

export function PersonMessage({
  row,
  continued,
  openOriginal,
}: {
  row: Row;
  continued: boolean;
  openOriginal: RowActions["openOriginal"];
}) {
  const original = useOriginal(row, openOriginal);
  const translated = useTranslated(row.message);
  if (row.visibility === "staff") return <Note row={row} />;
  const technician = row.author.kind === "technician";
  const name = row.author.name ?? (technician ? "Technician" : "Customer");
  return (
    <div
      className="flex gap-3 pr-6 sm:pr-16"
      data-testid={technician ? "technician-message" : "customer-message"}
    >
      <span className={continued ? "invisible" : ""}>
        <Avatar kind={technician ? "person" : "customer"} name={name} />
      </span>
      <div className="min-w-0">
        <p
          className={
            continued ? "sr-only" : "mb-1 flex h-8 items-center gap-2 text-sm font-semibold"
          }
        >
          {name}
          {technician && (
            <span className="rounded-full bg-person-wash px-2 py-0.5 text-[0.6875rem] font-medium text-person">
              Technician
            </span>
          )}
        </p>
        {row.text !== "" && (
          <div
            className={`${BUBBLE} rounded-tl-md ${technician ? "bg-person-wash text-ink" : "bg-sunken text-ink"}`}
          >
            <PersonText text={original.text ?? translated.text ?? row.text} />
          </div>
        )}
        <Attachments files={row.message?.attachments} />
        <div className="mt-1">
          <Time at={row.at}>
            {original.text === undefined && translated.button}
            <Edited message={row.message} />
            {row.text !== "" && (
              <CopyButton
                label="Copy the message"
                words={() => original.text ?? translated.text ?? row.text}
              />
            )}
            {original.open && (
              <Button look="quiet" size="small" onClick={original.open}>
                {original.failed ? "That didn't work. Try again" : "Show what is hidden"}
              </Button>
            )}
          </Time>
        </div>
      </div>
    </div>
  );
}

/** What is hidden in a customer's message, once it was opened here; it is on record who did. */
function useOriginal({ id, message }: Row, openOriginal: RowActions["openOriginal"]) {
  const [text, setText] = useState<string>();
  const [failed, setFailed] = useState(false);
  const canOpen = message?.hidden === true && text === undefined && id !== undefined;
  const open = async () => {
    try {
      setText(await openOriginal?.(id!));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return { text, failed, open: canOpen && openOriginal ? () => void open() : undefined };
}

/** Among staff. It must not look like anything that a customer could see. */
function Note({ row }: { row: Row }) {
  return (
    <div
      data-testid="staff-note"
      className="rounded-2xl border border-dashed border-note-line bg-note px-4 py-3 text-sm text-on-note"
    >
      <p className="mb-1 flex items-center gap-1.5 text-xs font-semibold">
        <Lock size={12} aria-hidden />
        {row.author.name ?? "Technician"} · internal note
        <time
          className="ml-auto font-normal tabular-nums"
          dateTime={new Date(row.at).toISOString()}
        >
          {clockTime(row.at)}
        </time>
      </p>
      <div className="leading-normal [overflow-wrap:anywhere]">
        <PersonText text={row.text} names={row.message?.mentions} />
      </div>
    </div>
  );
}

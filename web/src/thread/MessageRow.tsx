/**
 * One row of a conversation. The same instance lives from the first streamed character to the settled
 * message, and from "sending" to sent.
 */
import { memo } from "react";
import { ErrorBoundary } from "../auth";
import type { Row } from "../conversation/timeline";
import { Answer } from "./Answer";
import { PlainText } from "./Markdown";
import { OwnMessage, PersonMessage } from "./PersonMessage";
import { Reaction } from "./Reaction";
import { isOwn, type Reader, type RowActions } from "./rowActions";
import { SystemLine } from "./SystemLine";

type Props = {
  row: Row;
  reader: Reader;
  actions: RowActions;
  /** The same author spoke just before: no name again. */
  continued: boolean;
  /** This row is the reply that may be asked for again. */
  canRetry: boolean;
  /** This row is the reader's, and may still be changed. */
  canEdit: boolean;
  /** When the other side has seen it, of the last one that they have. */
  seenAt?: number | undefined;
};

/** One message that can't be drawn is no reason to lose the others: its words are shown without anything around them. */
export const MessageRow = memo(function MessageRow(props: Props) {
  return (
    <ErrorBoundary fallback={() => <PlainText text={props.row.text} />}>
      <DrawnRow {...props} />
      <ReactionTo {...props} />
    </ErrorBoundary>
  );
});

function DrawnRow({ row, reader, actions, continued, canRetry, canEdit, seenAt }: Props) {
  if (row.author.kind === "system") return <SystemLine text={row.text} />;
  if (row.author.kind === "agent") {
    return (
      <Answer
        row={row}
        reader={reader}
        actions={actions}
        continued={continued}
        canRetry={canRetry}
      />
    );
  }
  if (isOwn(row, reader)) {
    const { edit, ...rest } = actions;
    const own = canEdit && edit ? { ...rest, edit } : rest;
    return <OwnMessage row={row} reader={reader} actions={own} seenAt={seenAt} />;
  }
  return <PersonMessage row={row} continued={continued} openOriginal={actions.openOriginal} />;
}

function ReactionTo({ row, reader }: Props) {
  const sign = row.message?.reaction;
  if (sign === undefined) return null;
  return <Reaction sign={sign} mine={isOwn(row, reader)} />;
}

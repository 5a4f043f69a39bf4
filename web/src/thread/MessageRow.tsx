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

function DrawnRow({ row, reader, actions, continued, canRetry }: Props) {
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
  if (isOwn(row, reader)) return <OwnMessage row={row} reader={reader} actions={actions} />;
  return <PersonMessage row={row} continued={continued} openOriginal={actions.openOriginal} />;
}

function ReactionTo({ row, reader }: Props) {
  const sign = row.message?.reaction;
  if (sign === undefined) return null;
  return <Reaction sign={sign} mine={isOwn(row, reader)} />;
}

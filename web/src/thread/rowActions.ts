/** What the rows of a conversation share: who reads them, and what their reader may ask for. */
import type { MessageId } from "../api";
import type { Row } from "../conversation/timeline";

/** What a row can ask for. Absent: the reader may not do it here. */
export type RowActions = {
  retrySend?: (clientMessageId: string) => void;
  discard?: (clientMessageId: string) => void;
  rateMessage?: (messageId: MessageId, score: "up" | "down", comment?: string) => Promise<unknown>;
  /** On record that a source of an answer was opened. */
  markSourceRead?: (messageId: MessageId, n: number) => Promise<unknown>;
  /** A customer's message with what is hidden in it; on record. */
  openOriginal?: (messageId: MessageId) => Promise<string | undefined>;
  /** The reader's last message, while it may be changed. */
  edit?: () => void;
  retryReply?: () => Promise<unknown>;
};

/** `you`: who reads. Their own messages stand on the right. */
export type Reader = "customer" | "staff";

/** On the reader's side: a customer's own messages, or those of the shop. */
export const isOwn = ({ author }: Pick<Row, "author">, reader: Reader): boolean =>
  author.kind === "customer"
    ? reader === "customer"
    : author.kind === "technician" && reader === "staff";

/** What the desk's search finds a message by: what somebody said, as it was stored when it settled. */
import type { Doc } from "../../_generated/dataModel";
import { redactSecrets } from "../../lib/redact";
import { searchTextOf } from "../../lib/searchWords";

type Said = Pick<Doc<"messages">, "text" | "attachments">;

/** Without the secrets in it: staff open those on purpose (`messages.openOriginal`), and search must not tell them. */
export function wordsToFind({ text, attachments = [] }: Said): string | undefined {
  const names = attachments.map(({ name }) => name);
  return searchTextOf([redactSecrets(text), ...names].join("\n")) || undefined;
}

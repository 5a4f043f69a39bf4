/** Says what people and the shop have written since the conversation was opened; answers say themselves (`Answer.tsx`). */
import { useEffect, useRef } from "react";
import type { Row } from "../conversation/timeline";
import { useAnnounce } from "../ui/announce";
import { isOwn, type Reader } from "./rowActions";
import { splitSafety } from "./systemWords";

export function useAnnounceNews(rows: readonly Row[], reader: Reader): void {
  const announce = useAnnounce();
  const known = useRef<Known>(new Map());
  useEffect(() => {
    const before = known.current;
    // A word of an answer is no news.
    const isEdited = (row: Row) => before.has(row.key) && before.get(row.key) !== editOf(row);
    const isKnown = (row: Row) => before.has(row.key) && !isEdited(row);
    if (rows.length === before.size && rows.every(isKnown)) return;
    const news = [...rows.filter(isEdited), ...newRows(rows, before)].filter(
      (row) => !isOwn(row, reader),
    );
    known.current = new Map(rows.map((row) => [row.key, editOf(row)]));
    const urgent = news.map((row) => safetyOf(row)).filter((words) => words !== null);
    const calm = news.map((row) => spokenRow(row)).filter((words) => words !== "");
    if (urgent.length > 0) announce(urgent.join(" "), "assertive");
    if (calm.length > 0) announce(calm.join(" "));
  }, [rows, reader, announce]);
}

/** Each row, and when it was edited last. */
type Known = ReadonlyMap<string, number | undefined>;
const editOf = ({ message }: Row) => message?.editedAt;

/** What has come since: not the pages before, and nothing of a conversation that is shown for the first time. */
export function newRows(rows: readonly Row[], known: Pick<Known, "has">): Row[] {
  const first = rows.findIndex(({ key }) => known.has(key));
  return first < 0 ? [] : rows.slice(first).filter(({ key }) => !known.has(key));
}

function safetyOf({ author, text }: Row): string | null {
  const safety = author.kind === "system" ? splitSafety(text).safety : null;
  return safety && [safety.first, ...safety.steps].join(" ");
}

const WORDS = { technician: "Technician", customer: "Customer" };

function spokenRow({ author, text, visibility, message }: Row): string {
  if (author.kind === "agent") return "";
  if (author.kind === "system") return splitSafety(text).rest;
  const files = message?.attachments?.length ?? 0;
  const sent = files === 0 ? "" : files === 1 ? " A file." : ` ${files} files.`;
  const note = visibility === "staff" ? ", internal note" : "";
  const edited = message?.editedAt === undefined ? "" : ", edited";
  return `${author.name ?? WORDS[author.kind]}${note}${edited}: ${text}${sent}`.trim();
}

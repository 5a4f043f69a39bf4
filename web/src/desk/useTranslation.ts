/** Two languages in one conversation: the customer's words in the technician's, and the answer in the customer's. */
import { useConvex } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { api, type ConversationId } from "../api";
import type { Row } from "../conversation/timeline";
import { useTask } from "../ui/useTask";

const KEY = "support.deskLanguage";
/** Of this page's life: where the technician wants it. */
const onIn = new Set<ConversationId>();
type Written = { text: string; to: string };
/** What was written where its translation now stands in the composer. */
const writtenIn = new Map<ConversationId, Written>();

export function useTranslation(conversationId: ConversationId, rows: readonly Row[]) {
  const convex = useConvex();
  const [isOn, setOn] = useState(onIn.has(conversationId));
  const [mine, setMine] = useState(storedLanguage);
  const [written, setWritten] = useState(writtenIn.get(conversationId));
  const [differs, setDiffers] = useState<string[]>([]);
  const keep = (next: Written | undefined) => {
    if (next === undefined) writtenIn.delete(conversationId);
    else writtenIn.set(conversationId, next);
    setWritten(next);
    setDiffers([]);
  };
  const reading = useTask(() =>
    convex.action(api.assists.translateMessages, { conversationId, to: mine }),
  );
  const answering = useTask(async (text: string, to: string, show: (words: string) => void) => {
    const made = await convex.action(api.assists.translateAnswer, { conversationId, text, to });
    keep({ text, to });
    setDiffers(made.differs);
    show(made.text);
  });

  const customers = rows.filter(({ author, message }) => author.kind === "customer" && message);
  const due = customers.findLast(
    ({ text, message }) => text !== "" && message?.translation?.to !== mine,
  )?.id;
  // Once for each message and language: what failed is tried again by a click.
  const tried = useRef("");
  const { run, busy } = reading;
  useEffect(() => {
    const one = `${due} ${mine}`;
    if (!isOn || busy || due === undefined || tried.current === one) return;
    tried.current = one;
    void run();
  }, [isOn, busy, due, mine, run]);
  const theirs = customers
    .map(({ message }) => message?.translation?.language)
    .findLast((language) => language !== undefined);
  return {
    isOn,
    toggle: () => {
      if (isOn) onIn.delete(conversationId);
      else onIn.add(conversationId);
      setOn(!isOn);
    },
    mine,
    setMine: (language: string) => {
      storeLanguage(language);
      setMine(language);
    },
    /** What the customer writes in, if that is another language. */
    theirs: theirs === mine ? undefined : theirs,
    reading,
    answering,
    written,
    differs,
    /** What is sent now was translated from this. */
    takeWritten: () => {
      keep(undefined);
      return written;
    },
    forget: () => keep(undefined),
  };
}

export type Translation = ReturnType<typeof useTranslation>;

function storedLanguage(): string {
  const own = navigator.language.slice(0, 2).toLowerCase();
  try {
    return localStorage.getItem(KEY) ?? own;
  } catch {
    return own;
  }
}

function storeLanguage(language: string): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/**
 * Tells a technician who looks elsewhere that a customer came or wrote, or a colleague named them: announced at the desk, and with a sound and a
 * notification for whoever wants them. Only while a desk is open; of several tabs one sounds.
 */
import { useConvex } from "convex/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ConversationId, type StaffConversation } from "../api";
import { useAnnounce } from "../ui/announce";
import { chime, wakeSound } from "./chime";
import type { Mention } from "./Mentions";
import type { Listed } from "./useList";
import { customerName, REASON_WORDS } from "./words";

const KEY = "support.deskAlerts";

export type Alerts = {
  on: boolean;
  /** The browser shows no notifications: only the sound is left. */
  silenced: boolean;
  toggle: () => Promise<void>;
};

type Rows = Listed[] | undefined;

type Followed = { waiting: Rows; mine: Rows; mentions: readonly Mention[] | undefined };

export function useAlerts(
  { waiting, mine, mentions }: Followed,
  current: ConversationId | null,
): Alerts {
  const [on, setOn] = useState(stored);
  const announce = useAnnounce();
  const convex = useConvex();
  const tell = useCallback(
    async (conversationId: ConversationId, words: (row: StaffConversation) => string) => {
      const [row] = await convex.query(api.desk.lines, { conversationIds: [conversationId] });
      // Deleted with its customer meanwhile.
      if (row === undefined) return;
      if (words !== writtenWords) announce(words(row));
      if (!on) return;
      void chime();
      if (!document.hasFocus() && permission() === "granted") notify(conversationId, words(row));
    },
    [announce, convex, on],
  );
  useNews(
    waiting,
    ({ _id }) => _id,
    hasBegun,
    ({ _id }) => tell(_id, waitingWords),
  );
  // The own list shows it, and reads it out: what is left is the sound.
  useNews(
    mine,
    ({ _id }) => _id,
    hasWritten,
    async ({ _id }) => (on ? await tell(_id, writtenWords) : undefined),
  );
  useNews(
    mentions,
    ({ messageId }) => messageId,
    isNewMention,
    async (mention) => {
      const { conversationId, by } = mention;
      // The note itself is read out where it is on the screen.
      if (conversationId === current && document.hasFocus()) return;
      await tell(conversationId, mentionWords(by));
    },
  );
  const toggle = async () => {
    if (!on) {
      wakeSound();
      if (permission() === "default") await Notification.requestPermission();
    }
    store(!on);
    setOn(!on);
  };
  return { on, silenced: on && permission() !== "granted", toggle };
}

/** Names and reasons only: a notification may be read on a locked screen. */
const waitingWords = (row: StaffConversation) =>
  `${customerName(row)} waits${row.brief ? `: ${REASON_WORDS[row.brief.reason]}` : ""}.`;
const writtenWords = (row: StaffConversation) => `${customerName(row)} has written.`;

const mentionWords = (by: string | undefined) => (row: StaffConversation) =>
  `${by ?? "A colleague"} mentioned you in a note about ${customerName(row)}.`;

const isNewMention = ({ seen }: Mention, before: Mention | undefined) =>
  before === undefined && !seen;

/** Somebody has begun to wait. */
const hasBegun = (_: Listed, before: Listed | undefined): boolean => before === undefined;

/** A customer has written in what is one's own. One that was just given is announced as given. */
const hasWritten = ({ unread = 0 }: Listed, before: Listed | undefined) =>
  before !== undefined && unread > (before.unread ?? 0);

/** Calls `tell` for what is new since the list was first there. */
function useNews<Row>(
  rows: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
  isNews: (row: Row, before: Row | undefined) => boolean,
  tell: (row: Row) => Promise<void>,
): void {
  const known = useRef<ReadonlyMap<string, Row> | null>(null);
  const latest = useRef({ keyOf, isNews, tell });
  useEffect(() => {
    latest.current = { keyOf, isNews, tell };
  });
  useEffect(() => {
    if (rows === undefined) return;
    const { keyOf, isNews, tell } = latest.current;
    const before = known.current;
    known.current = new Map(rows.map((row) => [keyOf(row), row]));
    if (before === null) return;
    for (const row of rows) {
      // A session that is over shows by the desk itself.
      if (isNews(row, before.get(keyOf(row)))) void tell(row).catch(() => undefined);
    }
  }, [rows]);
}

const permission = (): NotificationPermission =>
  "Notification" in window ? Notification.permission : "denied";

function notify(conversationId: ConversationId, words: string): void {
  // One a conversation: a second word of the same customer takes the place of the first, in all tabs.
  const shown = new Notification(words, { tag: `support.${conversationId}` });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

function store(on: boolean): void {
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/**
 * The desk's keys: which key is which act, by what the browser says was typed (`event.key`), so that they are where the
 * letters are in every layout. Where a layout types no Latin letters, the place of the key on the keyboard counts.
 * Pure. No library: what one of tinykeys' kind adds is less than the rules about when a key is not ours.
 */

/** Each act, in the order in which they are listed. `key` is one character, or a letter with Ctrl or Command. */
export const ACTS = {
  next: { key: "j", label: "Next conversation in the list" },
  previous: { key: "k", label: "Previous conversation in the list" },
  waiting: { key: "n", label: "Whoever waits or has written" },
  search: { key: "/", label: "Search" },
  claim: { key: "c", label: "Claim or take over" },
  answer: { key: "r", label: "Write an answer" },
  note: { key: "i", label: "Write an internal note" },
  edit: { key: "w", label: "Edit what I sent last" },
  resolve: { key: "e", label: "Resolve" },
  snooze: { key: "s", label: "Set aside…" },
  pass: { key: "p", label: "Pass on…" },
  release: { key: "b", label: "Give back to the assistant" },
  customer: { key: "d", label: "Show or hide who the customer is" },
  choose: { key: "x", label: "Choose it, to do something with several" },
  undo: { key: "z", label: "Undo what was done with several" },
  unread: { key: "u", label: "Mark as unread, and leave it" },
  back: { key: "l", label: "To the list" },
  viewWaiting: { key: "1", label: "Show who waits" },
  viewMine: { key: "2", label: "Show what is mine" },
  viewAll: { key: "3", label: "Show all open" },
  viewSnoozed: { key: "4", label: "Show what is set aside" },
  viewResolved: { key: "5", label: "Show what is resolved" },
  mentions: { key: "m", label: "Show where I was mentioned" },
  help: { key: "?", label: "Show the keys" },
  palette: { key: "mod+k", label: "All acts by name" },
} as const satisfies Record<string, { key: string; label: string }>;
export type Act = keyof typeof ACTS;
export const ACT_NAMES = Object.keys(ACTS) as Act[];

/** What of a key's event is asked for. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "isComposing" | "defaultPrevented"
>;
type Where = {
  /** Somebody writes, or chooses in a list by its letters. */
  inField: boolean;
  /** A dialog or menu has the keys. */
  covered: boolean;
  /** The technician has switched keys of one character off. */
  singleKeys: boolean;
};

const MAY_REPEAT = new Set<Act>(["next", "previous"]);

/** Which act a key is; null: it is the page's. */
export function actOf(pressed: Pressed, { inField, covered, singleKeys }: Where): Act | null {
  if (pressed.isComposing || pressed.defaultPrevented || covered) return null;
  const typed = typedKey(pressed);
  const isModified = pressed.ctrlKey || pressed.metaKey;
  // Ctrl and Alt together are AltGr where there is one: it types.
  if (pressed.altKey) return null;
  const wanted = isModified ? `mod+${typed}` : typed;
  if (!isModified && (inField || !singleKeys)) return null;
  const act = ACT_NAMES.find((name) => ACTS[name].key === wanted) ?? null;
  return act !== null && pressed.repeat && !MAY_REPEAT.has(act) ? null : act;
}

/** In lower case: with Caps Lock it is the same key. */
function typedKey({ key, code }: Pressed): string {
  // Arabic and Greek layouts have a question mark of their own.
  if (key === "\u061f" || key === "\u037e") return "?";
  // A letter of another alphabet: the place says which.
  if (/^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key)) {
    return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? key;
  }
  return key.toLowerCase();
}

/** As a key is written on the page. */
export const keyWords = (act: Act, isMac: boolean): string =>
  ACTS[act].key.replace(/^mod\+(.)$/, (_, letter: string) =>
    isMac ? `⌘ ${letter.toUpperCase()}` : `Ctrl ${letter.toUpperCase()}`,
  );

/**
 * Back closes what lies over the page, rather than leaving the page: while a dialog is open, the history has an entry
 * for it, the same address with `covered` in its state.
 */
type Covered = { covered?: true };

/** What closes each of the open dialogs, topmost last. */
const closers: (() => void)[] = [];
/** A page that doesn't watch leaves the history alone: a frame's is that of the page around it. */
let watching = false;
let goingBack = false;
let due = false;

type Entry = { state: Covered | null; url: string };
/** What the covering entry was replaced with: the one below it becomes the same, for nobody is to come past it. */
let below: Entry | null = null;
/** Gone to while the browser was on its way back, which takes its time: gone to again on arrival. */
let overtaken: Entry | null = null;

const here = (): Entry => ({
  state: window.history.state as Covered | null,
  url: window.location.href,
});

export const isCovered = (): boolean => (window.history.state as Covered | null)?.covered === true;

/** Call it when a dialog has opened; returns what to call when it is closed. */
export function coverPage(close: () => void): () => void {
  if (!watching) return () => undefined;
  closers.push(close);
  adjustSoon();
  return () => {
    closers.splice(closers.lastIndexOf(close), 1);
    adjustSoon();
  };
}

/** Runs it once the dialog that was just closed has left the history: going on before that would be undone with it. */
export function onceUncovered(act: () => void): void {
  if (isCovered() || goingBack)
    window.addEventListener("popstate", () => setTimeout(act), { once: true });
  else setTimeout(act);
}

/** After everything that closes and opens in the same moment: from one dialog to the next, the entry stays. */
function adjustSoon(): void {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    adjust();
  });
}

function adjust(): void {
  if (goingBack) return;
  const { history } = window;
  const state = history.state as Covered | null;
  if (!isCovered()) below = null;
  if (closers.length > 0 && !isCovered()) history.pushState({ ...state, covered: true }, "");
  if (closers.length === 0 && isCovered()) {
    goingBack = true;
    history.back();
  }
}

/** Once, as the page starts, before anybody reads the address. An entry that is left from before a reload goes. */
export function watchBack(): void {
  watching = true;
  window.addEventListener("popstate", arrive);
  // Told by the router, whoever calls them.
  window.addEventListener("pushState", () => {
    if (goingBack && !isCovered()) overtaken = here();
  });
  window.addEventListener("replaceState", () => {
    if (isCovered()) below = here();
    else if (goingBack) overtaken = here();
  });
  adjust();
}

function arrive(): void {
  const closedHere = goingBack;
  goingBack = false;
  // What has opened since is not what was to be closed.
  if (!closedHere && !isCovered()) closers.at(-1)?.();
  const { history } = window;
  if (below !== null && !isCovered()) {
    const { covered: _, ...state } = below.state ?? {};
    history.replaceState(state, "", below.url);
  }
  below = null;
  if (overtaken !== null) {
    const { state, url } = overtaken;
    overtaken = null;
    if (isCovered()) history.replaceState(state, "", url);
    else history.pushState(state, "", url);
  }
  adjustSoon();
}

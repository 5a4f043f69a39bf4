/**
 * An act on several conversations that waits some seconds before it is done: to undo it is not to do it, so nothing has to
 * be taken back from a customer who was told. Pure: told when time has passed.
 */
import type { ConversationId } from "../api";

/** One that was chosen, as it was then: what has happened in it since keeps it from being closed unseen. */
export type Chosen = { conversationId: ConversationId; turn: number };
/** As many as a list shows at first. */
export const MAX_CHOSEN = 50;
export const UNDO_MS = 7_000;

type Act = {
  /** What will be done, as a sentence: "3 conversations are resolved". */
  words: string;
  chosen: readonly Chosen[];
  one: (chosen: Chosen) => Promise<unknown>;
};
/** How many of them could not be done, and why the first could not. */
export type Outcome = { done: number; failed: number; error: unknown };

export class PendingActs {
  #act: Act | null = null;
  #stop = () => undefined as void;

  constructor(
    private readonly options: {
      after: (ms: number, act: () => void) => () => void;
      onChange: (pending: Act | null) => void;
      onDone: (outcome: Outcome) => void;
    },
  ) {}

  /** Does it after the time to undo it. One that waits already is done now. */
  start(act: Act): void {
    this.finish();
    this.#act = act;
    this.#stop = this.options.after(UNDO_MS, () => this.finish());
    this.options.onChange(act);
  }

  /** Nothing of it has been done, and nothing will be. Returns whom it was about. */
  undo(): readonly Chosen[] {
    const chosen = this.#act?.chosen ?? [];
    this.#clear();
    return chosen;
  }

  /** Now: the page is left, or something else is begun. */
  finish(): void {
    const act = this.#act;
    if (act === null) return;
    this.#clear();
    void doAll(act).then(this.options.onDone);
  }

  #clear(): void {
    this.#stop();
    this.#act = null;
    this.options.onChange(null);
  }
}

/** One after another, so that one desk takes no more of the deployment than one person. One that fails stops none. */
async function doAll({ chosen, one }: Act): Promise<Outcome> {
  const outcome: Outcome = { done: 0, failed: 0, error: null };
  for (const each of chosen) {
    try {
      await one(each);
      outcome.done += 1;
    } catch (error) {
      outcome.failed += 1;
      outcome.error ??= error;
    }
  }
  return outcome;
}

/** Whoever asked, reading along on a connection of their own (`http/reply.ts`): what they have been told, and when. */
import type { Infer } from "convex/values";
import type { vActivity } from "../../validators";
import type { Heard } from "./heard";

type Activity = Infer<typeof vActivity>;

/** The text is `text` from its character `at` on: mostly what has come, now and then what takes its place. */
export type ReaderLine = { at: number; text: string } | { activity: Activity };

export type Reader = {
  tell: (line: ReaderLine) => void;
  /** They have left, or may no longer read: nothing reaches them. */
  readonly isGone: boolean;
  /** Resolves when they have left. */
  readonly left: Promise<unknown>;
  /** Not one more word. */
  dismiss: () => void;
  /**
   * They watch the conversation too, and leave when its turn moves or somebody else looks on: the writer learns it at
   * once, and needn't ask the database every two seconds.
   */
  readonly follows: boolean;
};

/** What one reader has been told. */
export class Told {
  private text = "";
  private activity: Activity | null = null;
  private sent: Heard["sent"] = [];

  constructor(private readonly reader: Reader) {}

  get isOver(): boolean {
    return this.reader.isGone;
  }

  tellText(text: string): void {
    if (this.isOver || text === this.text) return;
    const at = commonLength(this.text, text);
    this.reader.tell({ at, text: text.slice(at) });
    if (at < this.text.length) this.sent = this.sent.filter(({ length }) => length <= at);
    this.text = text;
    this.sent.push({ at: Date.now(), length: text.length });
  }

  tellActivity(activity: Activity): void {
    if (this.isOver || activity === this.activity) return;
    this.activity = activity;
    this.reader.tell({ activity });
  }

  /** The database has so much of it: that stays in any case. */
  forgetStored(text: string): void {
    this.sent = this.sent.filter(({ length }) => length > text.length);
  }

  /** For whoever ends the reply. */
  get heard(): Heard {
    return { text: this.text, sent: this.sent, clock: Date.now() };
  }
}

/** How many characters are the same at the start. */
function commonLength(one: string, other: string): number {
  if (other.startsWith(one)) return one.length;
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

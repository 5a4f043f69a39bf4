/**
 * What a conversation promises, said as simply as it can be: no tables, no fences, no transactions. The
 * simulation drives the real functions and this, and compares after every commit.
 */
import { REPLY_CAP } from "./model/handoff";
import { LEASE } from "./model/replies";

/** The AI's work on one question. A later question, or a person, makes it moot. */
export type Process = {
  attempt: number;
  state: "queued" | "running";
  /** Until then whoever works on it is trusted to be alive. */
  leaseUntil: number;
  /** The scheduler still holds the job that would start the writer. */
  jobWaits: boolean;
  /** A row of the reply is there, and what stands in it. */
  shown: string | null;
};

export type Outcome = "complete" | "gap" | "handoff" | "silent handoff" | "refused" | "given up";
type Speaker = "customer" | "technician" | "agent";

export class Talk {
  /** "ai", "queue", or the technician's id. */
  owner = "ai";
  status: "open" | "snoozed" | "resolved" = "open";
  snoozedUntil: number | undefined;
  /** Since when the customer waits for a public answer. */
  waitingSince: number | undefined;
  unreadByCustomer = 0;
  unreadByStaff = 0;
  episode = 1;
  rated = false;
  process: Process | null = null;
  /** Who had the last word, if anybody has said one; and whether it ended well. */
  lastWord: Speaker | undefined;
  cutOff = false;

  constructor(public aiReplies: number) {}

  /** The customer writes. Returns whether a technician gets it because the AI has said enough. */
  written(now: number): void {
    this.mute();
    if (this.status === "resolved") this.reopened();
    this.wake();
    this.waitingSince ??= now;
    this.unreadByCustomer = 0;
    this.said("customer");
    if (this.owner !== "ai") this.unreadByStaff += 1;
    else if (this.aiReplies < REPLY_CAP) this.ask(now);
    else this.escalated(now);
  }

  /** Nothing to do if people have it already. */
  escalated(now: number): void {
    if (this.owner !== "ai") return;
    this.mute();
    if (this.status === "resolved") this.reopened();
    this.wake();
    this.owner = "queue";
    this.waitingSince ??= now;
    this.unreadByStaff += 1;
  }

  /** By claim or assignment. */
  givenTo(technician: string): void {
    this.mute();
    this.wake();
    this.owner = technician;
  }

  answeredByStaff(): void {
    this.mute();
    this.waitingSince = undefined;
    this.unreadByCustomer += 1;
    this.unreadByStaff = 0;
    this.said("technician");
  }

  released(now: number): void {
    if (this.owner === "ai") return;
    this.mute();
    this.owner = "ai";
    this.aiReplies = 0;
    if (this.waitingSince !== undefined) this.ask(now);
  }

  requeued(): void {
    this.mute();
    this.wake();
    this.owner = "queue";
  }

  resolved(): void {
    if (this.status === "resolved") return;
    this.mute();
    this.status = "resolved";
    this.owner = "ai";
    this.snoozedUntil = undefined;
    this.waitingSince = undefined;
    this.unreadByStaff = 0;
  }

  reopened(): void {
    this.status = "open";
    this.episode += 1;
    this.aiReplies = 0;
    this.rated = false;
  }

  wake(): void {
    this.status = "open";
    this.snoozedUntil = undefined;
  }

  stopped(): void {
    if (this.owner !== "ai" || this.waitingSince === undefined) return;
    if (this.process?.shown === "") this.said("agent", true);
    this.mute();
    this.waitingSince = undefined;
  }

  /** The customer asks for the answer again. */
  retried(now: number): "ok" | "conflict" {
    if (this.owner !== "ai" || this.status === "resolved") return "conflict";
    if (this.process !== null && this.process.shown !== null) return "conflict";
    if (this.lastWord !== "customer" && !this.cutOff) return "conflict";
    this.waitingSince ??= now;
    this.ask(now);
    return "ok";
  }

  /** A writer is admitted. */
  begun(now: number): void {
    const process = this.process!;
    Object.assign(process, { state: "running", leaseUntil: now + LEASE, shown: "" });
  }

  flushed(text: string, now: number): void {
    Object.assign(this.process!, { leaseUntil: now + LEASE, shown: text });
  }

  finished(outcome: Outcome, now: number): void {
    this.process = null;
    this.unreadByCustomer += 1;
    if (outcome !== "silent handoff") {
      this.said("agent", outcome === "refused" || outcome === "given up");
    }
    if (outcome === "complete" || outcome === "gap") {
      this.waitingSince = undefined;
      this.aiReplies += 1;
    } else if (outcome !== "refused") this.escalated(now);
  }

  /** The look after a lease. */
  lookedAfter(now: number): "replaced" | "given up" | "left alone" {
    const process = this.process;
    if (process === null || process.leaseUntil > now || process.jobWaits) return "left alone";
    if (process.attempt === 1) {
      const next = { attempt: 2, state: "queued", leaseUntil: now + LEASE, jobWaits: true };
      Object.assign(process, next);
      return "replaced";
    }
    this.mute();
    this.escalated(now);
    return "given up";
  }

  /** Nothing is missing when nobody has anything left to do. */
  isForgotten(): boolean {
    if (this.owner !== "ai" || this.process !== null) return false;
    return this.waitingSince !== undefined && !(this.lastWord === "agent" && this.cutOff);
  }

  /** Whatever the AI was saying ends here; what it has shown stays. */
  private mute(): void {
    if (this.process?.shown) this.said("agent", true);
    this.process = null;
  }

  private ask(now: number): void {
    this.process = {
      attempt: 1,
      state: "queued",
      leaseUntil: now + LEASE,
      jobWaits: true,
      shown: null,
    };
  }

  private said(by: Speaker, cutOff = false): void {
    this.lastWord = by;
    this.cutOff = cutOff;
  }
}

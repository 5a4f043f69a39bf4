/**
 * What a conversation promises, said as simply as it can be: no tables, no fences, no transactions. The
 * simulation drives the real functions and this, and compares after every commit.
 */
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import { REPLY_LEASE } from "../../convex/model/conversations/replyProcess";

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

export type Outcome = "complete" | "gap" | "handoff" | "silent handoff" | "given up";
type Speaker = "customer" | "technician" | "agent";
/** What a message amounts to, for the rules. */
export type Words = "question" | "person" | "topic" | "failure" | "yes" | "no" | "thanks";
type Offer = { reason: "same_failure" | "no_source" | "returning"; fresh: boolean };
export type Promised = { workflowId: string; dueAt: number; late: boolean };
type Decision = { kind: "none" | "offer" | "declined" } | { kind: "hand_off"; took: boolean };
/** One wait, one snooze, one question whether it helped: the timer that is armed for it may act, no other. */
export type Token = { of: number };

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

  /** The last word that was said to its end, and when, if it was the customer's. */
  askedAt: number | undefined;
  /** When people have it: since when it waits, or has been theirs; and the place it had before that. */
  since: number | undefined;
  queuedSince: number | undefined;
  returnedBy: string | undefined;
  offer: Offer | null = null;
  failures = 0;
  noSource = 0;
  declined = false;
  /** People have had it in this episode. */
  briefed = false;
  promises: Promised[] = [];
  followedUp = 0;
  tokens: Record<"handoff" | "snooze" | "follow_up", Token | null> = {
    handoff: null,
    snooze: null,
    follow_up: null,
  };
  /** What the commit under way must have recorded. */
  events: string[] = [];

  get offered(): Offer["reason"] | undefined {
    return this.offer?.reason;
  }

  constructor(public aiReplies: number) {}

  /**
   * The customer writes. `back`: to whom a settled matter returns, if not to the AI alone; `left`: whoever has it
   * has gone home.
   */
  written(now: number, words: Words, back: string | null, left: boolean): void {
    const people = this.owner !== "ai";
    if (this.status === "resolved") this.reopened();
    const decision = this.decide(words);
    const welcome = decision.kind === "none" && !people ? back : null;
    this.bump();
    this.wake();
    this.waitingSince ??= now;
    this.unreadByCustomer = 0;
    this.said("customer");
    this.askedAt = now;
    this.events.push("message_received");
    if (people || (welcome !== null && welcome !== "offer")) this.unreadByStaff += 1;
    if (left) this.returned(this.place(now));
    else if (people) return;
    else if (welcome === null) this.respond(decision, now);
    else if (welcome === "offer") {
      this.makeOffer("returning", false);
      this.ask(now);
    } else this.givenTo(welcome, now, "assigned");
  }

  /** The order of the rules: a person, a topic, an answer to the offer, failures, the cap. */
  private decide(words: Words): Decision {
    const { offer } = this;
    if (this.owner !== "ai") return { kind: "none" };
    const handOff = (reason: string): Decision => ({
      kind: "hand_off",
      took: offer?.fresh === true && offer.reason === reason,
    });
    if (words === "person" || words === "topic") return handOff(words);
    if (words === "yes" && offer?.fresh) return handOff(offer.reason);
    if (words === "no" && offer?.fresh) return { kind: "declined" };
    const failed = words === "failure" && this.aiReplies > 0;
    if (failed && this.failures + 1 >= 2) {
      return this.declined || offer !== null ? handOff("same_failure") : { kind: "offer" };
    }
    if (this.aiReplies >= REPLY_CAP) return handOff("reply_cap");
    if (failed) this.failures += 1;
    return { kind: "none" };
  }

  private respond(decision: Decision, now: number): void {
    if (decision.kind === "hand_off") {
      if (decision.took) this.events.push("offer_accepted");
      return this.escalated(now);
    }
    if (decision.kind === "offer") {
      this.failures += 1;
      this.waitingSince = undefined;
      this.unreadByCustomer += 1;
      return this.makeOffer("same_failure", true);
    }
    if (decision.kind === "declined") this.decline();
    this.ask(now);
  }

  private makeOffer(reason: Offer["reason"], fresh: boolean): void {
    this.offer = { reason, fresh };
    this.events.push("offered");
  }

  private decline(): void {
    Object.assign(this, { offer: null, failures: 0, noSource: 0, declined: true });
    this.events.push("offer_declined");
  }

  /** The offer's buttons. */
  offerAnswered(accept: boolean, now: number): void {
    if (this.offer === null || this.owner !== "ai") return;
    if (accept) {
      this.events.push("offer_accepted");
      return this.escalated(now);
    }
    this.decline();
    if (this.lastWord !== "customer" || this.waitingSince !== undefined) return;
    this.bump();
    this.waitingSince = now;
    this.ask(now);
  }

  /** Nothing to do if people have it already. */
  escalated(now: number): void {
    if (this.owner !== "ai") return;
    this.bump();
    if (this.status === "resolved") this.reopened();
    this.wake();
    Object.assign(this, { owner: "queue", since: now, offer: null, briefed: true });
    this.waitingSince ??= now;
    this.unreadByStaff += 1;
    this.events.push("escalated");
  }

  /** By claim or assignment. */
  givenTo(technician: string, now: number, event: "claimed" | "assigned"): void {
    this.bump();
    this.wake();
    if (this.owner === "queue") this.queuedSince = this.since;
    Object.assign(this, { owner: technician, since: now, offer: null, returnedBy: undefined });
    this.events.push(event);
  }

  /** Back in the queue: where it was as long as nobody has answered. */
  returned(since: number, by?: string): void {
    this.bump();
    this.wake();
    Object.assign(this, { owner: "queue", since, queuedSince: undefined, returnedBy: by });
    this.events.push("returned");
  }

  /** Since when one waits whose technician has gone. */
  place(now: number): number {
    if (this.waitingSince === undefined) return now;
    return Math.max(this.waitingSince, this.queuedSince ?? 0);
  }

  answeredByStaff(): void {
    this.bump();
    this.events.push("staff_replied");
    this.waitingSince = undefined;
    this.unreadByCustomer += 1;
    this.unreadByStaff = 0;
    this.said("technician");
  }

  released(now: number): void {
    if (this.owner === "ai") return;
    this.bump();
    this.toTheAi();
    Object.assign(this, { aiReplies: 0, offer: null, failures: 0, noSource: 0, declined: false });
    this.events.push("released");
    this.waitingSince = this.askedAt && (this.waitingSince ?? this.askedAt);
    if (this.askedAt !== undefined) this.ask(now);
  }

  private toTheAi(): void {
    this.owner = "ai";
    this.since = this.queuedSince = this.returnedBy = undefined;
  }

  resolved(): void {
    if (this.status === "resolved") return;
    this.bump();
    this.toTheAi();
    this.status = "resolved";
    this.snoozedUntil = undefined;
    this.waitingSince = undefined;
    this.unreadByStaff = 0;
    this.offer = null;
    this.promises = [];
    this.events.push("resolved");
  }

  reopened(): void {
    this.status = "open";
    this.episode += 1;
    this.aiReplies = 0;
    this.rated = this.briefed = this.declined = false;
    this.offer = null;
    this.failures = this.noSource = 0;
    this.events.push("reopened");
  }

  wake(): void {
    this.status = "open";
    this.snoozedUntil = undefined;
  }

  snoozed(until: number): void {
    Object.assign(this, { status: "snoozed", snoozedUntil: until });
    this.tokens.follow_up = null;
    this.events.push("snoozed");
  }

  /** The end of a snooze; `left`: whoever has it has gone home. By hand it is no news. */
  woken(left: boolean, news = 1): void {
    this.wake();
    this.events.push("woken");
    if (left && this.waitingSince !== undefined) this.returned(this.waitingSince);
    else this.unreadByStaff += news;
  }

  /** A promise that nobody has kept in time. */
  late(promise: Promised, now: number): void {
    promise.late = true;
    this.events.push("promise_late");
    if (this.owner === "ai") this.escalated(now);
    else {
      this.bump();
      this.wake();
      this.unreadByStaff += 1;
    }
    this.unreadByCustomer += 1;
  }

  /** Whether it is for the customer to react. */
  isTheirMove(): boolean {
    const free = this.status === "open" && this.owner !== "queue" && this.promises.length === 0;
    return free && this.waitingSince === undefined;
  }

  /** After every change: a wait or a snooze that is another one than before has another timer. */
  sync(): void {
    const waits = this.status === "open" && this.owner === "queue" ? this.since : undefined;
    const current = { handoff: waits, snooze: this.snoozedUntil };
    for (const kind of ["handoff", "snooze"] as const) {
      const key = current[kind];
      if (this.tokens[kind]?.of !== key) this.tokens[kind] = key === undefined ? null : { of: key };
    }
  }

  stopped(): void {
    if (this.owner !== "ai" || this.waitingSince === undefined) return;
    if (this.process?.shown === "") this.said("agent", true);
    this.bump();
    this.waitingSince = undefined;
  }

  /** The customer asks for the answer again. */
  retried(now: number): "ok" | "conflict" {
    if (this.owner !== "ai" || this.status === "resolved") return "conflict";
    if (this.process !== null && this.process.shown !== null) return "conflict";
    if (this.lastWord !== "customer" && !this.cutOff) return "conflict";
    this.bump();
    this.waitingSince ??= now;
    this.ask(now);
    return "ok";
  }

  /** A writer is admitted. */
  begun(now: number): void {
    const process = this.process!;
    Object.assign(process, { state: "running", leaseUntil: now + REPLY_LEASE, shown: "" });
  }

  flushed(text: string, now: number): void {
    Object.assign(this.process!, { leaseUntil: now + REPLY_LEASE, shown: text });
  }

  finished(outcome: Outcome, now: number): void {
    this.process = null;
    this.unreadByCustomer += 1;
    const failed = outcome === "given up";
    this.events.push(failed ? "reply_failed" : "reply_finished");
    if (outcome !== "silent handoff") this.said("agent", failed);
    if (outcome === "complete" || outcome === "gap") {
      this.waitingSince = undefined;
      this.aiReplies += 1;
      this.noSource = outcome === "gap" ? this.noSource + 1 : 0;
      if (this.noSource < 2) return;
      if (this.declined || this.offer !== null) this.escalated(now);
      else this.makeOffer("no_source", true);
    } else this.escalated(now);
  }

  /** The look after a lease. */
  lookedAfter(now: number): "replaced" | "given up" | "left alone" {
    const process = this.process;
    if (process === null || process.leaseUntil > now || process.jobWaits) return "left alone";
    if (process.attempt === 1) {
      const next = { attempt: 2, state: "queued", leaseUntil: now + REPLY_LEASE, jobWaits: true };
      Object.assign(process, next);
      return "replaced";
    }
    if (process.shown) this.said("agent", true);
    this.process = null;
    this.events.push("reply_failed");
    this.escalated(now);
    return "given up";
  }

  /** Nothing is missing when nobody has anything left to do. */
  isForgotten(): boolean {
    if (this.owner !== "ai" || this.process !== null) return false;
    return this.waitingSince !== undefined && !(this.lastWord === "agent" && this.cutOff);
  }

  /** Whatever the AI was saying ends here; what it has shown stays. "Yes" means no earlier offer any more. */
  private bump(): void {
    if (this.process?.shown) this.said("agent", true);
    if (this.process !== null && this.process.shown !== null) this.events.push("reply_stopped");
    this.process = null;
    if (this.offer !== null) this.offer.fresh = false;
    this.tokens.follow_up = null;
  }

  private ask(now: number): void {
    this.process = {
      attempt: 1,
      state: "queued",
      leaseUntil: now + REPLY_LEASE,
      jobWaits: true,
      shown: null,
    };
  }

  private said(by: Speaker, cutOff = false): void {
    this.lastWord = by;
    this.cutOff = cutOff;
    if (!cutOff) this.askedAt = undefined;
  }
}

/**
 * Three customers with a conversation each, three technicians, an agent, and writers in any state: a world that
 * a simulation drives transaction by transaction. After each commit every check looks at what it did.
 */
import { expect, vi } from "vitest";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { ZERO_METRICS } from "../../convex/model/agents/agents";
import { isAppError } from "../../convex/lib/errors";
import type { Assignment } from "../../convex/model/replies/admission";
import type { ReplyRef } from "../../convex/model/conversations/replyProcess";
import { HOUR } from "../../convex/lib/time";
import { Component } from "./component";
import { adopt, Duty } from "./desk";
import type { Change, Engine, Identity, Job, Mutation } from "./engine";
import type { StepKind } from "./steps";
import { Talk, type Process } from "./model";
import { followTimer, type Timer } from "./timers";

const TIMERS = new Set(["handoff", "follow_up", "snooze", "promise"]);
const START = Date.UTC(2026, 0, 5, 9);
/** How often what happened, over all sequences. */
export const seen = new Map<string, number>();
export const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

/** A row of the registry of checks. Throws when what it guarantees is broken. */
export type Check = {
  name: string;
  /** After every commit. */
  commit?: (world: World, changes: Change[]) => void;
  /** Once nobody has anything left to do. */
  end?: (world: World) => void;
};

/** A row of the registry of jobs: what a scheduled function's name means. */
export type JobHandler = (world: World, job: Job) => Promise<void>;
export type Registry = {
  kinds: StepKind[];
  checks: Check[];
  jobs: Record<string, JobHandler>;
};

/** A writer, at work or believed dead. The test keeps all of them: any may come back. */
export type Writer = {
  ref: ReplyRef;
  assignment: Assignment;
  process: Process;
  text: string;
  state: "writing" | "overtaken" | "ended";
};
export type Party = Identity & { name: string };
export type Conversation = { id: Id<"conversations">; talk: Talk; customer: Party; sent: Sent[] };
export type Sent = { text: string; clientMessageId: string; id: string; by: Party };
type Started = { ref: ReplyRef; process: Process; conversation: Conversation };

/** `unwatched`: the job that would look after it was lost. */
type Enqueued = { process: Process; conversation: Conversation; unwatched: boolean };

export class World {
  readonly conversations: Conversation[] = [];
  readonly technicians: Party[] = [];
  admin!: Party;
  readonly writers: Writer[] = [];
  /** Every job that was ever scheduled to write, and every process that was ever enqueued. */
  readonly jobs = new Map<string, Started>();
  readonly processes = new Map<string, Enqueued>();
  /** Of each technician, by id. */
  readonly duties = new Map<string, Duty>();
  readonly timers = new Map<string, Timer>();
  /** Waits of which the customer has been told. */
  readonly told = new Set<string>();
  readonly component = new Component();
  /** Events of nobody's conversation that the commit under way must have recorded. */
  events: string[] = [];
  aiWorks = true;
  agentId!: Id<"agents">;
  #serial = 0;

  private constructor(
    readonly engine: Engine,
    readonly checks: Check[],
    readonly jobHandlers: Record<string, JobHandler>,
  ) {}

  /** `answered`: how many times the AI has answered before, in the first conversation. */
  static async create(
    engine: Engine,
    { checks, jobs }: Registry,
    answered: number,
  ): Promise<World> {
    vi.setSystemTime(START);
    vi.stubEnv("AI_DAILY_BUDGET_USD", "20");
    const world = new World(engine, checks, jobs);
    await world.#populate(answered);
    return world;
  }

  serial = () => ++this.#serial;

  /**
   * One transaction. `expected` brings the model up to date and says how the call must end. Limits may refuse
   * any call; then nothing may have changed.
   */
  async call<F extends Mutation>(
    fn: F,
    args: F["_args"],
    as: Identity | undefined,
    expected: () => string,
  ): Promise<F["_returnType"] | undefined> {
    let code = "ok";
    let result: F["_returnType"] | undefined;
    try {
      result = await this.engine.mutation(fn, args, as);
    } catch (error) {
      if (!isAppError(error)) throw error;
      code = error.data.code;
    }
    const changes = code === "ok" ? this.engine.changes() : [];
    if (code === "ok") this.component.commit();
    else this.component.rollBack();
    if (code === "rate_limited") count(code);
    else if (code !== expected()) expect(code).toBe("what the model says");
    if (code === "ok") adopt(this);
    for (const { talk } of this.conversations) talk.sync();
    this.#follow(changes);
    for (const { commit } of this.checks) commit?.(this, changes);
    return result;
  }

  /** Who writes what from here on: jobs and processes that a commit has made. */
  #follow(changes: Change[]): void {
    for (const { table, id, before, after } of changes) {
      if (after === null) continue;
      if (table === "workflows" && TIMERS.has(after.kind as string)) {
        followTimer(this, id, before, after);
      }
      if (before !== null) continue;
      if (table === "workflows") {
        if (after.kind !== "reply") continue;
        const conversation = this.of(after.conversationId as string);
        this.processes.set(id, {
          process: conversation.talk.process!,
          conversation,
          unwatched: false,
        });
      } else if (after.name === "replies:generate") {
        const [ref] = after.args as [ReplyRef];
        const conversation = this.of(ref.conversationId);
        this.jobs.set(id, { ref, conversation, process: conversation.talk.process! });
      }
    }
  }

  of(id: string): Conversation {
    return this.conversations.find((one) => one.id === id)!;
  }

  rowOf(id: string): Doc<"conversations"> {
    return this.engine.rows("conversations").find((row) => row._id === id)!;
  }

  pass(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  setBudget(on: boolean): void {
    this.aiWorks = on;
    vi.stubEnv("AI_DAILY_BUDGET_USD", on ? "20" : "0");
  }

  async #populate(answered: number): Promise<void> {
    await this.engine.run(async ({ db }) => {
      const person = async (name: string, role: "customer" | "technician" | "admin") => {
        const subject = await db.insert("users", { role, name, smsConsent: "unknown" });
        const sid = await db.insert("sessions", {
          state: "active",
          userId: subject,
          refreshHash: "unused",
          rotatedAt: START,
          expiresAt: START + 1e12,
        });
        return { subject, sid, name };
      };
      this.admin = await person("Sam", "admin");
      for (const name of ["Dana", "Eli", "Fay"]) {
        const technician = await person(name, "technician");
        this.technicians.push(technician);
        this.duties.set(technician.subject, new Duty());
      }
      this.agentId = await db.insert("agents", {
        slug: "triage",
        name: "Front Desk",
        description: "Answers.",
        prompt: "You are the front desk.",
        model: "openai/gpt-5-mini",
        fallbackModels: [],
        capabilities: ["triage"],
        tools: [],
        status: "active",
        priority: 10,
        metrics: ZERO_METRICS,
      });
      for (const [name, aiReplies] of [
        ["Ann", answered],
        ["Bob", 0],
        ["Cem", 0],
      ] as const) {
        const customer = await person(name, "customer");
        const id = await db.insert("conversations", {
          userId: customer.subject,
          channel: "web",
          status: "open",
          owner: { kind: "ai" },
          turn: 0,
          episode: 1,
          lastMessageAt: START - HOUR,
          preview: "",
          unreadByCustomer: 0,
          unreadByStaff: 0,
          aiReplies,
        });
        this.conversations.push({ id, customer, talk: new Talk(aiReplies), sent: [] });
      }
    });
  }
}

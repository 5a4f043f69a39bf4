/**
 * A whole shop in one process, on a clock that is moved by hand: the local deployment with its components and crons, the
 * providers' stand-ins on loopback, and a hand on what goes wrong with them. Everything that is apart in the other
 * simulations runs together here. `reset` puts it back to where it began.
 */
import type {
  CommittedMutation,
  Engine,
  FunctionEvent,
  FunctionResult,
} from "@computer-guys/convex-local";
import { convexToJson, type Value } from "convex/values";
import { pauseForReal, SimulatedTime } from "../../../local/simulatedTime";
import { startSystem, type System } from "../../../local/system";
import { Stall } from "./stall";
import { forgetJobs, replaceAll, type Row, type Snapshot } from "./rows";

export type Identity = { subject: string; sid: string };
export type { Row } from "./rows";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
/** How far the clock goes on with each turn of the event loop while something is under way. */
const TURN_MS = 20;
const QUIET_TURNS = 6;
const RUNS_AN_HOUR = 5_000;
/** Its first rows are of long ago in the later sequences. */
const NOTHING_IS_OLD = 3_650;
const ACTION_LIMIT = 10 * MINUTE + 30 * SECOND;

/** What becomes of a scheduled action: it never starts, its machine is believed dead while it goes on, or it starts again. */
export type Loss = "lost" | "dead" | "again";

type Heard = { ok: boolean; code: string; value: unknown };

export class Stage {
  /** Functions under way, whoever called them: what, and since when. */
  readonly #running = new Map<symbol, { what: string; since: number }>();
  /** Told of one that takes longer than Convex lets an action run. */
  onHung: (what: string) => void = () => undefined;
  /** Told once more runs within an hour than any hour of a day can have: nothing else is played then. */
  onBusy: (what: string) => void = () => undefined;
  #hour = { since: 0, runs: 0 };
  #isBusy = false;
  /** Grows with everything that happens: commits, runs, requests to providers. */
  #heard = 0;
  readonly #types = new Map<string, string>();
  #base!: Snapshot;
  /** How often each function has run. */
  readonly runs = new Map<string, number>();
  /** What happens to the next scheduled actions. */
  losses: Loss[] = [];
  /** When an action was lost last. */
  lostAt = 0;
  /** True while every mutation runs once for nothing first. */
  conflicts = false;

  private constructor(
    readonly system: System,
    readonly time: SimulatedTime,
  ) {
    const { engine } = system;
    engine.conflicts = () => this.conflicts;
    engine.onEvent((event) => {
      this.#heard += 1;
      // An open page is shown what has happened: nothing happens by that.
      if (event.caller === "subscription") return;
      const name = `${event.componentPath} ${event.path}`;
      this.runs.set(name, (this.runs.get(name) ?? 0) + 1);
      this.#types.set(name, event.udfType);
      this.#countInHour(name);
    });
    this.#watchRuns(engine);
  }

  /** `source`: another folder than this project's, with a `convex/` of its own. */
  static async open(source?: string): Promise<Stage> {
    const time = new SimulatedTime(TUESDAY);
    const system = await startSystem({
      deploymentClass: "none",
      env: {
        CHAT_URL: "https://computerguys.example/chat",
        FETCH_LOOPBACK: "true",
        ...retentionOf(NOTHING_IS_OLD),
      },
      ...(source === undefined ? {} : { source }),
    });
    await system.engine.settle();
    time.hold();
    const stage = new Stage(system, time);
    await stage.settle();
    return stage;
  }

  get engine(): Engine {
    return this.system.engine;
  }

  get control() {
    return this.system.providers.control;
  }

  onCommit(listener: (mutation: CommittedMutation) => void): void {
    this.engine.onMutation(listener);
  }

  onRun(listener: (event: FunctionEvent) => void): void {
    this.engine.onEvent(listener);
  }

  rows(table: string): Row[] {
    return [...this.engine.database()!.documents(table)];
  }

  find(table: string, id: string): Row | undefined {
    return this.rows(table).find(({ _id }) => _id === id);
  }

  /** Something goes on that is no function and no provider's. */
  hear(): void {
    this.#heard += 1;
  }

  /** A call of a client's: what its function throws is what it is answered. */
  async call(
    type: "query" | "mutation" | "action",
    path: string,
    args: Record<string, unknown>,
    as: Identity | null,
  ): Promise<Heard> {
    const identity = as === null ? null : identityOf(as);
    const run = this.engine.run(type, path, convexToJson(args as Value), {
      admin: false,
      identity,
    });
    return heardIn(await this.during(run));
  }

  /** A query of an open page; returns how to close it. */
  watch(
    path: string,
    args: Record<string, unknown>,
    as: Identity,
    hear: (heard: Heard) => void,
  ): () => void {
    const options = { admin: false, identity: identityOf(as) };
    const page = this.engine.subscribe(path, args, (result) => hear(heardIn(result)), options);
    return () => page.unsubscribe();
  }

  /** When open pages show what all commits so far have changed. */
  async shown(): Promise<void> {
    await this.during(this.engine.subscriptions.settled());
  }

  /** Asks along (`POST /reply`), and reads the answer's lines beside everything else; resolves with the status. */
  async read(
    as: Identity,
    body: object,
    leavesAfter: number,
    hear: (line: string) => void,
  ): Promise<number> {
    const url = `${this.system.deployment.siteUrl}/reply`;
    const headers = { "content-type": "application/json" };
    const request = new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
    const response = await this.during(this.engine.runHttp(request, { identity: identityOf(as) }));
    const stream = response?.body;
    if (stream == null) return response?.status ?? 0;
    void this.#track("a page that reads along", async () => {
      // Who leaves ends the action, as on Convex: its writer is lost.
      if (!(await readLines(stream, leavesAfter, hear))) this.lostAt = Date.now();
    });
    return response!.status;
  }

  /** A page's request to a route: what it is answered. */
  async request(
    as: Identity,
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; text: string }> {
    const request = new Request(new URL(path, this.system.deployment.siteUrl), init);
    const answer = async () => {
      const response = await this.engine.runHttp(request, { identity: identityOf(as) });
      return { status: response?.status ?? 0, text: (await response?.text()) ?? "" };
    };
    return await this.during(answer());
  }

  /** What is stored, of the app and its components. */
  async files(): Promise<string[]> {
    const { components } = await this.engine.snapshot();
    const blobs = components.flatMap(({ files }) => files.map(({ blob }) => blob));
    return await Promise.all(blobs.map((blob) => blob.text()));
  }

  /** Lets the clock go on until a promise comes. */
  async during<T>(work: Promise<T>): Promise<T> {
    let pending = true;
    const done = () => (pending = false);
    work.then(done, done);
    const stall = this.#stall();
    while (pending) await this.#turn(stall, Infinity);
    return await work;
  }

  /** Lets time pass: while something is under way by turns of the event loop, otherwise from one timer to the next. */
  async pass(ms: number): Promise<void> {
    const until = Date.now() + ms;
    const stall = this.#stall();
    while (Date.now() < until && !this.#isBusy) {
      if (this.#running.size > 0) await this.#turn(stall, until);
      else {
        this.time.moveTo(Math.min(until, this.time.nextAt()));
        await this.#rest();
      }
    }
  }

  /** Until nothing is under way. */
  async settle(): Promise<void> {
    const stall = this.#stall();
    do {
      while (this.#running.size > 0 && !this.#isBusy) await this.#turn(stall, Infinity);
      await this.#rest();
    } while (this.#running.size > 0 && !this.#isBusy);
  }

  async #turn(stall: Stall, until: number): Promise<void> {
    await pauseForReal(0);
    const isStalled = await stall.isThere(this.time.nextAt() - Date.now());
    const next = isStalled ? this.time.nextAt() : Date.now() + TURN_MS;
    this.time.moveTo(Math.min(until, Math.max(next, Date.now() + 1)));
    this.#endHung();
  }

  #stall = () => new Stall(() => this.#heard + this.control.requests().length);

  async #rest(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS && this.#running.size === 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #watchRuns(engine: Engine): void {
    const run = engine.run.bind(engine);
    engine.run = async (udfType, path, args, options) => {
      const isAction =
        options?.caller === "scheduler" &&
        this.#types.get(`${options.componentPath ?? ""} ${path}`) === "action";
      const loss = isAction ? this.losses.shift() : undefined;
      if (loss !== undefined) this.lostAt = Date.now();
      const start = () => this.#track(path, () => run(udfType, path, args, options));
      if (loss === "again") void start();
      if (loss === "dead") void start();
      if (loss === "dead" || loss === "lost") return failed;
      return await start();
    };
    const runHttp = engine.runHttp.bind(engine);
    engine.runHttp = (...args) => this.#track(args[0].url, () => runHttp(...args));
  }

  async #track<T>(what: string, work: () => Promise<T>): Promise<T> {
    const key = Symbol(what);
    this.#running.set(key, { what, since: Date.now() });
    try {
      return await work();
    } finally {
      this.#running.delete(key);
    }
  }

  #countInHour(name: string): void {
    const now = Date.now();
    if (now - this.#hour.since > HOUR) this.#hour = { since: now, runs: 0 };
    this.#hour.runs += 1;
    if (this.#hour.runs < RUNS_AN_HOUR || this.#isBusy) return;
    this.#isBusy = true;
    this.onBusy(`${this.#hour.runs} functions in an hour, the last one ${name}`);
  }

  /** Convex ends an action after ten minutes: one that waits for so long waits for nothing. */
  #endHung(): void {
    for (const [key, { what, since }] of this.#running) {
      if (Date.now() - since < ACTION_LIMIT) return;
      this.#running.delete(key);
      this.onHung(what);
    }
  }

  /** What `reset` goes back to. */
  async keep(): Promise<void> {
    await this.settle();
    this.#base = await this.engine.snapshot();
  }

  /** From here on what is as old is deleted, once a day. */
  async keepFor(days: number): Promise<void> {
    const changes = Object.entries(retentionOf(days)).map(([name, value]) => ({ name, value }));
    await this.system.deployment.env.change(changes, () => Promise.resolve());
  }

  /** A week or more later, at the same hour, with the rows of `keep` and nothing scheduled. */
  async reset(): Promise<void> {
    await this.keepFor(NOTHING_IS_OLD);
    this.losses = [];
    this.conflicts = false;
    this.control.reset();
    await this.settle();
    await forgetJobs(this.engine);
    await this.restore(this.#base);
    const weeks = Math.ceil((Date.now() - TUESDAY) / (7 * DAY));
    this.time.skip(TUESDAY + weeks * 7 * DAY - Date.now());
    this.tellProviders();
  }

  tellProviders(): void {
    const { siteUrl } = this.system.deployment;
    this.control.setPace({ chunksPerSecond: 40, firstChunkMs: 300 });
    this.control.texts.configure({ smsUrl: `${siteUrl}/twilio/sms` });
    this.control.tellMailTo(`${siteUrl}/resend/events`);
  }

  /** As `docs/deploy.md` imports. */
  async restore(snapshot: Snapshot): Promise<void> {
    await replaceAll(this.engine, snapshot);
    // Whose loop was at work believes that it still is (`findings/worker-loop-lost-in-import.sh`).
    for (const componentPath of ["workflow/workpool", "background/workpool"]) {
      await this.during(this.engine.call("mutation", "kick:forceKick", {}, { componentPath }));
    }
  }

  async close(): Promise<void> {
    await this.system.close();
    this.time.restore();
  }
}

function heardIn(result: FunctionResult): Heard {
  if (result.ok) return { ok: true, code: "ok", value: result.value };
  const { errorData, errorMessage } = result;
  const code = (errorData as { code?: string } | undefined)?.code;
  return code === undefined
    ? { ok: false, code: "untyped", value: errorMessage }
    : { ok: false, code, value: errorData };
}

/** Whether it came to its end. */
async function readLines(
  body: ReadableStream<Uint8Array>,
  leavesAfter: number,
  hear: (line: string) => void,
): Promise<boolean> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let lines = 0; lines < leavesAfter; lines++) {
    const { done, value } = await reader.read();
    if (done) return true;
    hear(decoder.decode(value));
  }
  await reader.cancel();
  return false;
}

const failed = {
  ok: false as const,
  errorMessage: "The machine died.",
  logLines: [],
  journal: null,
};

const retentionOf = (days: number) => ({
  RETENTION_GUEST_DAYS: String(days),
  RETENTION_CONVERSATION_DAYS: String(days),
  RETENTION_EVENT_DAYS: String(days),
});

const ISSUER = "https://world.example";
export const identityOf = ({ subject, sid }: Identity) => ({
  subject,
  sid,
  issuer: ISSUER,
  tokenIdentifier: `${ISSUER}|${subject}`,
});

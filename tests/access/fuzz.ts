/**
 * One hostile call after the other, by callers of every kind, in a shop where each person's rows hold words
 * that occur nowhere else. A call may succeed, be refused in the closed set of ways, and tell its caller
 * what that caller may see; a call that fails changes nothing; nothing unsafe is stored.
 */
import { convexToJson, type Value } from "convex/values";
import fc from "fast-check";
import { isAppError } from "../../convex/lib/errors";
import { CALLS } from "./calls";
import { call, goneRows, shop, type Callers, type Found, type Shop } from "./functions";
import { hostileArgs, type Ids } from "./hostile";
import { snapshot } from "../setup";

type Kind = keyof Callers;
const KINDS: Kind[] = ["nobody", "guest", "owner", "other", "technician", "admin", "revoked"];

/** Words that are planted, by whose they are, and who may be told them. */
const MAY_SEE: Record<"owner" | "other" | "note" | "secret", Kind[]> = {
  owner: ["owner", "technician", "admin"],
  other: ["other", "technician", "admin"],
  note: ["technician", "admin"],
  secret: [],
};
type Canaries = Record<keyof typeof MAY_SEE, string[]>;

/** These give an account to whoever holds its code or refresh token: the caller's kind says nothing. */
const GIVES_ACCOUNT = new Set([
  "auth:createSession",
  "auth:refreshSession",
  "users:verifyEmail",
  "users:verifyPhone",
]);

const person = (whose: string) => ({
  name: `Qz${whose}name`,
  email: `qz${whose}contact@example.com`,
});

/** Rows of the owner's and of another customer's, a note, and the hashes that sessions are kept as. */
async function plant(world: Shop): Promise<Canaries> {
  const { t, callers, rows } = world;
  return await t.run(async (ctx) => {
    const asked = (await ctx.db.get("conversations", rows.asked))!;
    const { _id, _creationTime, ...answer } = (await ctx.db.get("messages", rows.answer))!;
    for (const whose of ["owner", "other"] as const) {
      const { userId } = callers[whose];
      await ctx.db.patch("users", userId, { name: person(whose).name });
      const own = { preview: `qz${whose}preview`, contact: person(whose) };
      if (whose === "owner") await ctx.db.patch("conversations", rows.asked, own);
      const { _id, _creationTime, ...copy } = asked;
      const conversationId =
        whose === "owner"
          ? rows.asked
          : await ctx.db.insert("conversations", { ...copy, ...own, userId });
      const author = { kind: "customer" as const };
      await ctx.db.insert("messages", {
        ...answer,
        conversationId,
        author,
        text: `qz${whose}text`,
      });
    }
    const author = { kind: "technician" as const, userId: callers.technician.userId, name: "Dana" };
    const note = { author, visibility: "staff" as const, text: "qznotetext", settledAt: 3 };
    await ctx.db.insert("messages", { ...answer, ...note });
    const sessions = JSON.stringify(await ctx.db.query("sessions").collect());
    const words = (whose: string) => [
      ...Object.values(person(whose)),
      `qz${whose}preview`,
      `qz${whose}text`,
    ];
    return {
      owner: words("owner"),
      other: [...words("other"), "bob@example.com"],
      note: ["qznotetext"],
      secret: sessions.match(/[0-9a-f]{64}/g) ?? [],
    };
  });
}

type World = Shop & { canaries: Canaries; shape: string; ids: Ids };

async function world(): Promise<World> {
  const built = await shop();
  const canaries = await plant(built);
  const gone = Object.values(await goneRows(built));
  const present = Object.values(await snapshot(built.t)).flat() as { _id: string }[];
  const ids: Ids = {};
  for (const id of [...present.map(({ _id }) => _id), ...gone]) {
    (ids[id.replace(/^\d+/, "")] ??= []).push(id);
  }
  return { ...built, canaries, ids, shape: await shape(built) };
}

/** What must still hold for a good call to work: whoever is signed in, in which role, and whose rows. */
async function shape({ t, callers, rows }: Shop): Promise<string> {
  return await t.run(async (ctx) => {
    const { nobody: _, ...people } = callers;
    const sessions = await ctx.db.query("sessions").collect();
    const states = sessions.filter(({ _id, state }) =>
      state === "pending"
        ? true
        : Object.values(people).some((one) => one.sessionId === _id) || _id === rows.session,
    );
    const users = await Promise.all(
      Object.values(people).map(({ userId }) => ctx.db.get("users", userId)),
    );
    const conversations = await Promise.all(
      [rows.asked, rows.claimed].map((id) => ctx.db.get("conversations", id)),
    );
    const others = await Promise.all([
      ctx.db.get("messages", rows.answer),
      ctx.db.get("agents", rows.agent),
      ctx.db.get("knowledge", rows.document),
    ]);
    return JSON.stringify([
      states.map(({ _id, state }) => [_id, state]),
      users.map((user) => [user?._id, user?.role, user?.email]),
      conversations.map((each) => [each?._id, each?.userId, each?.status, each?.owner.kind]),
      others.map((each) => each?._id),
    ]);
  });
}

/** Attempts on a code count, and tokens rotate, whatever the answer is. */
const countsAttempts = (name: string) =>
  /^(auth:(createSession|refresh)|users:verify(Email|Phone))/.test(name);

type State = { booked: string; rest: string };

async function state({ t }: Shop, name: string): Promise<State> {
  const { rateLimits: _, sessions, analytics, workflows, ...tables } = await snapshot(t);
  const rest = countsAttempts(name) ? tables : { ...tables, sessions };
  return { booked: JSON.stringify([analytics, workflows]), rest: JSON.stringify(rest) };
}

/** What a provider was asked is booked, whatever it has answered; anything else that fails leaves all as it was. */
const changed = (before: State, now: State, outcome: string): boolean =>
  now.rest !== before.rest || (now.booked !== before.booked && outcome !== "provider_unavailable");

async function fillBuckets({ t }: Shop): Promise<void> {
  await t.run(async (ctx) => {
    for (const { _id } of await ctx.db.query("rateLimits").collect())
      await ctx.db.delete("rateLimits", _id);
  });
}

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** Paths of what must never be stored. */
function unsafe(value: unknown, path = ""): string[] {
  if (typeof value === "string") return UNSAFE.test(value) || value.length > 200_000 ? [path] : [];
  if (typeof value === "number") return Number.isNaN(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unsafe(inner, `${path}.${key}`));
}

/** Stack frames, paths of source files, and what engines say about broken code. */
const INTERNALS =
  /\n\s+at |node_modules|\.[jt]s:\d|\/convex\/|of undefined|of null|is not a function/;

/** What a client would be told, and how it counts. Throws what no client may ever be told. */
async function answered(work: Promise<unknown>): Promise<{ outcome: string; told: string }> {
  try {
    const value = await work;
    return { outcome: "ok", told: JSON.stringify(convexToJson(value as Value)) };
  } catch (error) {
    if (isAppError(error)) return { outcome: error.data.code, told: JSON.stringify(error.data) };
    if (!isConvexRefusal(error)) throw error;
    return { outcome: "validation", told: "" };
  }
}

/** Convex's own refusal of arguments. The mock trips over `null` while it looks for the words. */
function isConvexRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.startsWith("Validator error") ||
    (error instanceof TypeError && /^\s+at validateValidator /m.test(error.stack ?? ""))
  );
}

/** False for values that the client's own encoder refuses to send. */
function sendable(args: unknown): boolean {
  try {
    convexToJson(args as Value);
    return true;
  } catch {
    return false;
  }
}

const MAX_SUCCESSES = 40;

export type Tally = Record<string, number>;

/** Calls of one function, in a shop that is built anew once a success has changed what calls rely on. */
export class Fuzzer {
  readonly tally: Tally = {};
  private open: World | undefined;
  private before: State = { booked: "", rest: "" };
  private successes = 0;

  constructor(private readonly fn: Found) {}

  /** Hostile calls from a seed. Throws at the first that breaks a rule, and says which. */
  async run(seed: number, inputs: number): Promise<void> {
    const { ids } = await this.current();
    const input = fc.record({
      kind: fc.constantFrom(...KINDS),
      make: hostileArgs(this.fn.args, ids),
    });
    let made = 0;
    for (const { kind, make } of fc.sample(input, {
      numRuns: inputs,
      seed: seed ^ hashOf(this.fn.name),
    })) {
      made += 1;
      const open = await this.current();
      const args = make(CALLS[this.fn.name]!(open.rows, open));
      try {
        await this.try(args, kind);
      } catch (error) {
        const what = `${this.fn.name} by ${kind}, input ${made} of seed ${seed}`;
        throw new Error(`${what}: ${describe(args)}`, { cause: error });
      }
    }
  }

  /** One call. Returns what came of it. */
  async try(args: Record<string, unknown>, kind: Kind): Promise<string> {
    const { name, kind: type } = this.fn;
    const open = await this.current();
    if (!sendable(args)) return this.count("unsendable");
    const { outcome, told } = await answered(call(open.callers[kind].t, name, args));
    this.checkTold(told, kind, open, outcome);
    if (outcome === "validation" || type === "query") return this.count(outcome);
    await fillBuckets(open);
    if (outcome === "rate_limited") throw new Error("Limited, with full buckets.");
    if (outcome === "ok") await this.succeeded(open);
    else {
      const now = await state(open, name);
      if (changed(this.before, now, outcome)) throw new Error(`${outcome}, and changed something.`);
      this.before = now;
    }
    return this.count(outcome);
  }

  /** The shop that the next call is made in. */
  async current(): Promise<World> {
    if (this.open === undefined) {
      this.open = await world();
      this.successes = 0;
      this.before = await state(this.open, this.fn.name);
    }
    return this.open;
  }

  private async succeeded(open: World): Promise<void> {
    const bad = unsafe(await snapshot(open.t));
    if (bad.length > 0) throw new Error(`Unsafe text is stored: ${bad.join(", ")}`);
    this.successes += 1;
    if (this.successes >= MAX_SUCCESSES || (await shape(open)) !== open.shape)
      this.open = undefined;
    else this.before = await state(open, this.fn.name);
  }

  private checkTold(told: string, kind: Kind, { canaries }: World, outcome: string): void {
    const holder = outcome === "ok" && GIVES_ACCOUNT.has(this.fn.name);
    for (const whose of Object.keys(MAY_SEE) as (keyof typeof MAY_SEE)[]) {
      if (MAY_SEE[whose].includes(kind) || (holder && whose !== "secret")) continue;
      const leaked = canaries[whose].find((canary) => told.includes(canary));
      if (leaked !== undefined) throw new Error(`${kind} is told the ${whose}'s ${leaked}.`);
    }
    if (outcome !== "ok" && INTERNALS.test(told)) throw new Error(`Internals are told: ${told}`);
  }

  private count(outcome: string): string {
    this.tally[outcome] = (this.tally[outcome] ?? 0) + 1;
    return outcome;
  }
}

/** Functions of alike arguments get different ones. */
const hashOf = (text: string) =>
  [...text].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) | 0, 7);

function describe(args: unknown): string {
  const text = JSON.stringify(convexToJson(args as Value));
  return text.length > 2_000 ? `${text.slice(0, 2_000)}… (${text.length})` : text;
}

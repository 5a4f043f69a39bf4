/**
 * A small world for the property test of sign-in: three browsers, three addresses and an admin, driven by
 * plain steps. Each step is done with the real functions and with the model; the two must agree, and after
 * each step every session that there ever was may read exactly what the model says.
 */
import { vi } from "vitest";
import { api, internal } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { MutationCtx } from "../../../convex/_generated/server";
import { createGuest } from "../../../convex/model/accounts/guests";
import { isAppError } from "../../../convex/lib/errors";
import type { Outcome } from "../../../convex/model/accounts/redemption";
import * as Sessions from "../../../convex/model/accounts/sessions";
import { count } from "../../properties";
import { outcomeOf } from "../../outcome";
import { must } from "../../simulation/expect";
import type { Engine, Identity, Mutation } from "../../simulation/engine";
import { Model } from "./model";
import { whatIsThere } from "./reads";
import { ADDRESSES, BROWSERS, type Step, type StepOf } from "./steps";

const CODE = "271828";
const WRONG = "000000";
const START = Date.UTC(2026, 0, 5);

type Sid = Id<"sessions">;

export class World {
  readonly model = new Model(count);
  /** The session that each browser has last been given. */
  readonly browsers: (Sid | undefined)[] = Array.from({ length: BROWSERS }, () => undefined);
  /** Which browser asked for which code. */
  readonly askers: number[] = [];
  #admin: Identity | undefined;
  #serial = 0;

  private constructor(readonly engine: Engine) {}

  /** An admin, and two browsers with a guest each. */
  static async create(engine: Engine): Promise<World> {
    vi.clearAllTimers();
    vi.setSystemTime(START);
    const world = new World(engine);
    const entered = await engine.run(async (ctx) => {
      const userId = await ctx.db.insert("users", { role: "admin", smsConsent: "unknown" });
      const admin = await Sessions.open(ctx, userId, world.secret());
      world.#admin = { subject: userId, sid: admin.sessionId };
      return [await enter(ctx, world.secret()), await enter(ctx, world.secret())];
    });
    for (const [browser, guest] of entered.entries()) world.entered(browser, guest);
    return world;
  }

  async step(step: Step): Promise<void> {
    await this.do(step);
    // Time alone changes no row.
    if (step.do !== "wait") await this.check();
  }

  private async do(step: Step): Promise<void> {
    switch (step.do) {
      case "enter":
        return await this.enter(step);
      case "ask":
        return await this.ask(step);
      case "redeem":
        return await this.redeem(step);
      case "prove":
        return await this.prove(step);
      case "guess":
        return await this.guess(step);
      case "refresh":
        return await this.refresh(step);
      case "forge":
        return await this.forge(step);
      case "logout":
      case "revoke":
      case "revokeOthers":
        return await this.end(step);
      case "setStaff":
      case "setBlocked":
        return await this.administer(step);
      case "wait":
        vi.setSystemTime(Date.now() + step.ms);
    }
  }

  private secret = () => `${String(++this.#serial).padStart(8, "0")}-${"s".repeat(34)}`;

  private identity(session: Sid | undefined): Identity | undefined {
    return session && { subject: this.model.sessions.get(session)!.user, sid: session };
  }

  private opened(browser: number, grant: Sessions.Grant): void {
    const { sessionId, user, refreshToken } = grant;
    this.model.opened(sessionId, user._id, refreshToken, Date.now());
    this.browsers[browser] = sessionId;
  }

  private async enter({ browser }: StepOf<"enter">): Promise<void> {
    this.entered(browser, await this.engine.run((ctx) => enter(ctx, this.secret())));
  }

  private entered(browser: number, { grant, conversation }: Entered): void {
    this.model.guest(grant.user._id);
    this.model.owners.set(conversation, grant.user._id);
    this.opened(browser, grant);
  }

  private async ask({ browser, address, signedOut }: StepOf<"ask">): Promise<void> {
    const session = signedOut ? undefined : this.browsers[browser];
    const email = ADDRESSES[address]!;
    const challenge = `challenge-${this.model.codes.length}`;
    // Each from a network of its own: limits are another test's business.
    const ip = `10.0.0.${this.model.codes.length}`;
    const row = { address: email, challenge, code: CODE };
    const as = this.identity(session);
    const stored = await this.engine.mutation(internal.auth.storeCode, row, as, ip);
    must(stored.kind, "stored");
    this.askers.push(browser);
    this.model.asked(email, this.model.isAlive(session) ? session : undefined, Date.now());
  }

  private async redeem(step: StepOf<"redeem">): Promise<void> {
    const index = this.model.codes.length - 1 - step.ago;
    const code = this.model.codes[index];
    if (code === undefined) return;
    const browser = step.browser ?? this.askers[index]!;
    const session = step.signedOut ? undefined : this.browsers[browser];
    const args = {
      challenge: `challenge-${index}`,
      code: step.right ? CODE : WRONG,
      sameSession: step.verify,
    };
    const as = this.identity(session);
    const calls = await Promise.all(
      Array.from({ length: step.times }, () => {
        const call = { ...args, secret: this.secret() };
        return settle(this.engine.mutation(internal.auth.redeemCode, call, as));
      }),
    );
    // Of n concurrent redemptions of a code at most one wins.
    must(calls.filter(({ kind }) => kind === "granted").length > 1, false, "more than one wins");
    const call = step.verify ? "verifyEmail" : "createSession";
    for (const actual of calls) {
      const expected = this.model[call](code, step.right, session, Date.now());
      must(actual.kind, expected.kind);
      count(`${call} ${actual.kind}`);
      if (actual.kind !== "granted" || expected.kind !== "granted") continue;
      const { _id: user } = actual.grant.user;
      if (expected.user !== null) must(user, expected.user);
      else {
        must(this.model.people.has(user), false);
        const person = { email: code.address, verified: true, staff: false, blocked: false };
        this.model.people.set(user, person);
      }
      this.opened(browser, actual.grant);
    }
  }

  /** Asked for and redeemed in one go, so that more happens in one sequence. */
  private async prove({ browser, address, verify, times }: StepOf<"prove">): Promise<void> {
    const session = this.browsers[browser];
    const user = session && this.model.sessions.get(session)!.user;
    const own = ADDRESSES.findIndex((one) => one === this.model.people.get(user ?? "")?.email);
    const asked = { browser, address: address ?? Math.max(own, 0), signedOut: false };
    await this.ask({ do: "ask", ...asked });
    if (own !== -1 && own === asked.address && verify) count("own address proved again");
    const once = { browser: null, ago: 0, signedOut: false, right: true };
    await this.redeem({ do: "redeem", ...once, verify, times });
  }

  /** Wrong codes, one after the other, then the right one. */
  private async guess({ ago, guesses }: StepOf<"guess">): Promise<void> {
    const once = { browser: null, ago, signedOut: false, verify: false, times: 1 };
    for (let i = 0; i <= guesses; i++) {
      await this.redeem({ do: "redeem", ...once, right: i === guesses });
    }
  }

  private async refresh({ ago, back, times }: StepOf<"refresh">): Promise<void> {
    const [id, session] = [...this.model.sessions].at(-1 - ago) ?? [];
    if (id === undefined || session === undefined) return;
    const refreshToken = session.tokens[Math.max(0, session.tokens.length - 1 - back)]!;
    const calls = await Promise.all(
      Array.from({ length: times }, () =>
        settle(this.engine.mutation(internal.auth.rotate, { refreshToken })),
      ),
    );
    for (const actual of calls) {
      const expected = this.model.refresh(id, refreshToken, Date.now());
      must(actual.kind, expected.kind);
      count(`refresh ${actual.kind} ${refreshToken === session.tokens.at(-1) ? "current" : "old"}`);
      if (actual.kind !== "granted" || expected.kind !== "granted") continue;
      must(actual.grant.sessionId, id);
      const { refreshToken: next } = actual.grant;
      if (expected.token !== null) must(next, expected.token);
      else {
        // Of n concurrent uses of a token exactly one makes a new one.
        must(session.tokens.includes(next), false);
        session.tokens.push(next);
      }
    }
  }

  /** One session's secret, or none's, with the id of another. */
  private async forge({ browser, victim }: StepOf<"forge">): Promise<void> {
    const own = this.browsers[browser];
    const id = [...this.model.sessions.keys()].at(-1 - victim);
    if (id === undefined) return;
    const secret = own && own !== id && this.model.sessions.get(own)!.tokens.at(-1)!.split(".")[1];
    const refreshToken = `${id}.${secret ?? "A".repeat(43)}`;
    const answer = await this.engine.mutation(internal.auth.rotate, { refreshToken });
    must(answer.kind, "refused");
    this.model.refresh(id, refreshToken, Date.now());
  }

  private async end(step: StepOf<"logout" | "revoke" | "revokeOthers">): Promise<void> {
    const session = this.browsers[step.browser];
    if (session === undefined) return;
    const as = this.identity(session);
    const own = this.model.sessions.get(session)!;
    const { user, alive } = own;
    const ago = step.do === "revoke" ? step.victim : 0;
    const [victimId, victims] = [...this.model.sessions].at(-1 - ago) ?? [session, own];
    const theirs = victims.alive && victims.user === user;
    const call =
      step.do === "logout"
        ? this.engine.mutation(api.auth.logout, {}, as)
        : step.do === "revokeOthers"
          ? this.engine.mutation(api.auth.revokeOtherSessions, {}, as)
          : this.engine.mutation(api.auth.revokeSession, { sessionId: victimId as Sid }, as);
    const outcome = await outcomeOf(call);
    count(`${step.do} ${outcome}`);
    if (!alive) return must(outcome, "session_expired");
    if (step.do === "revoke" && !theirs) return must(outcome, "not_found");
    must(outcome, "ok");
    if (step.do === "logout") own.alive = false;
    else if (step.do === "revoke") victims.alive = false;
    else this.model.endAll(user, session);
  }

  private asAdmin<F extends Mutation>(fn: F, args: F["_args"]): Promise<F["_returnType"]> {
    return this.engine.mutation(fn, args, this.#admin);
  }

  private async administer(step: StepOf<"setStaff" | "setBlocked">): Promise<void> {
    const session = this.browsers[step.browser];
    const user = session && this.model.sessions.get(session)!.user;
    if (user === undefined) return;
    const userId = user as Id<"users">;
    const outcome = await outcomeOf(
      step.do === "setStaff"
        ? this.asAdmin(api.users.setRole, { userId, role: step.staff ? "technician" : "customer" })
        : this.asAdmin(api.users.setBlocked, { userId, blocked: step.blocked }),
    );
    const person = this.model.people.get(user);
    must(outcome, person === undefined ? "not_found" : "ok");
    if (person === undefined) return;
    if (step.do === "setStaff") person.staff = step.staff;
    else this.model.block(user, step.blocked);
  }

  /** Everybody reads what the model says, and the tables hold what it says. */
  private async check(): Promise<void> {
    const { model } = this;
    const actual = await whatIsThere(this.engine, this.model, this.#admin!.sid);
    const alive = [...model.sessions.keys()].filter((id) => model.isAlive(id));
    const reads = Object.fromEntries(
      [...model.sessions.keys()].map((id) => [
        id,
        model.isAlive(id) ? [...model.owners.keys()].filter((one) => model.mayRead(id, one)) : null,
      ]),
    );
    must(actual, { reads, people: Object.fromEntries(model.people), active: alive });
  }
}

type Entered = { grant: Sessions.Grant; conversation: Id<"conversations"> };

/** A guest with a session and a conversation, in one transaction. */
async function enter(ctx: MutationCtx, secret: string): Promise<Entered> {
  const userId = await createGuest(ctx);
  const grant = await Sessions.open(ctx, userId, secret);
  const conversation = await ctx.db.insert("conversations", {
    userId,
    channel: "web",
    status: "open",
    owner: { kind: "ai" },
    turn: 1,
    episode: 1,
    lastMessageAt: 1,
    preview: "",
    unreadByCustomer: 0,
    unreadByStaff: 0,
    aiReplies: 0,
  });
  return { grant, conversation };
}

const REFUSALS = ["session_expired", "unauthenticated", "forbidden"] as const;
type Refusal = (typeof REFUSALS)[number];

/** An outcome, or why there is none. */
async function settle(call: Promise<Outcome>): Promise<Outcome | { kind: Refusal }> {
  return await call.catch((error: unknown) => {
    const code = isAppError(error) ? error.data.code : null;
    const refusal = REFUSALS.find((one) => one === code);
    if (refusal !== undefined) return { kind: refusal };
    throw error;
  });
}

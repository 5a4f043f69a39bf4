/**
 * What sign-in promises, said as simply as it can be: no hashes, no database, no concurrency. The property
 * test runs random sequences of calls on the real functions and on this, and compares.
 */
import { MAX_MERGED } from "../../../convex/model/accounts/join";
import { CODE_ATTEMPTS, CODE_LIFETIME } from "../../../convex/model/accounts/codes";
import { RECENT_SIGN_IN } from "../../../convex/model/accounts/recentSignIn";
import {
  IDLE_LIFETIME,
  REFRESH_GRACE,
  SESSION_LIFETIME,
} from "../../../convex/model/accounts/sessions";

type Person = { email?: string; verified: boolean; staff: boolean; blocked: boolean };
type Session = {
  user: string;
  alive: boolean;
  createdAt: number;
  rotatedAt: number;
  expiresAt: number;
  /** Every refresh token that it was given, oldest first. */
  tokens: string[];
};
type Code = {
  address: string;
  askedBy: string | undefined;
  attempts: number;
  expiresAt: number;
  live: boolean;
};

/** `user` is null for an account that the call has to make. */
type Redeemed =
  | { kind: "granted"; user: string | null }
  | { kind: "refused" | "forbidden" | "unauthenticated" | "session_expired" };
/** `token` is null for one that has never been given out. */
type Refreshed = { kind: "granted"; token: string | null } | { kind: "refused" };

const REFUSED = { kind: "refused" } as const;

export class Model {
  readonly people = new Map<string, Person>();
  readonly sessions = new Map<string, Session>();
  readonly codes: Code[] = [];
  /** How often what happened. */
  constructor(private readonly count: (what: string) => void) {}

  /** Who owns which conversation. */
  readonly owners = new Map<string, string>();

  isAlive(session: string | undefined): session is string {
    return session !== undefined && this.sessions.get(session)?.alive === true;
  }

  isGuest(user: string): boolean {
    const person = this.people.get(user);
    return person !== undefined && !person.staff && !person.verified;
  }

  mayRead(session: string, conversation: string): boolean {
    const { user, alive } = this.sessions.get(session)!;
    return alive && (this.owners.get(conversation) === user || this.people.get(user)!.staff);
  }

  guest(user: string): void {
    this.people.set(user, { verified: false, staff: false, blocked: false });
  }

  block(user: string, blocked: boolean): void {
    const person = this.people.get(user)!;
    if (blocked && !person.blocked) this.endAll(user);
    person.blocked = blocked;
  }

  opened(session: string, user: string, token: string, now: number): void {
    const times = { createdAt: now, rotatedAt: now, expiresAt: now + IDLE_LIFETIME };
    this.sessions.set(session, { user, alive: true, tokens: [token], ...times });
  }

  refresh(id: string, token: string, now: number): Refreshed {
    const session = this.sessions.get(id);
    if (session?.alive !== true) return REFUSED;
    if (now >= session.expiresAt) {
      session.alive = false;
      return REFUSED;
    }
    const back = session.tokens.length - 1 - session.tokens.indexOf(token);
    // Never this session's: nothing happens to anybody.
    if (back === session.tokens.length) return REFUSED;
    if (back === 0) {
      session.rotatedAt = now;
      session.expiresAt = Math.min(now + IDLE_LIFETIME, session.createdAt + SESSION_LIFETIME);
      return { kind: "granted", token: null };
    }
    if (back === 1 && now < session.rotatedAt + REFRESH_GRACE) {
      return { kind: "granted", token: session.tokens.at(-1)! };
    }
    session.alive = false;
    this.count("old token ended its session");
    return REFUSED;
  }

  asked(address: string, askedBy: string | undefined, now: number): void {
    for (const code of this.codes) {
      if (askedBy !== undefined && code.askedBy === askedBy && code.address === address) {
        code.live = false;
      }
    }
    const expiresAt = now + CODE_LIFETIME;
    this.codes.push({ address, askedBy, attempts: 0, expiresAt, live: true });
  }

  /** `auth.createSession`: whoever has the challenge, in the session that asked if one did. */
  createSession(code: Code, right: boolean, caller: string | undefined, now: number): Redeemed {
    const session = this.isAlive(caller) ? caller : undefined;
    const ours = code.askedBy === undefined || code.askedBy === session;
    if (!this.use(code, right && ours, now)) return REFUSED;
    const asking = code.askedBy === undefined ? null : this.sessions.get(code.askedBy)!;
    const signedIn = this.signIn(asking?.user ?? null, code.address);
    // The browser's own session ends with the new one.
    if (asking !== null && signedIn.kind === "granted") asking.alive = false;
    return signedIn;
  }

  /** `users.verifyEmail`: a guest signs in, an account changes its address. */
  verifyEmail(code: Code, right: boolean, caller: string | undefined, now: number): Redeemed {
    if (caller === undefined) return { kind: "unauthenticated" };
    if (!this.isAlive(caller)) return { kind: "session_expired" };
    const { user, createdAt } = this.sessions.get(caller)!;
    const guest = this.isGuest(user);
    if (!guest && now > createdAt + RECENT_SIGN_IN) return { kind: "forbidden" };
    if (!this.use(code, right && code.askedBy === caller, now)) return REFUSED;
    return guest ? this.signIn(user, code.address) : this.changeEmail(user, code.address);
  }

  endAll(user: string, except?: string): void {
    for (const [id, session] of this.sessions) {
      if (session.user === user && id !== except) session.alive = false;
    }
  }

  private use(code: Code, good: boolean, now: number): boolean {
    if (!code.live) return false;
    if (good && now < code.expiresAt) {
      code.live = false;
      return true;
    }
    if (++code.attempts < CODE_ATTEMPTS) return false;
    this.count("too many guesses");
    code.live = false;
    return false;
  }

  private withAddress(address: string): string | null {
    for (const [user, { email }] of this.people) if (email === address) return user;
    return null;
  }

  private signIn(asker: string | null, address: string): Redeemed {
    const guest = asker !== null && this.isGuest(asker) ? asker : null;
    const owner = this.withAddress(address);
    if (owner === null) {
      if (guest === null) return { kind: "granted", user: null };
      this.endAll(guest);
      this.count("guest upgraded");
      Object.assign(this.people.get(guest)!, { email: address, verified: true });
      return { kind: "granted", user: guest };
    }
    const person = this.people.get(owner)!;
    if (person.blocked) return REFUSED;
    person.verified = true;
    if (guest !== null) this.merge(guest, owner, person.staff);
    return { kind: "granted", user: owner };
  }

  private merge(guest: string, owner: string, staff: boolean): void {
    const theirs = [...this.owners].filter(([, user]) => user === guest);
    if (theirs.length > MAX_MERGED) return;
    this.endAll(guest);
    if (staff) return;
    this.count("guest merged");
    for (const [conversation] of theirs) this.owners.set(conversation, owner);
    this.people.delete(guest);
  }

  private changeEmail(user: string, address: string): Redeemed {
    const owner = this.withAddress(address);
    if (owner !== null && owner !== user) return REFUSED;
    if (owner === null) this.count("address changed");
    Object.assign(this.people.get(user)!, { email: address, verified: true });
    this.endAll(user);
    return { kind: "granted", user };
  }
}

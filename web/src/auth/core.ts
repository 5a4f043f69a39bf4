/**
 * One browser's session, shared by its tabs: hands out access tokens, refreshes them once for all tabs,
 * signs in and out. It fulfils what `ConvexProviderWithAuth` asks of `fetchAccessToken`:
 *
 * - A forced refresh does not rotate when the tokens are seconds old, or when another tab has rotated
 *   since this tab last asked: the newer token is the answer.
 * - Only the server's word ends a session. Without a network it keeps trying, with back-off, and the
 *   promise stays open; `null` would mean "signed out" to Convex.
 * - A failure is shared by the tabs, as a success is: however many are open, they ask as often as one.
 *   The pauses differ from browser to browser, so that they don't all come back at once.
 *
 * Everything that changes the session runs under the lock and reads the storage again once it has it.
 */
import { isSessionOver, serverErrorOf } from "./errors";
import { parseStored, toStored, type StoredSession } from "./stored";
import type {
  AuthSnapshot,
  AuthStorage,
  AuthTransport,
  Challenge,
  Clock,
  CodeAddress,
  Lock,
  Redemption,
  Tokens,
  Verification,
} from "./types";

const SECOND = 1000;
/** Tokens this young answer a forced refresh as they are. */
export const JUST_REFRESHED = 10 * SECOND;
/** A token is not handed out any more when this little of its life is left. */
const LEEWAY = 30 * SECOND;
/** The first retry comes at once: the server honours a predecessor's token for a minute only. */
const BACK_OFF_MIN = 300;
const BACK_OFF_MAX = 30 * SECOND;

export type AuthCoreOptions = {
  transport: AuthTransport;
  storage: AuthStorage;
  lock: Lock;
  clock: Clock;
  /** Keeps applications of one origin apart. */
  name?: string;
  makeId?: () => string;
  /** From 0 to 1. */
  random?: () => number;
};

/** `error` is absent when nothing failed and the session just changed under way. */
type Attempt = { token: string | null } | { retryAt: number; error?: Error };

export const SIGNED_OUT: AuthSnapshot = { sessionId: null, user: null, endedByServer: false };

export class AuthCore {
  readonly name: string;
  readonly #transport: AuthTransport;
  readonly #storage: AuthStorage;
  readonly #lock: Lock;
  readonly #clock: Clock;
  readonly #makeId: () => string;
  readonly #random: () => number;
  readonly #listeners = new Set<() => void>();
  #snapshot: AuthSnapshot;
  /** The token that this tab was last given: a forced refresh means that this one is no longer good. */
  #lastHandedOut: string | null = null;

  constructor({ transport, storage, lock, clock, name, makeId, random }: AuthCoreOptions) {
    this.name = name ?? "support";
    this.#transport = transport;
    this.#storage = storage;
    this.#lock = lock;
    this.#clock = clock;
    this.#makeId = makeId ?? (() => crypto.randomUUID());
    this.#random = random ?? Math.random;
    this.#snapshot = this.#fromStorage(false);
    storage.onExternalChange(() => this.#publish(false));
  }

  readonly getSnapshot = (): AuthSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Not after the server's time, in milliseconds since the epoch, whatever this machine's clock says: by how far it was
   * ahead when the tokens came. The way of the answer counts as ahead, too.
   */
  readonly serverTime = (): number => this.#clock.now() - (this.#stored()?.aheadMs ?? 0);

  /** A good access token; null when signed out. Never rejects, and waits while there is no network. */
  readonly fetchAccessToken = async ({
    forceRefreshToken,
  }: {
    forceRefreshToken: boolean;
  }): Promise<string | null> => {
    const stored = this.#stored();
    if (stored === null) return null;
    if (!forceRefreshToken && this.#isFresh(stored)) return this.#handOut(stored);
    for (let hurriedSince: number | null = null; ;) {
      const result = await this.#lock(() => this.#refreshOnce(forceRefreshToken, hurriedSince));
      if ("token" in result) return result.token;
      await this.#clock.sleep(Math.max(0, result.retryAt - this.#clock.now()));
      // Woken early: there is a reason to try at once, unless a tab has done so since.
      const now = this.#clock.now();
      hurriedSince = now < result.retryAt ? now : null;
    }
  };

  /**
   * Call when a query or mutation was refused for want of a session: finds out whether the session is
   * really over. Waits for a sign-in that is under way, which revokes the guest's session first.
   */
  async recheck(): Promise<void> {
    const before = this.#snapshot.sessionId;
    const since = this.#clock.now();
    if (before === null) return;
    await this.#lock(async () => {
      const stored = this.#stored();
      if (stored === null || stored.id !== before) return this.#publish(false);
      // Another tab has found out meanwhile.
      if (stored.obtainedAt > since) return;
      try {
        this.#save(await this.#transport.refreshSession(stored.refreshToken), stored.id);
      } catch (error) {
        if (isSessionOver(error)) this.#end(true);
      }
    });
  }

  /** Makes a guest session unless there is a session already. Rejects when the server refuses. */
  async ensureSession(): Promise<void> {
    if (this.#stored() !== null) return;
    await this.#lock(async () => {
      if (this.#stored() !== null) return this.#publish(false);
      this.#save(await this.#transport.createGuestSession(), this.#makeId());
    });
  }

  /**
   * Sends a code to an e-mail address (a string is one) or by text; it then works in this session only, and redeeming
   * it upgrades a guest.
   */
  async requestCode(to: string | CodeAddress): Promise<Challenge> {
    const token = await this.#lock(() => this.#currentToken());
    return await this.#transport.requestCode(typeof to === "string" ? { email: to } : to, token);
  }

  /**
   * Gives this account the address that the code went to. `by` is `api.users.verifyEmail` or `api.users.verifyPhone`:
   * it ends this session, and the one that goes on is its answer.
   */
  async verify(by: Verification, redemption: Redemption): Promise<void> {
    await this.#lock(async () => {
      const tokens = await this.#transport.verify(by, redemption, await this.#currentToken());
      this.#save(tokens, this.#makeId());
    });
  }

  /** Goes on with a session that the server gives in another way, as for the link of an e-mail. */
  async adopt(give: () => Promise<Tokens>): Promise<void> {
    await this.#lock(async () => this.#save(await give(), this.#makeId()));
  }

  /** Trades the code for a session. A guest is upgraded, or merged into the account that exists. */
  async signIn(redemption: Redemption): Promise<void> {
    await this.#lock(async () => {
      const tokens = await this.#transport.createSession(redemption, await this.#currentToken());
      this.#save(tokens, this.#makeId());
    });
  }

  /**
   * Signs out in all tabs at once. Revoking at the server is tried, not waited for: without a network
   * the session ends there by its idle limit.
   */
  async signOut(): Promise<void> {
    const stored = await this.#lock(async () => {
      const stored = this.#stored();
      this.#end(false);
      return stored;
    });
    if (stored === null) return;
    try {
      const { accessToken } = this.#isFresh(stored)
        ? stored
        : await this.#transport.refreshSession(stored.refreshToken);
      await this.#transport.logout(accessToken);
    } catch {
      // Signed out here in any case.
    }
  }

  /** One try, under the lock: the tokens that are there if they will do, else a rotation. */
  async #refreshOnce(force: boolean, hurriedSince: number | null): Promise<Attempt> {
    const stored = this.#stored();
    if (stored === null) {
      this.#publish(false);
      return { token: null };
    }
    if (this.#answers(stored, force)) return { token: this.#handOut(stored) };
    const wait = this.#pauseOf(stored, hurriedSince);
    if (wait !== null) return { retryAt: wait };
    try {
      const tokens = await this.#transport.refreshSession(stored.refreshToken);
      if (this.#changedSince(stored)) return { retryAt: 0 };
      return { token: this.#handOut(this.#save(tokens, stored.id)) };
    } catch (error) {
      if (this.#changedSince(stored)) return { retryAt: 0 };
      if (!isSessionOver(error)) {
        return { retryAt: this.#failed(stored, error), error: asError(error) };
      }
      this.#end(true);
      return { token: null };
    }
  }

  /** A lock that is only advisory may have let another tab sign out or in meanwhile. */
  #changedSince(stored: StoredSession): boolean {
    return this.#stored()?.refreshToken !== stored.refreshToken;
  }

  /** Until when no tab should try, or null. A pause of another clock, before it was set back, is none. */
  #pauseOf({ failed }: StoredSession, hurriedSince: number | null): number | null {
    if (failed === undefined || failed.at > this.#clock.now()) return null;
    if (hurriedSince !== null && failed.at < hurriedSince) return null;
    return this.#clock.now() < failed.until ? failed.until : null;
  }

  /** Remembers a failure for all tabs; answers when to try again. */
  #failed(stored: StoredSession, error: unknown): number {
    const at = this.#clock.now();
    const lately = stored.failed !== undefined && at < stored.failed.until + BACK_OFF_MAX;
    const count = lately ? stored.failed!.count + 1 : 1;
    const backOff = Math.min(BACK_OFF_MAX, BACK_OFF_MIN * 2 ** (count - 1));
    const spread = backOff * (0.5 + this.#random() / 2);
    const until = at + Math.max(spread, serverErrorOf(error)?.retryAfterMs ?? 0);
    this.#storage.write(JSON.stringify({ ...stored, failed: { count, at, until } }));
    return until;
  }

  #answers(stored: StoredSession, force: boolean): boolean {
    if (!this.#isFresh(stored)) return false;
    if (!force) return true;
    const age = this.#clock.now() - stored.obtainedAt;
    return stored.accessToken !== this.#lastHandedOut || (age >= 0 && age < JUST_REFRESHED);
  }

  #isFresh({ obtainedAt, lifetimeMs }: StoredSession): boolean {
    const age = this.#clock.now() - obtainedAt;
    return age >= 0 && age < lifetimeMs - Math.min(LEEWAY, lifetimeMs / 2);
  }

  /**
   * Under the lock, for something that a person waits for: one try, whose failure is thrown. Going ahead
   * without the session would lose a guest's conversations, and a code works only in the session it was
   * asked for in.
   */
  async #currentToken(): Promise<string | null> {
    for (;;) {
      const result = await this.#refreshOnce(false, Infinity);
      if ("token" in result) return result.token;
      if (result.error !== undefined) throw result.error;
    }
  }

  #handOut(stored: StoredSession): string {
    this.#lastHandedOut = stored.accessToken;
    return stored.accessToken;
  }

  #stored(): StoredSession | null {
    return parseStored(this.#storage.read());
  }

  #save(tokens: Tokens, id: string): StoredSession {
    const stored = toStored(tokens, id, this.#clock.now());
    this.#storage.write(JSON.stringify(stored));
    this.#publish(false);
    return stored;
  }

  #end(byServer: boolean): void {
    this.#storage.clear();
    this.#publish(byServer);
  }

  #fromStorage(endedByServer: boolean): AuthSnapshot {
    const stored = this.#stored();
    if (stored !== null) return { sessionId: stored.id, user: stored.user, endedByServer: false };
    return endedByServer ? { ...SIGNED_OUT, endedByServer } : SIGNED_OUT;
  }

  #publish(endedByServer: boolean): void {
    const next = this.#fromStorage(endedByServer);
    if (JSON.stringify(next) === JSON.stringify(this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

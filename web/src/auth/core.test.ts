/** What several tabs, a bad network and the server's word do to a session. */
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, test } from "vitest";
import { AuthCore, JUST_REFRESHED } from "./core";
import type { AuthStorage, AuthTransport, Lock, Redemption, Tokens } from "./types";

const MINUTE = 60_000;

/** One browser: a storage that tells the other tabs, one lock, one clock, one server. */
class Browser {
  now = 1_000_000;
  value: string | null = null;
  readonly listeners = new Map<number, () => void>();
  refreshes: string[] = [];
  logouts: string[] = [];
  verified: string[] = [];
  failures: Error[] = [];
  sleeps: number[] = [];
  #serial = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #tabs = 0;

  readonly lock: Lock = (task) => {
    const run = this.#tail.then(task);
    this.#tail = run.catch(() => undefined);
    return run;
  };

  tokens(role: "guest" | "customer" = "guest"): Tokens {
    const n = ++this.#serial;
    return {
      accessToken: `access-${n}`,
      accessTokenExpiresAt: this.now + 15 * MINUTE,
      refreshToken: `refresh-${n}`,
      user: { _id: "user", role: "customer", emailVerified: role === "customer" },
    };
  }

  readonly transport: AuthTransport = {
    createGuestSession: async () => this.tokens(),
    requestCode: async () => ({ challenge: "challenge", expiresAt: this.now + 10 * MINUTE }),
    createSession: async () => this.tokens("customer"),
    verify: async (_by, { code }, accessToken) => {
      this.verified.push(`${code} ${accessToken}`);
      if (code !== "123456") throw new Error("code_invalid");
      return this.tokens("customer");
    },
    refreshSession: async (refreshToken) => {
      this.refreshes.push(refreshToken);
      await Promise.resolve();
      const failure = this.failures.shift();
      if (failure !== undefined) throw failure;
      return this.tokens();
    },
    logout: async (accessToken) => {
      this.logouts.push(accessToken);
    },
  };

  tab(): AuthCore {
    const id = this.#tabs++;
    const announce = () => {
      for (const [tab, listener] of this.listeners) if (tab !== id) listener();
    };
    const storage: AuthStorage = {
      read: () => this.value,
      write: (value) => {
        this.value = value;
        announce();
      },
      clear: () => {
        this.value = null;
        announce();
      },
      onExternalChange: (callback) => {
        this.listeners.set(id, callback);
        return () => this.listeners.delete(id);
      },
    };
    const clock = {
      now: () => this.now,
      sleep: async (ms: number) => {
        this.sleeps.push(ms);
        this.now += ms;
      },
    };
    const { transport, lock } = this;
    return new AuthCore({ transport, storage, lock, clock, random: () => 1 });
  }
}

const expired = () => new ConvexError({ code: "session_expired", message: "Sign in again." });
const cached = { forceRefreshToken: false };
const forced = { forceRefreshToken: true };

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});

async function signedInTabs(n: number): Promise<AuthCore[]> {
  const tabs = Array.from({ length: n }, () => browser.tab());
  await tabs[0]!.ensureSession();
  return tabs;
}

describe("access tokens", () => {
  test("a visitor who only looks has no session and makes no request", async () => {
    const tab = browser.tab();
    expect(await tab.fetchAccessToken(cached)).toBeNull();
    expect(await tab.fetchAccessToken(forced)).toBeNull();
    expect(tab.getSnapshot().sessionId).toBeNull();
  });

  test("n tabs whose token expires make one refresh and get the same token", async () => {
    const tabs = await signedInTabs(5);
    await Promise.all(tabs.map((tab) => tab.fetchAccessToken(cached)));
    browser.now += 14 * MINUTE + 50_000;
    const tokens = await Promise.all(tabs.map((tab) => tab.fetchAccessToken(forced)));
    expect(browser.refreshes).toEqual(["refresh-1"]);
    expect(new Set(tokens)).toEqual(new Set(["access-2"]));
  });

  test("the forced refresh that Convex asks for right after sign-in does not rotate", async () => {
    const [tab] = await signedInTabs(1);
    expect(await tab!.fetchAccessToken(cached)).toBe("access-1");
    expect(await tab!.fetchAccessToken(forced)).toBe("access-1");
    expect(browser.refreshes).toEqual([]);
  });

  test("a forced refresh of a token that was refused rotates", async () => {
    const [tab] = await signedInTabs(1);
    await tab!.fetchAccessToken(cached);
    browser.now += JUST_REFRESHED;
    expect(await tab!.fetchAccessToken(forced)).toBe("access-2");
  });

  test("a forced refresh takes the token that another tab got meanwhile, however old", async () => {
    const [one, two] = await signedInTabs(2);
    await Promise.all([one!.fetchAccessToken(cached), two!.fetchAccessToken(cached)]);
    browser.now += MINUTE;
    await one!.fetchAccessToken(forced);
    browser.now += MINUTE;
    expect(await two!.fetchAccessToken(forced)).toBe("access-2");
    expect(browser.refreshes).toHaveLength(1);
  });

  test("a clock that was set back doesn't make an old token look fresh for ever", async () => {
    const [tab] = await signedInTabs(1);
    browser.now -= 60 * MINUTE;
    expect(await tab!.fetchAccessToken(cached)).toBe("access-2");
  });
});

describe("failures", () => {
  test("a network error keeps the session and is retried with growing pauses", async () => {
    const [tab] = await signedInTabs(1);
    browser.now += 20 * MINUTE;
    browser.failures = [new TypeError("Failed to fetch"), new Error("503"), new TypeError("reset")];
    expect(await tab!.fetchAccessToken(cached)).toBe("access-2");
    expect(browser.sleeps).toEqual([300, 600, 1200]);
    expect(tab!.getSnapshot().sessionId).not.toBeNull();
  });

  test("rate_limited waits as long as the server says", async () => {
    const [tab] = await signedInTabs(1);
    browser.now += 20 * MINUTE;
    browser.failures = [
      new ConvexError({ code: "rate_limited", message: "Slow down.", retryAfterMs: 7000 }),
    ];
    await tab!.fetchAccessToken(cached);
    expect(browser.sleeps).toEqual([7000]);
  });

  test("session_expired signs out in every tab, and says that it was the server", async () => {
    const [one, two] = await signedInTabs(2);
    browser.now += 20 * MINUTE;
    browser.failures = [expired()];
    expect(await one!.fetchAccessToken(cached)).toBeNull();
    expect(one!.getSnapshot()).toMatchObject({ sessionId: null, endedByServer: true });
    expect(two!.getSnapshot().sessionId).toBeNull();
  });

  test("a refused sign-in leaves the guest's session as it was", async () => {
    const [tab] = await signedInTabs(1);
    const before = tab!.getSnapshot();
    browser.transport.createSession = async () => {
      throw new ConvexError({ code: "code_invalid", message: "That code is wrong." });
    };
    await expect(tab!.signIn({ challenge: "c", code: "000000" })).rejects.toThrow();
    expect(tab!.getSnapshot()).toBe(before);
  });

  test("recheck keeps a session that the server still knows, and ends one that it doesn't", async () => {
    const [tab] = await signedInTabs(1);
    await tab!.recheck();
    expect(tab!.getSnapshot().sessionId).not.toBeNull();
    browser.failures = [expired()];
    await tab!.recheck();
    expect(tab!.getSnapshot()).toMatchObject({ sessionId: null, endedByServer: true });
  });

  test("recheck during a sign-in waits for it and doesn't touch the new session", async () => {
    const [one, two] = await signedInTabs(2);
    const signIn = one!.signIn({ challenge: "c", code: "123456" });
    await Promise.all([signIn, two!.recheck()]);
    expect(browser.refreshes).toEqual([]);
    expect(two!.getSnapshot().user?.emailVerified).toBe(true);
  });
});

describe("signing in and out", () => {
  test("two tabs that send their first message at once share one guest session", async () => {
    const [one, two] = [browser.tab(), browser.tab()];
    await Promise.all([one.ensureSession(), two.ensureSession()]);
    expect(one.getSnapshot().sessionId).toBe(two.getSnapshot().sessionId);
  });

  test("a sign-in elsewhere changes this tab's session at once; a refresh doesn't", async () => {
    const [one, two] = await signedInTabs(2);
    const seen: (string | null)[] = [];
    two!.subscribe(() => seen.push(two!.getSnapshot().sessionId));
    await one!.recheck();
    expect(seen).toEqual([]);
    await one!.signIn({ challenge: "c", code: "123456" });
    expect(seen).toEqual([one!.getSnapshot().sessionId]);
  });

  test("a verified address goes on in a new session, in every tab; a wrong code changes nothing", async () => {
    const [one, two] = await signedInTabs(2);
    const by = makeFunctionReference<"action", Redemption, Tokens>("users:verifyPhone");
    const before = two!.getSnapshot();
    await expect(one!.verify(by, { challenge: "c", code: "000000" })).rejects.toThrow();
    expect(two!.getSnapshot()).toBe(before);
    await Promise.all([one!.verify(by, { challenge: "c", code: "123456" }), two!.recheck()]);
    expect(two!.getSnapshot().sessionId).toBe(one!.getSnapshot().sessionId);
    expect(two!.getSnapshot().sessionId).not.toBe(before.sessionId);
    expect(browser.verified).toEqual(["000000 access-1", "123456 access-1"]);
    expect(browser.refreshes).toEqual([]);
  });

  test("signing out clears every tab, then tells the server", async () => {
    const [one, two] = await signedInTabs(2);
    await one!.signOut();
    expect(two!.getSnapshot()).toMatchObject({ sessionId: null, endedByServer: false });
    expect(browser.value).toBeNull();
    expect(browser.logouts).toEqual(["access-1"]);
  });

  test("signing out without a network still signs out here", async () => {
    const [tab] = await signedInTabs(1);
    browser.transport.logout = () => Promise.reject(new TypeError("Failed to fetch"));
    await tab!.signOut();
    expect(tab!.getSnapshot().sessionId).toBeNull();
  });

  test("what another version has stored is treated as signed out", () => {
    browser.value = '{"accessToken":1}';
    expect(browser.tab().getSnapshot().sessionId).toBeNull();
  });
});

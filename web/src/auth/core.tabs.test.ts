/** Many tabs and a bad network: however many there are, they ask the server as often as one. */
import { ConvexError } from "convex/values";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AuthCore } from "./core";
import type { AuthStorage, AuthTransport, Lock, Tokens } from "./types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const forced = { forceRefreshToken: true };
const cached = { forceRefreshToken: false };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const base64 = (value: object) => btoa(JSON.stringify(value));

/** One browser with a FIFO lock and storage events that come later, and one server, on a fake clock. */
class Site {
  value: string | null = null;
  requests: number[] = [];
  /** What the server answers instead of tokens. */
  failure: Error | null = null;
  /** How long an answer takes. */
  latency = 20;
  /** How far the server's clock is ahead of this machine's. */
  skew = 0;
  readonly tabs: AuthCore[] = [];
  #sleepers = new Set<() => void>();
  #listeners: (() => void)[] = [];
  #tail: Promise<unknown> = Promise.resolve();
  #serial = 0;

  readonly lock: Lock = (task) => {
    const run = this.#tail.then(task);
    this.#tail = run.catch(() => undefined);
    return run;
  };

  readonly transport: AuthTransport = {
    createGuestSession: async () => this.#tokens(),
    requestCode: async () => ({ challenge: "challenge", expiresAt: 0 }),
    createSession: async () => this.#tokens(),
    verify: async () => this.#tokens(),
    refreshSession: async () => {
      this.requests.push(Date.now());
      await new Promise((resolve) => setTimeout(resolve, this.latency));
      if (this.failure !== null) throw this.failure;
      return this.#tokens();
    },
    logout: async () => undefined,
  };

  #tokens(): Tokens {
    const iat = (Date.now() + this.skew) / 1000;
    const claims = { iat, exp: iat + 15 * 60, n: ++this.#serial };
    return {
      accessToken: `x.${base64(claims)}.y`,
      accessTokenExpiresAt: claims.exp * 1000,
      refreshToken: `refresh-${this.#serial}`,
      user: { _id: "user", role: "customer", emailVerified: false },
    };
  }

  open(n: number): void {
    for (let i = 0; i < n; i++) this.tabs.push(this.#tab());
  }

  #tab(): AuthCore {
    const own: (() => void)[] = [];
    const change = (value: string | null) => {
      this.value = value;
      this.tellTabs(own);
    };
    const storage: AuthStorage = {
      read: () => this.value,
      write: change,
      clear: () => change(null),
      onExternalChange: (callback) => {
        own.push(callback);
        this.#listeners.push(callback);
        return () => undefined;
      },
    };
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.#sleepers.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        this.#sleepers.add(done);
      });
    const { transport, lock } = this;
    return new AuthCore({ transport, storage, lock, clock: { now: Date.now, sleep } });
  }

  tellTabs(except: (() => void)[] = []): void {
    for (const listener of this.#listeners) {
      if (!except.includes(listener)) setTimeout(listener, 5);
    }
  }

  /** The browser's `online` event. */
  online(): void {
    for (const done of this.#sleepers) done();
  }

  fetchAll(how = forced): Promise<(string | null)[]> {
    return Promise.all(this.tabs.map((tab) => tab.fetchAccessToken(how)));
  }
}

async function signedIn(tabs: number): Promise<Site> {
  const site = new Site();
  site.open(tabs);
  await site.tabs[0]!.ensureSession();
  await vi.advanceTimersByTimeAsync(10);
  await site.fetchAll(cached);
  return site;
}

test("thirty tabs that wake up after a night make one request", async () => {
  const site = await signedIn(30);
  vi.setSystemTime(Date.now() + 9 * HOUR);
  const tokens = site.fetchAll(cached);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(new Set(await tokens).size).toBe(1);
  expect(site.requests).toHaveLength(1);
});

async function requestsInOutage(tabs: number): Promise<number> {
  const site = await signedIn(tabs);
  vi.setSystemTime(Date.now() + HOUR);
  site.failure = new TypeError("Failed to fetch");
  const tokens = site.fetchAll();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  const { length } = site.requests;
  site.failure = null;
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect((await tokens).every((token) => token !== null)).toBe(true);
  expect(site.requests).toHaveLength(length + 1);
  return length;
}

test("in an outage of ten minutes thirty tabs ask no more often than one may", async () => {
  // Pauses grow to 15 to 30 seconds within the first minute.
  for (const tabs of [1, 30]) {
    const requests = await requestsInOutage(tabs);
    expect(requests).toBeGreaterThan(20);
    expect(requests).toBeLessThanOrEqual(6 + (10 * MINUTE) / 15_000);
  }
});

test("browsers don't all come back at the same moment", async () => {
  const firsts = new Set<number>();
  for (let i = 0; i < 10; i++) {
    const site = await signedIn(1);
    const start = Date.now() + HOUR;
    vi.setSystemTime(start);
    site.failure = new TypeError("Failed to fetch");
    const token = site.fetchAll();
    await vi.advanceTimersByTimeAsync(MINUTE);
    firsts.add(site.requests[5]! - start);
    site.failure = null;
    await vi.advanceTimersByTimeAsync(MINUTE);
    await token;
  }
  expect(firsts.size).toBeGreaterThan(5);
});

test("when the network is back every tab is woken, and one asks for all", async () => {
  const site = await signedIn(30);
  vi.setSystemTime(Date.now() + HOUR);
  site.failure = new TypeError("Failed to fetch");
  const tokens = site.fetchAll();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  const before = site.requests.length;
  // A false alarm first: still no network.
  site.online();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(site.requests).toHaveLength(before + 1);
  site.failure = null;
  site.online();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(site.requests).toHaveLength(before + 2);
  expect(new Set(await tokens).size).toBe(1);
});

test("told to wait by the server, no tab asks before the time", async () => {
  const site = await signedIn(10);
  vi.setSystemTime(Date.now() + HOUR);
  const start = Date.now();
  const message = "Slow down.";
  site.failure = new ConvexError({ code: "rate_limited", message, retryAfterMs: 5 * MINUTE });
  const tokens = site.fetchAll();
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  expect(site.requests).toHaveLength(1);
  site.failure = null;
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await tokens;
  expect(site.requests).toHaveLength(2);
  expect(site.requests[1]! - start).toBeGreaterThanOrEqual(5 * MINUTE);
});

test("storage that is cleared in another tab signs out here, also in the middle of a refresh", async () => {
  const site = await signedIn(2);
  vi.setSystemTime(Date.now() + HOUR);
  const tokens = site.fetchAll();
  await vi.advanceTimersByTimeAsync(10);
  site.value = null;
  site.tellTabs();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await tokens).toEqual([null, null]);
  expect(site.value).toBeNull();
  for (const tab of site.tabs) {
    expect(tab.getSnapshot()).toMatchObject({ sessionId: null, endedByServer: false });
  }
});

test.each([3 * 24 * HOUR, -3 * 24 * HOUR])(
  "a clock that is wrong by %i ms changes nothing: one refresh in a quarter of an hour",
  async (skew) => {
    const site = new Site();
    site.skew = skew;
    site.open(3);
    await site.tabs[0]!.ensureSession();
    for (let minute = 0; minute < 60; minute++) {
      const tokens = site.fetchAll(cached);
      await vi.advanceTimersByTimeAsync(MINUTE);
      expect((await tokens).every((token) => token !== null)).toBe(true);
    }
    expect(site.requests.length).toBeGreaterThanOrEqual(3);
    expect(site.requests.length).toBeLessThanOrEqual(4);
  },
);

test("a clock that was set back in an outage doesn't keep the tabs waiting for it", async () => {
  const site = await signedIn(3);
  vi.setSystemTime(Date.now() + HOUR);
  site.failure = new TypeError("Failed to fetch");
  const first = site.fetchAll();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  site.failure = null;
  vi.setSystemTime(Date.now() - 24 * HOUR);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect((await first).every((token) => token !== null)).toBe(true);
});

test("thirty tabs whose session was refused find out with one request", async () => {
  const site = await signedIn(30);
  await vi.advanceTimersByTimeAsync(MINUTE);
  const rechecks = Promise.all(site.tabs.map((tab) => tab.recheck()));
  await vi.advanceTimersByTimeAsync(1_000);
  await rechecks;
  expect(site.requests).toHaveLength(1);
});

test("without a network neither a code is asked for nor redeemed as somebody else", async () => {
  const site = await signedIn(1);
  vi.setSystemTime(Date.now() + HOUR);
  site.failure = new TypeError("Failed to fetch");
  const asked = vi.spyOn(site.transport, "requestCode");
  const signedInAs = vi.spyOn(site.transport, "createSession");
  const code = { challenge: "challenge", code: "123456" };
  const [tab] = site.tabs;
  const failures = Promise.all([
    expect(tab!.requestCode("ann@example.com")).rejects.toThrow("Failed to fetch"),
    expect(tab!.signIn(code)).rejects.toThrow("Failed to fetch"),
  ]);
  await vi.advanceTimersByTimeAsync(1_000);
  await failures;
  expect([asked, signedInAs].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  expect(tab!.getSnapshot().sessionId).not.toBeNull();
});

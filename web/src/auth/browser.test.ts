/** What browsers do to storage and locks: private windows, full disks, closed tabs, no Web Locks. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browserLock } from "./lock";
import { browserStorage } from "./storage";

/** `localStorage` of one origin, seen by every tab. `fail` makes a method throw, as browsers do. */
class FakeStorage {
  readonly values = new Map<string, string>();
  fail: "nothing" | "everything" | "writes" = "nothing";
  getItem = (key: string) => {
    if (this.fail === "everything") throw new DOMException("Denied", "SecurityError");
    return this.values.get(key) ?? null;
  };
  setItem = (key: string, value: string) => {
    if (this.fail !== "nothing") throw new DOMException("Full", "QuotaExceededError");
    this.values.set(key, value);
  };
  removeItem = (key: string) => {
    if (this.fail === "everything") throw new DOMException("Denied", "SecurityError");
    this.values.delete(key);
  };
}

let storage: FakeStorage;
let page: EventTarget & { localStorage?: FakeStorage };
beforeEach(() => {
  storage = new FakeStorage();
  page = Object.assign(new EventTarget(), { localStorage: storage });
  vi.stubGlobal("window", page);
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const changed = (key: string | null) =>
  page.dispatchEvent(Object.assign(new Event("storage"), { key }));

describe("storage", () => {
  test("is shared by tabs", () => {
    browserStorage("a").write("one");
    expect(browserStorage("a").read()).toBe("one");
    expect(browserStorage("b").read()).toBeNull();
  });

  test("where it is forbidden, the tab remembers", () => {
    storage.fail = "everything";
    const mine = browserStorage("a");
    mine.write("one");
    expect(mine.read()).toBe("one");
    mine.clear();
    expect(mine.read()).toBeNull();
  });

  test("where even asking for it throws, the tab remembers", () => {
    Object.defineProperty(page, "localStorage", {
      get: () => {
        throw new DOMException("Denied", "SecurityError");
      },
    });
    const mine = browserStorage("a");
    mine.write("one");
    expect(mine.read()).toBe("one");
  });

  test("when it is full, no tab is left with what was there before", () => {
    const [mine, other] = [browserStorage("a"), browserStorage("a")];
    mine.write("one");
    storage.fail = "writes";
    mine.write("two");
    expect([mine.read(), other.read()]).toEqual(["two", null]);
    storage.fail = "nothing";
    mine.write("three");
    expect(other.read()).toBe("three");
  });

  test("cleared by another tab, it is empty here too, also for a tab that remembered", () => {
    storage.fail = "writes";
    const mine = browserStorage("a");
    mine.write("one");
    const heard = vi.fn();
    const stop = mine.onExternalChange(heard);
    changed("other");
    expect([heard.mock.calls.length, mine.read()]).toEqual([0, "one"]);
    changed(null);
    expect([heard.mock.calls.length, mine.read()]).toEqual([1, null]);
    stop();
    changed("a");
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

describe("the lock without Web Locks", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  test("lets one tab at a time run, however long it takes", async () => {
    let running = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++running);
      await wait(45_000);
      running--;
    };
    const tabs = Array.from({ length: 3 }, () => browserLock("session"));
    const all = Promise.all(tabs.map((lock) => lock(task)));
    await vi.advanceTimersByTimeAsync(200_000);
    await all;
    expect([most, storage.values.size]).toEqual([1, 0]);
  });

  test("is free again soon after the tab that held it was closed", async () => {
    storage.setItem("session.lock", `closed ${Date.now() + 20_000}`);
    const task = vi.fn(() => Promise.resolve("done"));
    const result = browserLock("session")(task);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(task).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await result).toBe("done");
  });

  test("is not held for years by a clock that was set back", async () => {
    storage.setItem("session.lock", `other ${Date.now() + 1e11}`);
    const result = browserLock("session")(() => Promise.resolve("done"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await result).toBe("done");
  });

  test("keeps the order of one tab where storage is forbidden, and survives a failure", async () => {
    storage.fail = "everything";
    const lock = browserLock("session");
    const order: number[] = [];
    const task = (n: number, ms: number) => async () => {
      await wait(ms);
      order.push(n);
      if (n === 1) throw new Error("No network");
    };
    const failed = expect(lock(task(1, 500))).rejects.toThrow("No network");
    const second = lock(task(2, 10));
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([failed, second]);
    expect(order).toEqual([1, 2]);
  });
});

test("with Web Locks, they are used", async () => {
  const request = vi.fn(<T>(_name: string, task: () => T) => task());
  vi.stubGlobal("navigator", { locks: { request } });
  expect(await browserLock("session")(() => Promise.resolve(1))).toBe(1);
  expect(request.mock.calls[0]![0]).toBe("session");
  expect(storage.values.size).toBe(0);
});

test("in a frame whose storage is blocked Web Locks refuse: the task runs all the same, once", async () => {
  const denied = new DOMException("Denied", "SecurityError");
  vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(denied) } });
  storage.fail = "everything";
  const task = vi.fn(async () => "done");
  expect(await browserLock("session")(task)).toBe("done");
  expect(task).toHaveBeenCalledTimes(1);
  // What the task itself throws is no refusal, and runs nothing again.
  const request = (_name: string, run: () => Promise<unknown>) => run();
  vi.stubGlobal("navigator", { locks: { request } });
  const aborted = vi.fn(async () => Promise.reject(new DOMException("Over", "AbortError")));
  await expect(browserLock("session")(aborted)).rejects.toThrow("Over");
  expect(aborted).toHaveBeenCalledTimes(1);
});

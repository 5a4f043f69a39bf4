/** Orders `convex-test`'s transactions first come, first served, and tells the engine of commits. */
import { setTimeout as sleep } from "node:timers/promises";
import { currentLaunch, currentRun } from "./context";
import type { TransactionManager } from "./internals";
import type { FifoLock } from "./lock";

interface TransactionHooks {
  /** How long a transaction that is asked for now takes before it runs and commits, in milliseconds. */
  latencyMs(): number;
  /** A top-level transaction begins, which was asked for at `requestedAt` (`performance.now()`). */
  begun(requestedAt: number): void;
  /** A top-level transaction committed. */
  committed(): void;
  /** A top-level transaction ended, committed or not. */
  ended(): void;
}

export function takeOverTransactions(
  manager: TransactionManager,
  lock: FifoLock,
  hooks: TransactionHooks,
): void {
  const begin = manager.begin.bind(manager);
  const commit = manager.commit.bind(manager);
  const end = manager._endTransaction.bind(manager);
  const ownsLock = (): boolean => currentLaunch.getStore()?.holdsLock !== true;

  manager.begin = async (isNested, limits) => {
    const requestedAt = performance.now();
    if (!isNested && ownsLock()) {
      const latencyMs = hooks.latencyMs();
      if (latencyMs > 0) await sleep(latencyMs);
      await lock.acquire();
    }
    await begin(isNested, limits);
    if (!isNested) hooks.begun(requestedAt);
  };
  manager._endTransaction = (isNested) => {
    end(isNested);
    if (isNested) return;
    hooks.ended();
    if (ownsLock()) lock.release();
  };
  manager.commit = (isNested) => {
    const ts = commit(isNested);
    if (isNested) return ts;
    const launch = currentLaunch.getStore();
    if (launch !== undefined && ts !== null) launch.commitTs = ts;
    hooks.committed();
    return ts;
  };
  // The mock asks "is any transaction open?" where it means "is this code in one?".
  manager.isInTransaction = () => {
    const type = currentRun.getStore()?.event.udfType;
    return type === "query" || type === "mutation";
  };
}

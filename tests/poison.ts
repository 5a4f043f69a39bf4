/** Rows that can't be written, for tests of what upkeep does then. */
import { clockedDeployment } from "./setup";

type Syscalls = Record<
  "asyncSyscall" | "jsSyscall",
  (this: void, op: string, args: unknown) => Promise<unknown>
>;

const WRITES = /insert|remove|delete|shallowMerge|replace|schedule/i;
/** What upkeep itself notes of them. */
const NOTES = /set_aside|tryRow/;

/** What no write may name: an id, or words. The value, if there is one, has to be in the write too. */
export const poisoned = new Map<string, string>();
/** Upkeep sees none of what it has set aside. */
export const forgetful = { on: false };

function isPoisoned(op: string, args: unknown): boolean {
  if (poisoned.size === 0 || !WRITES.test(op)) return false;
  const written = JSON.stringify(args);
  if (NOTES.test(written)) return false;
  return [...poisoned].some(([name, more]) => written.includes(name) && written.includes(more));
}

/** Between the functions and the mock, for all deployments of a file. Returns how to end it. */
export function guardWrites(): () => void {
  // The first one of a file puts the mock's calls in place.
  clockedDeployment();
  const convex = (globalThis as unknown as { Convex: Syscalls }).Convex;
  const names = ["asyncSyscall", "jsSyscall"] as const;
  const own = names.map((name) => Object.getOwnPropertyDescriptor(convex, name)!);
  names.forEach((name, i) => {
    const get = () => own[i]!.get!.call(convex) as Syscalls[typeof name];
    const guarded: Syscalls[typeof name] = async (op, args) => {
      if (isPoisoned(op, args)) throw new Error("This one stays.");
      const result = await get()(op, args);
      if (!forgetful.on || op !== "1.0/queryStreamNext" || !String(result).includes("set_aside"))
        return result;
      return JSON.stringify({ value: null, done: true });
    };
    Object.defineProperty(convex, name, { get: () => guarded, configurable: true });
  });
  // The next file of this worker has the same mock.
  return () => {
    names.forEach((name, i) => Object.defineProperty(convex, name, own[i]!));
    poisoned.clear();
    forgetful.on = false;
  };
}

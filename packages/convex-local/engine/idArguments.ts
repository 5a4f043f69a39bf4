/**
 * What Convex says to an ID that is none, or one of another table, where a function gives one to
 * `ctx.db` (crates/isolate/src/environment/udf/async_syscall.rs).
 */
import { decodeTableNumber, IdError } from "./ids";
import type { DatabaseFake } from "./internals";

const CALLS: Record<string, string> = {
  "1.0/get": "db.get",
  "1.0/shallowMerge": "db.patch",
  "1.0/replace": "db.replace",
  "1.0/remove": "db.delete",
  "1.0/cancel_job": "db.cancel_job",
};

/** Throws for an ID that the call may not have. False: the ID is of a table that does not exist. */
export function checkIdArgument(
  op: string,
  { id, table }: { id?: unknown; table?: unknown },
  db: DatabaseFake,
): boolean {
  const refuse = (reason: string) =>
    new Error(`Invalid argument \`id\` for \`${CALLS[op]}\`: ${reason}`);
  if (typeof id !== "string") throw refuse(`expected string but got '${typeof id}'`);
  const actual = db._tableNameFromId(id);
  if (actual === null) {
    try {
      decodeTableNumber(id);
    } catch (error) {
      throw error instanceof IdError ? refuse(error.message) : error;
    }
    if (op === "1.0/get") return false;
    throw refuse(`Table for ID "${id}" not found`);
  }
  if (typeof table === "string" && table !== actual) {
    throw refuse(`expected to be an Id<"${table}">, got Id<"${actual}"> instead.`);
  }
  return true;
}

export function takesId(op: string): boolean {
  return op in CALLS;
}

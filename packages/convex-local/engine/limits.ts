/** Convex's limits on single values, in its words. Those on whole transactions are the mock's own. */
import { CommitTsPlaceholder, getConvexSize, getDocumentSize, type Value } from "convex/values";
import type { Document } from "./internals";
import { decodeLiteral } from "./ranges";
import { CallError } from "./results";

const MIB = 1024 * 1024;
const MAX_ARGUMENTS_BYTES = 16 * MIB;
const MAX_RETURN_BYTES = 16 * MIB;
const MAX_DOCUMENT_BYTES = MIB;
const MAX_ARRAY_LENGTH = 8192;
const MAX_FIELDS = 1024;
const MAX_LEVELS = 64;
/** The most that one character of JSON can stand for: a digit is a number of 9 bytes. */
const BYTES_PER_CHARACTER = 9;
/**
 * JSON shorter than this has neither too long an array nor, as a document, too many bytes. Of its fields and
 * levels the mock takes care, when it stores it.
 */
const SURELY_SMALL = Math.min(2 * MAX_ARRAY_LENGTH, MAX_DOCUMENT_BYTES / BYTES_PER_CHARACTER);

export function checkArguments(path: string, args: Value): void {
  try {
    checkShape(args);
  } catch (error) {
    throw new CallError(`Invalid arguments for ${path}: ${(error as Error).message}`);
  }
  const size = getConvexSize(args);
  if (size <= MAX_ARGUMENTS_BYTES) return;
  throw new CallError(
    `Arguments for ${path} are too large (actual: ${formatSize(size)}, limit: ${formatSize(MAX_ARGUMENTS_BYTES)})`,
  );
}

/** Returns the size of a function's result, in bytes. */
export function checkReturned(path: string, value: Value | undefined): number {
  try {
    checkShape(value);
  } catch (error) {
    throw new CallError(`Function ${path} return value invalid: ${(error as Error).message}`);
  }
  const size = getConvexSize(value);
  if (size <= MAX_RETURN_BYTES) return size;
  throw new CallError(
    `Function ${path} return value is too large (actual: ${formatSize(size)}, limit: ${formatSize(MAX_RETURN_BYTES)})`,
  );
}

/** A document about to be written: `encoded` fields, over those of `before` if it is a patch. */
export function checkDocument(encoded: unknown, json: string, before: Document | null): void {
  const beforeBytes = before === null ? 0 : getDocumentSize(before);
  if (json.length < SURELY_SMALL && beforeBytes < MAX_DOCUMENT_BYTES / 2) return;
  // A patch takes a field away by `undefined`, which no other value holds.
  const fields = Object.entries(encoded as Record<string, unknown>);
  const written = Object.fromEntries(fields.map(([name, part]) => [name, decodeLiteral(part)]));
  const document = { ...before, ...written } as Record<string, Value>;
  checkShape(document);
  const size = getConvexSize(document);
  if (size <= MAX_DOCUMENT_BYTES) return;
  throw new Error(
    `Value is too large (${formatSize(size)} > maximum size ${formatSize(MAX_DOCUMENT_BYTES)})`,
  );
}

/**
 * System calls go out as JSON, in which a string that is no Unicode cannot be: `JSON.stringify` escapes lone
 * surrogates, and nothing else with `\\ud`.
 */
export function parseSyscallArguments(json: string): Record<string, unknown> {
  if (/(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/.test(json))
    throw new Error(`Received invalid json: ${LONE}`);
  return JSON.parse(json) as Record<string, unknown>;
}

const LONE = "lone leading surrogate in hex escape";
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Refuses what no value of Convex's can be. Returns the levels that a value has. */
function checkShape(value: unknown): number {
  if (typeof value === "string" && LONE_SURROGATE.test(value)) throw new Error(LONE);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return 0;
  if (value instanceof CommitTsPlaceholder) return 0;
  const isArray = Array.isArray(value);
  const parts = Object.values(value).filter((part) => part !== undefined);
  if (isArray && parts.length > MAX_ARRAY_LENGTH) {
    const excess = `${parts.length} > maximum length ${MAX_ARRAY_LENGTH}`;
    throw new Error(`Array length is too long (${excess})`);
  }
  if (!isArray && parts.length > MAX_FIELDS) {
    const excess = `${parts.length} > maximum number ${MAX_FIELDS}`;
    throw new Error(`Object has too many fields (${excess})`);
  }
  const levels = parts.reduce<number>((most, part) => Math.max(most, checkShape(part)), 0) + 1;
  if (levels <= MAX_LEVELS) return levels;
  throw new Error(
    `Value is too nested (nested ${levels} levels deep > maximum nesting ${MAX_LEVELS})`,
  );
}

/** Bytes as Convex prints them, e.g. `16 MiB`, `1.5 KiB`. */
function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toFixed(2))} ${units[power]}`;
}

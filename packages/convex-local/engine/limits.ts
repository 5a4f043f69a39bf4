/**
 * Convex's limits on single values, in its words. Those on whole transactions are the mock's own, those on fields,
 * levels and strings are in our patch of it.
 */
import { getConvexSize, getDocumentSize, type Value } from "convex/values";
import type { Document } from "./internals";
import { decodeLiteral } from "./ranges";
import { CallError } from "./results";

const MIB = 1024 * 1024;
const MAX_ARGUMENTS_BYTES = 16 * MIB;
const MAX_RETURN_BYTES = 16 * MIB;
const MAX_DOCUMENT_BYTES = MIB;
const MAX_ARRAY_LENGTH = 8192;
/** The most that one character of JSON can stand for: a digit is a number of 9 bytes. */
const BYTES_PER_CHARACTER = 9;
/** JSON shorter than this has neither too long an array nor, as a document, too many bytes. */
const SURELY_SMALL = Math.min(2 * MAX_ARRAY_LENGTH, MAX_DOCUMENT_BYTES / BYTES_PER_CHARACTER);

export function checkArguments(path: string, args: Value): void {
  const size = getConvexSize(args);
  if (size <= MAX_ARGUMENTS_BYTES) return;
  throw new CallError(
    `Arguments for ${path} are too large (actual: ${formatSize(size)}, limit: ${formatSize(MAX_ARGUMENTS_BYTES)})`,
  );
}

/** Returns the size of a function's result, in bytes. */
export function checkReturned(path: string, value: Value | undefined): number {
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
  checkArrays(document);
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
  if (/(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/.test(json)) {
    throw new Error("Received invalid json: lone leading surrogate in hex escape");
  }
  return JSON.parse(json) as Record<string, unknown>;
}

function checkArrays(value: unknown): void {
  if (Array.isArray(value)) {
    if (value.length > MAX_ARRAY_LENGTH) {
      throw new Error(
        `Array length is too long (${value.length} > maximum length ${MAX_ARRAY_LENGTH})`,
      );
    }
    value.forEach(checkArrays);
  } else if (typeof value === "object" && value !== null && !(value instanceof ArrayBuffer)) {
    Object.values(value).forEach(checkArrays);
  }
}

/** Bytes as Convex prints them, e.g. `16 MiB`, `1.5 KiB`. */
function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toFixed(2))} ${units[power]}`;
}

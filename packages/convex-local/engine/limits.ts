/** Convex's limits on single values, in its words. Those on whole transactions are the mock's own. */
import { getConvexSize, getDocumentSize, jsonToConvex, type Value } from "convex/values";
import type { Document } from "./internals";
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
  const written = decodeFields(encoded as Record<string, unknown>);
  checkArrays(written);
  const size = getConvexSize({ ...before, ...written });
  if (size <= MAX_DOCUMENT_BYTES) return;
  throw new Error(
    `Value is too large (${formatSize(size)} > maximum size ${formatSize(MAX_DOCUMENT_BYTES)})`,
  );
}

/** A patch marks the fields that it takes away. */
function decodeFields(encoded: Record<string, unknown>): Record<string, Value | undefined> {
  const isRemoved = (value: unknown) =>
    typeof value === "object" && value !== null && "$undefined" in value;
  return Object.fromEntries(
    Object.entries(encoded).map(([name, value]) => [
      name,
      isRemoved(value) ? undefined : jsonToConvex(value as never),
    ]),
  );
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

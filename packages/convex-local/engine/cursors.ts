/** Page cursors: the index key of a page's last row, sealed, and where a page should be split. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { convexToJson, jsonToConvex } from "convex/values";
import type { PaginateResult } from "./internals";
import type { KeyRange } from "./ranges";
import type { Key } from "./sorted";

/** The end of the whole range. */
export const END = "_end_cursor";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Cursors of one deployment: nobody else reads them, and each is good for the query it came from only. */
export class CursorSeal {
  private readonly key = randomBytes(32);

  /** The same position always has the same cursor: a query's result must not differ by its run. */
  seal(position: string, query: string): string {
    const text = JSON.stringify([fingerprint(query), position]);
    const iv = createHmac("sha256", this.key).update(text).digest().subarray(0, IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, iv);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  open(cursor: string, query: string): string {
    const [from, position] = this.decrypt(cursor);
    if (from === fingerprint(query)) return position;
    const message =
      "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor " +
      "is from a different query.";
    // `usePaginatedQuery` knows it by these data, and starts again from the first page.
    const data = { isConvexSystemError: true, paginationError: "InvalidCursor" };
    throw Object.assign(new Error(message), { data });
  }

  private decrypt(cursor: string): [query: string, position: string] {
    try {
      const bytes = Buffer.from(cursor, "base64url");
      const body = IV_BYTES + TAG_BYTES;
      const decipher = createDecipheriv("aes-256-gcm", this.key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(bytes.subarray(IV_BYTES, body));
      const text = Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]);
      return JSON.parse(text.toString("utf8")) as [string, string];
    } catch {
      throw new Error("Failed to parse cursor");
    }
  }
}

function fingerprint(query: string): string {
  return createHash("sha256").update(query).digest("base64url");
}

/** The part of a range that comes after a key. */
export function cutRangeAfter(range: KeyRange, after: Key, order: "asc" | "desc"): KeyRange {
  const bound = { key: after, inclusive: false };
  return order === "asc" ? { ...range, lower: bound } : { ...range, upper: bound };
}

/** Whether, and where, a page that read much more than it returned should be split. */
export function findSplitPoint(
  stop: string,
  cursors: Key[],
  pageSize: number,
): Pick<PaginateResult, "splitCursor" | "pageStatus"> {
  const middle = cursors[Math.floor((cursors.length - 1) / 2)];
  const status =
    stop === "limit" ? "SplitRequired" : cursors.length > pageSize + 1 ? "SplitRecommended" : null;
  const splittable = status !== null && cursors.length >= 2 && middle !== undefined;
  return { pageStatus: status, splitCursor: splittable ? encodePosition(middle) : null };
}

/** `null` stands for an absent field; every other value is a string of JSON. */
export function encodePosition(key: Key): string {
  return JSON.stringify(
    key.map((part) => (part === undefined ? null : JSON.stringify(convexToJson(part)))),
  );
}

export function decodePosition(position: string): Key {
  const parts = JSON.parse(position) as (string | null)[];
  return parts.map((part) => (part === null ? undefined : jsonToConvex(JSON.parse(part) as never)));
}

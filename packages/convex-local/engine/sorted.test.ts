/** The index against a plain sorted array, for random contents and ranges. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { planRuns } from "../fixtures/runs";
import type { Document } from "./internals";
import { isInRange, type KeyRange } from "./ranges";
import { comparePrefix, buildKey, SortedIndex } from "./sorted";

const FIELDS = ["group", "rank", "_creationTime", "_id"];

const rowArbitrary = fc.record({
  group: fc.constantFrom("a", "b", "c"),
  rank: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
});

const boundArbitrary = fc.option(
  fc.record({
    key: fc.oneof(
      fc.tuple(fc.constantFrom("a", "b", "c")),
      fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 5 })),
    ),
    inclusive: fc.boolean(),
  }),
  { nil: null },
);

function documents(rows: { group: string; rank: number | undefined }[]): Document[] {
  return rows.map(
    (row, i) => ({ ...row, _id: String(i), _creationTime: i }) as unknown as Document,
  );
}

test("scans in both directions give what filtering and sorting gives", () => {
  fc.assert(
    fc.property(
      fc.array(rowArbitrary, { maxLength: 1500 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      boundArbitrary,
      boundArbitrary,
      (rows, removals, lower, upper) => {
        const index = new SortedIndex(FIELDS);
        const kept = new Set(documents(rows));
        for (const document of kept) index.insert(document);
        const all = [...kept];
        for (const n of removals) {
          const document = all[n % Math.max(1, all.length)];
          if (document === undefined || !kept.delete(document)) continue;
          index.remove(document);
        }
        const range: KeyRange = { lower, upper };
        const expected = [...kept]
          .filter((document) => isInRange(range, buildKey(document, FIELDS)))
          .sort((a, b) => comparePrefix(buildKey(a, FIELDS), buildKey(b, FIELDS)))
          .map(({ _id }) => _id);
        const scan = (entries: Iterable<{ key: unknown[]; document: Document }>): string[] =>
          [...entries]
            .filter(({ document }) => isInRange(range, buildKey(document, FIELDS)))
            .map(({ document }) => document._id);
        expect(scan(index.ascending(lower?.key ?? null))).toEqual(expected);
        expect(scan(index.descending(upper?.key ?? null))).toEqual(expected.reverse());
      },
    ),
    planRuns({ few: 60, many: 1_000 }),
  );
});

/** IDs in Convex's format: some of real deployments, round trips, and everything that is no ID. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTableNumber, encodeId, peekTableNumber, generateId, findTableNumber } from "./ids";
import { TableNumbers } from "./tableNumbers";

/** From the sources of Convex's backend and its components: IDs that real deployments issued. */
const ISSUED_BY_CONVEX: [id: string, table: number][] = [
  ["k570e9j5cj1t5gf0zwf3tq3vkawxhqr0", 10009],
  ["m57068j1c1zsxfewzcd3jp3qjttx99vg", 10017],
  ["nx70paj9d23tdhf40ch42r3zktyxrddc", 10031],
  ["kg204m40v9m1bmkthp86n486mh85s0rc", 540],
  ["kg26cx7446n79enzjshegcv4bs85s5zf", 540],
];

const table = fc.oneof(
  fc.integer({ min: 1, max: 0xffff_ffff }),
  fc.constantFrom(1, 127, 128, 540, 10_001, 16_383, 16_384, 2_097_152, 0xffff_ffff),
);
const internal = fc.uint8Array({ minLength: 16, maxLength: 16 });

test("IDs that Convex issued decode to the tables that Convex numbered", () => {
  for (const [id, number] of ISSUED_BY_CONVEX) {
    expect(decodeTableNumber(id)).toBe(number);
    expect(peekTableNumber(id)).toBe(number);
  }
});

test("every table number and every 16 bytes make an ID that tells its table", () => {
  fc.assert(
    fc.property(table, internal, (number, bytes) => {
      const id = encodeId(number, bytes);
      expect(decodeTableNumber(id)).toBe(number);
      expect(peekTableNumber(id)).toBe(number);
    }),
  );
});

test("one changed character makes an ID invalid", () => {
  const digits = "0123456789abcdefghjkmnpqrstvwxyz";
  fc.assert(
    fc.property(table, internal, fc.nat(), fc.constantFrom(...digits), (number, bytes, at, to) => {
      const id = encodeId(number, bytes);
      const i = at % id.length;
      fc.pre(id[i] !== to);
      expect(findTableNumber(id.slice(0, i) + to + id.slice(i + 1))).toBeNull();
    }),
  );
});

test.each([
  ["too short", "k57", "Invalid ID length 3"],
  ["too long", "k570e9j5cj1t5gf0zwf3tq3vkawxhqr0k570e9", "Invalid ID length 38"],
  ["in capitals", "K570E9J5CJ1T5GF0ZWF3TQ3VKAWXHQR0", "ID wasn't valid base32"],
  ["beyond ASCII", "k570e9j5cj1t5gf0zwf3tq3vkawxhqré", "ID wasn't valid base32"],
  ["with a wrong checksum", "k570e9j5cj1t5gf0zwf3tq3vkawxhqr1", "Invalid ID"],
  ["of table 0", encodeId(0, new Uint8Array(16)), "Invalid table number"],
  ["with one more character", `${encodeId(1, new Uint8Array(16))}0`, "Invalid ID length 32"],
])("a string %s is refused in Convex's words", (_, id, message) => {
  expect(() => decodeTableNumber(id)).toThrow(`Unable to decode ID: ${message}`);
});

test("any string at all is an ID only if it is the one text of that ID", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      expect(findTableNumber(text)).toBeNull();
    }),
  );
});

test("issued IDs are 32 characters, all different, and no two follow from each other", () => {
  const numbers = new TableNumbers();
  const ids = Array.from({ length: 2_000 }, () => numbers.newId("messages"));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toHaveLength(32);
    expect(numbers.tableOf(id)).toBe("messages");
  }
  // The first three characters are the table's number; 14 bytes after it are random.
  const varying = Array.from({ length: 21 }, (_, i) => new Set(ids.map((id) => id[i + 4])).size);
  expect(Math.min(...varying)).toBe(32);
});

test("tables are numbered from 10001, and an ID of another deployment's table is of none here", () => {
  const numbers = new TableNumbers();
  expect(numbers.numberOf("users")).toBe(10_001);
  expect(numbers.numberOf("messages")).toBe(10_002);
  expect(numbers.numberOf("users")).toBe(10_001);
  expect(numbers.tableOf(generateId(10_003))).toBeNull();
  expect(numbers.tableOf(generateId(540))).toBe("_storage");
});

/**
 * Document IDs in Convex's own format, so that a snapshot can move between this deployment and a real
 * one. An ID is the base32 text of
 *
 *     varint(table number) · 16 internal bytes · fletcher16 of both (little-endian)
 *
 * with Crockford's alphabet in lower case (Convex's backend, crates/value/src/id_v6.rs). The internal
 * bytes are 14 random ones and the day, so an ID cannot be guessed and IDs of a day lie together.
 */
import { randomFillSync } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) DIGITS[ALPHABET.charCodeAt(i)] = i;

const INTERNAL_BYTES = 16;
const RANDOM_BYTES = 14;
const FOOTER_BYTES = 2;
const MIN_LENGTH = 31;
const MAX_LENGTH = 37;
const MAX_BYTES = 5 + INTERNAL_BYTES + FOOTER_BYTES;
const DAY_MS = 24 * 60 * 60 * 1000;

export class IdError extends Error {
  constructor(reason: string) {
    super(`Unable to decode ID: ${reason}`);
    this.name = "IdError";
  }
}

/** A fresh ID of the table with that number. */
export function generateId(table: number): string {
  const internal = new Uint8Array(INTERNAL_BYTES);
  internal.set(random(), 0);
  const day = Math.floor(Date.now() / DAY_MS);
  internal[RANDOM_BYTES] = day >> 8;
  internal[RANDOM_BYTES + 1] = day;
  return encodeId(table, internal);
}

export function encodeId(table: number, internal: Uint8Array): string {
  const bytes = new Uint8Array(MAX_BYTES);
  let end = 0;
  let rest = table;
  while (rest >= 0x80) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[end++] = rest;
  bytes.set(internal, end);
  end += INTERNAL_BYTES;
  const footer = fletcher16(bytes, end);
  bytes[end++] = footer;
  bytes[end++] = footer >> 8;
  let id = "";
  let bits = 0;
  let buffer = 0;
  for (let i = 0; i < end; i++) {
    buffer = ((buffer << 8) | (bytes[i] as number)) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) id += ALPHABET[(buffer >> (bits - 5)) & 31];
  }
  return bits === 0 ? id : id + (ALPHABET[(buffer << (5 - bits)) & 31] as string);
}

const decoded = new Uint8Array(MAX_BYTES + 1);

/** The table number of an ID, every part of which has been checked; throws `IdError`. */
export function decodeTableNumber(id: string): number {
  const { length } = id;
  if (length < MIN_LENGTH || length > MAX_LENGTH) throw new IdError(`Invalid ID length ${length}`);
  const size = decodeBase32(id, decoded);
  const [table, start] = decodeVarint(decoded);
  if (start + INTERNAL_BYTES + FOOTER_BYTES !== size) {
    throw new IdError(`Invalid ID length ${length}`);
  }
  const end = start + INTERNAL_BYTES;
  const footer = (decoded[end] as number) | ((decoded[end + 1] as number) << 8);
  const expected = fletcher16(decoded, end);
  if (footer !== expected) {
    throw new IdError(`Invalid ID version ${footer} (expected ${expected})`);
  }
  return table;
}

/** `decodeTableNumber`, with `null` for what is not an ID. */
export function findTableNumber(id: string): number | null {
  try {
    return decodeTableNumber(id);
  } catch (error) {
    if (error instanceof IdError) return null;
    throw error;
  }
}

/** The table number of a string that is known to be an ID: reads its first characters only. */
export function peekTableNumber(id: string): number {
  let table = 0;
  let scale = 1;
  let bits = 0;
  let buffer = 0;
  for (let i = 0; ; i++) {
    buffer = ((buffer << 5) | (DIGITS[id.charCodeAt(i)] as number)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (buffer >> bits) & 0xff;
    table += (byte & 0x7f) * scale;
    if (byte < 0x80) return table;
    scale *= 0x80;
  }
}

function decodeBase32(id: string, out: Uint8Array): number {
  let size = 0;
  let bits = 0;
  let buffer = 0;
  for (let i = 0; i < id.length; i++) {
    const digit = DIGITS[id.charCodeAt(i)] ?? -1;
    if (digit < 0) throw new IdError("ID wasn't valid base32");
    buffer = ((buffer << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[size++] = buffer >> bits;
    }
  }
  // One text for each ID: no character too many, and no bits set in what is left over.
  const canonical = bits < 5 && (buffer & ((1 << bits) - 1)) === 0;
  if (!canonical) throw new IdError(`Invalid ID length ${id.length}`);
  return size;
}

function decodeVarint(bytes: Uint8Array): [value: number, length: number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const minimal = i === 0 ? byte > 0 : byte > 0 && value <= 0xffff_ffff;
    if (!minimal) break;
    return [value, i + 1];
  }
  throw new IdError("Invalid table number");
}

function fletcher16(bytes: Uint8Array, end: number): number {
  let sum = 0;
  let sumOfSums = 0;
  for (let i = 0; i < end; i++) {
    sum = (sum + (bytes[i] as number)) & 0xff;
    sumOfSums = (sumOfSums + sum) & 0xff;
  }
  return (sumOfSums << 8) | sum;
}

/** Randomness is drawn for a few hundred IDs at a time: a call per ID costs more than the ID. */
const pool = new Uint8Array(RANDOM_BYTES * 256);
let drawn = pool.length;

function random(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += RANDOM_BYTES;
  return pool.subarray(drawn - RANDOM_BYTES, drawn);
}

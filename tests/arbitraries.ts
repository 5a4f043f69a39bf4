/** Generated inputs that several properties share. */
import fc from "fast-check";

/** Any UTF-16 code units: controls, half surrogate pairs, everything. */
export const anyText = (maxLength = 100) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), {
      maxLength,
    })
    .map((units) => String.fromCharCode(...units));

/** Counted from the latest backwards, so that shrinking keeps pointing at something. */
export const ago = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4));

/** One kind of step of a random sequence, among others by `weight`. */
export const one = <T extends string>(
  name: T,
  fields: Record<string, fc.Arbitrary<unknown>>,
  weight = 1,
) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), ...fields }),
});

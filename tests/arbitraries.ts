/** Generated inputs that several properties share. */
import fc from "fast-check";

/** Any UTF-16 code units: controls, half surrogate pairs, everything. */
export const anyText = (maxLength = 100) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), {
      maxLength,
    })
    .map((units) => String.fromCharCode(...units));

/**
 * `error instanceof ConvexError` in pushed code. A bundle brings its own `ConvexError`, and the mock
 * builds `ctx` with another copy of the `convex` package, whose errors are what a failed `ctx.run…`
 * throws. On Convex both are one class; here the bundle's is made to know its like by their mark.
 */

/** As esbuild prints the class of `convex/values`; the last group is the variable of the mark. */
const CLASS = /class(?: \w+)? extends \((\w+) = Error, \w+ = (\w+), \1\) \{/g;

export function recognizeConvexErrors(source: string): string {
  if (!source.includes('Symbol.for("ConvexError")')) return source;
  return source.replace(
    CLASS,
    (head: string, _base: string, mark: string) =>
      `${head} static [Symbol.hasInstance](value) { return Object.getPrototypeOf(this) === Error ` +
      `? typeof value === "object" && value !== null && ${mark} in value ` +
      `: super[Symbol.hasInstance](value); }`,
  );
}

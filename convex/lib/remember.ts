/**
 * Answers that follow from what was asked alone: up to `MAX_KEPT`, for as long as a module lives. On Convex that is one
 * call, which asks the same several times; tests and Node actions keep modules for longer.
 */
const MAX_KEPT = 500;

/** What `make` gives, made once for each key. */
export function remember<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

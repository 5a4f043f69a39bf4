/** Answers that follow from what was asked alone, kept by the module for the calls to come: up to `MAX_KEPT` of them. */
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

/** Says once, before all tests, which seed random runs begin with (`tests/properties.ts`). */
export const seedOfToday = () => Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));

export default function announceSeed(): void {
  const seed = process.env["PROPERTY_SEED"] ?? seedOfToday();
  process.stdout.write(`Random runs: PROPERTY_SEED=${seed}\n`);
}

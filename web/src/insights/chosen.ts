/** Which period is looked at, as the address says it: a reload, Back and a link to it show the same. Pure. */
import type { Unit } from "./report";

/** Without `from`, the newest period, whichever that is when the page opens. */
export type Chosen = { by: Unit; from?: string };

const UNITS: readonly Unit[] = ["day", "week", "month"];

/** What an address asks for; whatever nobody can mean is left out. */
export function readChosen(search: string): Chosen {
  const params = new URLSearchParams(search);
  const by = UNITS.find((unit) => unit === params.get("by")) ?? "week";
  const from = params.get("from") ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(from) ? { by, from } : { by };
}

export function printChosen({ by, from }: Chosen): string {
  return new URLSearchParams({ by, ...(from === undefined ? {} : { from }) }).toString();
}

/** How many periods back the date lies; one older than all of them is answered by the oldest. */
export function periodsBack(dates: readonly string[], from: string | undefined): number {
  if (from === undefined) return 0;
  const index = dates.findLastIndex((date) => date <= from);
  return dates.length - 1 - Math.max(0, index);
}

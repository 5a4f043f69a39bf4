/** All figures of all periods as one table, for a file. Times in seconds, costs in US dollars, shares from 0 to 1. Pure. */
import type { Table } from "./csv";
import { outcomesOf, type Outcome, type Period } from "./report";

type Column = [name: string, of: (period: Period) => number | null];

const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 100) / 10);
const usd = (microUsd: number | null) => (microUsd === null ? null : microUsd / 1e6);

type TimesName =
  | "firstResponseAiMs"
  | "firstResponseHumanMs"
  | "firstResponseHumanOpenMs"
  | "resolutionMs"
  | "resolutionOpenMs";

const timesColumns = (name: string, key: TimesName): Column[] => [
  [`${name}, median`, ({ metrics }) => seconds(metrics[key].median)],
  [`${name}, 90th percentile`, ({ metrics }) => seconds(metrics[key].p90)],
  [`${name}, mean`, ({ metrics }) => seconds(metrics[key].value)],
];
const outcome = (name: Outcome): Column => [
  `settled by ${name}`,
  (period) => outcomesOf(period)[name],
];

const COLUMNS: Column[] = [
  ["begun or reopened", ({ metrics }) => metrics.episodesBegun],
  ["messages of customers", ({ counts }) => counts.message_received ?? 0],
  ["resolved", ({ metrics }) => metrics.episodesResolved],
  outcome("assistant"),
  outcome("technician"),
  outcome("nobody"),
  ["containment", ({ metrics }) => metrics.containment.value],
  ["verified resolutions", ({ metrics }) => metrics.verifiedResolutions.value],
  ["reopened within 72 h", ({ metrics }) => metrics.reopenRate.value],
  ["handed to technicians", ({ metrics }) => metrics.handoffRate.value],
  ...timesColumns("first response of the assistant, s", "firstResponseAiMs"),
  ...timesColumns("first response of technicians, s", "firstResponseHumanMs"),
  ...timesColumns("the same in opening hours, s", "firstResponseHumanOpenMs"),
  ...timesColumns("resolution, s", "resolutionMs"),
  ...timesColumns("the same in opening hours, s", "resolutionOpenMs"),
  ["ratings", ({ metrics }) => metrics.csat.of],
  ["satisfied", ({ metrics }) => metrics.csat.value],
  ["unanswered questions", ({ counts }) => counts.knowledge_gap ?? 0],
  ["facts checked", ({ counts }) => counts.checked ?? 0],
  ["answers refused", ({ counts }) => counts["checked.refused"] ?? 0],
  ["cost, USD", ({ counts }) => usd(counts.costMicroUsd ?? 0)],
];

export const reportTable = (periods: readonly Period[]): Table => ({
  head: ["from", ...COLUMNS.map(([name]) => name)],
  rows: periods.map((period) => [period.date, ...COLUMNS.map(([, of]) => of(period))]),
});

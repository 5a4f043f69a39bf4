/**
 * The mail with the week, for staff who want it: the last whole week of the shop's beside the one before, in figures, with
 * no word and no name of a customer's. It goes once: what has been mailed stands on its row, and a try that was lost is
 * repeated with the provider's key of that week.
 */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { mayWork } from "../access/access";
import { loadReport, type vPeriodReport } from "../analytics/report";
import { cancelTimer, findHeldTimer, type TimerRef } from "../conversations/timers";
import { loadHours } from "../hours/stored";
import { findShopName } from "../knowledge/shopName";
import { HOUR, MINUTE, SECOND } from "../../lib/time";
import { vAddressed, type vTally } from "./alerts";
import { nextMonday, scheduleWeekly } from "./weeklyTimer";

type Week = Infer<typeof vPeriodReport>;

export const vWeekly = v.object({
  letter: vAddressed,
  /** Where the week ends that it is of. */
  weekEnd: v.number(),
});

/** What is to be mailed now. Null: that week has gone out, or they are not staff any more. */
export async function composeWeekly(
  ctx: MutationCtx,
  ref: TimerRef,
): Promise<Infer<typeof vWeekly> | null> {
  const row = await findHeldTimer(ctx, ref);
  if (row?.userId === undefined) return null;
  const user = await ctx.db.get("users", row.userId);
  if (user === null || !mayWork(user) || user.emailVerifiedAt === undefined) {
    await cancelTimer(ctx, row._id, "not staff with an e-mail address any more");
    return null;
  }
  const { periods } = await loadReport(ctx, { by: "week", at: Date.now(), count: 3 });
  const [before, week] = [periods[0]!, periods[1]!];
  if ((row.progressAt ?? 0) >= week.end) {
    await waitForMonday(ctx, row);
    return null;
  }
  const said = words(await findShopName(ctx), week, before);
  const letter = { userId: user._id, to: user.email, byText: false, ...said };
  return { letter, weekEnd: week.end };
}

/** The provider has it, or refuses it for good: then the next one is next week's. Otherwise upkeep tries again. */
export async function finishWeekly(
  ctx: MutationCtx,
  ref: TimerRef,
  { weekEnd, tally }: { weekEnd: number; tally: Infer<typeof vTally> },
): Promise<void> {
  const row = await findHeldTimer(ctx, ref);
  if (row === null) return;
  if ((tally.failed ?? 0) > 0) {
    const error = { code: "provider_unavailable" as const, message: "It could not be e-mailed." };
    await ctx.db.patch("workflows", row._id, { state: "failed", step: "trying again", error });
    return;
  }
  await ctx.db.patch("workflows", row._id, { progressAt: weekEnd, error: undefined });
  await waitForMonday(ctx, row);
}

async function waitForMonday(ctx: MutationCtx, { _id, attempt }: Doc<"workflows">): Promise<void> {
  const dueAt = nextMonday(await loadHours(ctx), Date.now());
  await ctx.db.patch("workflows", _id, { state: "running", step: "waiting for Monday", dueAt });
  await scheduleWeekly(ctx, { timerId: _id, attempt }, dueAt);
}

const NONE = "none";
const percent = (share: number) => `${Math.round(share * 100)} %`;
const usd = (microUsd: number) => `$${(microUsd / 1e6).toFixed(2)}`;

function sayTime(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  return `${(ms / HOUR).toFixed(1)} h`;
}

type Line = [name: string, of: (week: Week) => string];
const share = (value: number | null) => (value === null ? NONE : percent(value));
type Times = Week["metrics"]["resolutionMs"];
const times = ({ median, p90 }: Times) =>
  median === null || p90 === null ? NONE : `${sayTime(median)} (nine of ten: ${sayTime(p90)})`;

const LINES: Line[] = [
  ["Conversations", ({ metrics }) => String(metrics.episodesBegun)],
  ["Resolved", ({ metrics }) => String(metrics.episodesResolved)],
  ["By the assistant alone", ({ metrics }) => share(metrics.containment.value)],
  ["Verified resolutions", ({ metrics }) => share(metrics.verifiedResolutions.value)],
  ["First response, assistant", ({ metrics }) => times(metrics.firstResponseAiMs)],
  [
    "First response, technician, in opening hours",
    ({ metrics }) => times(metrics.firstResponseHumanOpenMs),
  ],
  ["Time to resolution, in opening hours", ({ metrics }) => times(metrics.resolutionOpenMs)],
  ["Satisfied", ({ metrics: { csat } }) => `${share(csat.value)} of ${csat.of} ratings`],
  ["Unanswered questions", ({ counts }) => String(counts.knowledge_gap ?? 0)],
  ["Cost of the models", ({ counts }) => usd(counts.costMicroUsd ?? 0)],
];

function words(shop: string, week: Week, before: Week): { subject: string; text: string } {
  const lines = LINES.map(([name, of]) => `${name}: ${of(week)}, the week before ${of(before)}`);
  return {
    subject: `${shop}: the week of ${week.date}`,
    text: [
      `The week from Monday, ${week.date}:`,
      lines.join("\n"),
      "What each number means, and the conversations behind it, are on the insights page. You turn this mail off there, too.",
    ].join("\n\n"),
  };
}

/** Public holidays that close the shop, from a calendar file or by its region. Rules: `model/hours/holidays.ts`. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { adminAction, internalAction, internalMutation, internalQuery } from "./functions";
import { recordAct } from "./model/analytics/events";
import { signVersion } from "./model/knowledge/history";
import { closuresOf, planHolidays, vHolidayPlan } from "./model/hours/holidays";
import { localDate } from "./model/hours/hours";
import { checkHours } from "./model/hours/rules";
import { storeHours } from "./model/hours/setting";
import { findOnlyRow } from "./model/knowledge/onlyRow";
import type { ActionCtx, QueryCtx } from "./_generated/server";
import { appError } from "./lib/errors";
import { vFoundHolidays, vHolidaySource } from "./validators";

/** A year of a country's holidays is 10 KB. */
const MAX_FILE_CHARS = 300_000;
const MAX_EXCEPTIONS = 100;

const vRequest = v.object({
  source: vHolidaySource,
  /** Dates on which the shop opens all the same. */
  except: v.optional(v.array(v.string())),
});
const vFound = v.object({ ...vFoundHolidays.fields, except: v.array(v.string()) });
type HolidayPlan = Infer<typeof vHolidayPlan>;

/**
 * What holidays would close, from today to the end of next year: of a calendar file (all-day events; at most 300,000
 * characters), or the public ones of a region ("US-OH"). Each date has a verdict; nothing is stored. Errors:
 * `invalid_input`, `too_large`, `conflict` while no hours are set.
 */
export const previewHolidays = adminAction({
  limit: "knowledge",
  args: vRequest.fields,
  returns: vHolidayPlan,
  handler: async (ctx, args): Promise<HolidayPlan> =>
    await ctx.runQuery(internal.holidays.plan, await read(ctx, args)),
});

/**
 * Closes the shop on the dates that `previewHolidays` says `closes` of, and answers the same. A date that has an entry
 * keeps it. Errors: as `previewHolidays` and `knowledge.setHours`.
 */
export const importHolidays = adminAction({
  limit: "knowledge",
  args: vRequest.fields,
  returns: vHolidayPlan,
  handler: async (ctx, args): Promise<HolidayPlan> => {
    const actorId = ctx.caller.userId;
    return await ctx.runMutation(internal.holidays.add, { ...(await read(ctx, args)), actorId });
  },
});

/** For the CLI: as `previewHolidays`, for whoever may deploy. */
export const previewShopHolidays = internalAction({
  args: vRequest.fields,
  returns: vHolidayPlan,
  handler: async (ctx, args): Promise<HolidayPlan> =>
    await ctx.runQuery(internal.holidays.plan, await read(ctx, args)),
});

/** For the CLI: as `importHolidays`, for whoever may deploy. */
export const importShopHolidays = internalAction({
  args: vRequest.fields,
  returns: vHolidayPlan,
  handler: async (ctx, args): Promise<HolidayPlan> =>
    await ctx.runMutation(internal.holidays.add, await read(ctx, args)),
});

/** What the source names from today to the end of next year, by the shop's calendar. */
async function read(
  ctx: ActionCtx,
  { source, except = [] }: Infer<typeof vRequest>,
): Promise<Infer<typeof vFound>> {
  if (source.kind === "ical" && source.text.length > MAX_FILE_CHARS) {
    throw appError(
      "too_large",
      `The file has ${source.text.length} characters; at most ${MAX_FILE_CHARS} fit. Leave out what is long past.`,
    );
  }
  if (except.length > MAX_EXCEPTIONS) {
    throw appError("too_large", `At most ${MAX_EXCEPTIONS} dates can be left out.`);
  }
  const timeZone = await ctx.runQuery(internal.holidays.timeZone, {});
  const today = localDate({ timeZone }, Date.now());
  const range = { from: today.toString(), to: `${today.year + 1}-12-31` };
  const found = await ctx.runAction(internal.holidayReader.read, { source, timeZone, ...range });
  return { ...found, except };
}

/** The shop's; `conflict` while no hours are set: what is closed is told from them. */
export const timeZone = internalQuery({
  args: {},
  returns: v.string(),
  handler: async (ctx) => (await requireHours(ctx)).timeZone,
});

async function requireHours(ctx: Pick<QueryCtx, "db">) {
  const row = await findOnlyRow(ctx, "hours");
  if (row === null) {
    throw appError("conflict", "Set the shop's opening hours first: holidays are added to them.");
  }
  return checkHours(row.hours, { isStored: true });
}

export const plan = internalQuery({
  args: vFound.fields,
  returns: vHolidayPlan,
  handler: async (ctx, { found, except, timed }) => ({
    days: planHolidays(await requireHours(ctx), found, except),
    timed,
  }),
});

/** Plans and stores in one transaction: hours that were set meanwhile count. */
export const add = internalMutation({
  args: { ...vFound.fields, actorId: v.optional(v.id("users")) },
  returns: vHolidayPlan,
  handler: async (ctx, { found, except, timed, actorId }) => {
    const hours = await requireHours(ctx);
    const days = planHolidays(hours, found, except);
    const closures = closuresOf(days);
    if (closures.length === 0) return { days, timed };
    const holidays = [...hours.holidays, ...closures];
    const { documentId } = await storeHours(ctx, { ...hours, holidays });
    const said = { reason: `holidays: ${closures.length}` };
    const eventId = await recordAct(ctx, "hours_changed", { documentId, actorId }, said);
    await signVersion(ctx, documentId, eventId);
    return { days, timed };
  },
});

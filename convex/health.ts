/** Whether the providers work: for monitors (`/health`), for admins, and the notes of what became of each call. */
import { v } from "convex/values";
import { adminQuery, internalMutation, internalQuery } from "./functions";
import { findBackup, vBackup } from "./model/analytics/backups";
import * as Health from "./model/analytics/health";
import { alertAdmins as alertAboutProvider } from "./model/handoff/providerAlerts";
import { countWork, listDataRequests, vDataRequest, vKindOfWork } from "./model/processes/overview";
import { vProvider } from "./validators";

/**
 * The four providers: the last success and failure of each, and what to do about a refusal. `now` (ms since the epoch)
 * is an argument because a subscribed query must not decide by the clock.
 */
export const providers = adminQuery({
  args: { now: v.number() },
  returns: v.array(Health.vProviderHealth),
  handler: async (ctx, { now }) => await Health.loadHealth(ctx, now),
});

/**
 * Kinds of durable processes that are at work, wait or have failed: how many (50 at most are counted), since when the
 * oldest waits, and why nobody may cancel or retry one. `workflows.list` has the processes.
 */
export const work = adminQuery({
  args: {},
  returns: v.array(vKindOfWork),
  handler: async (ctx) => await countWork(ctx),
});

/** Exports and deletions that people asked for, latest first, some 100 of each at most. Whose: until it is deleted. */
export const dataRequests = adminQuery({
  args: {},
  returns: v.array(vDataRequest),
  handler: async (ctx) => await listDataRequests(ctx),
});

/**
 * The last export of the deployment that is on record, or null. Convex tells the app of none: those of
 * `npx pnpm run export` are on record, those of its dashboard and of `npx convex export` alone are not.
 */
export const backup = adminQuery({
  args: {},
  returns: v.union(vBackup, v.null()),
  handler: async (ctx) => await findBackup(ctx),
});

/** For `/health`: `degraded` while a provider fails. Which one is for admins. */
export const status = internalQuery({
  args: { now: v.number() },
  returns: v.union(v.literal("ok"), v.literal("degraded")),
  handler: async (ctx, { now }) => {
    const all = await Health.loadHealth(ctx, now);
    return all.some(({ failing }) => failing) ? "degraded" : "ok";
  },
});

/** What a call to a provider came to, from an action. */
export const noteProvider = internalMutation({
  args: { provider: vProvider, fault: v.union(v.string(), v.null()), where: Health.vWhere },
  returns: v.null(),
  handler: async (ctx, { provider, fault, where }) => {
    await Health.noteProvider(ctx, provider, fault, where);
    return null;
  },
});

/** A provider refuses us: admins hear of it once. */
export const alertAdmins = internalMutation({
  args: { provider: vProvider },
  returns: v.null(),
  handler: async (ctx, { provider }) => {
    await alertAboutProvider(ctx, provider);
    return null;
  },
});

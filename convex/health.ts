/** Whether the providers work: for monitors (`/health`), for admins, and the notes of what became of each call. */
import { v } from "convex/values";
import { adminQuery, internalMutation, internalQuery } from "./functions";
import * as Health from "./model/analytics/health";
import { alertAdmins as alertAboutProvider } from "./model/handoff/providerAlerts";
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

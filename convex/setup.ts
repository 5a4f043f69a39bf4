/** What `pnpm run setup` asks a deployment, and how its check leaves nothing behind. Internal: for the CLI. */
import { v } from "convex/values";
import { cloudUrl, siteUrl } from "./env";
import { internalMutation, internalQuery } from "./functions";
import * as Guests from "./model/accounts/guests";

/** A shop has few admins; nobody needs the rest of a longer list to see that there is one. */
const MAX_ADMINS = 50;

/** The URLs that clients use, the e-mail addresses of the admins, and whether there is an AI agent. */
export const state = internalQuery({
  args: {},
  returns: v.object({
    url: v.string(),
    siteUrl: v.string(),
    admins: v.array(v.string()),
    hasAgent: v.boolean(),
  }),
  handler: async (ctx) => {
    const admins = await ctx.db
      .query("users")
      .withIndex("by_role_and_name", (q) => q.eq("role", "admin"))
      .take(MAX_ADMINS);
    const addresses = admins.flatMap(({ email }) => email ?? []);
    const hasAgent = (await ctx.db.query("agents").first()) !== null;
    return { url: cloudUrl(), siteUrl: siteUrl(), admins: addresses, hasAgent };
  },
});

/** Removes the guest that the check signed in as. False if that is somebody with a name or a conversation. */
export const removeGuest = internalMutation({
  args: { userId: v.id("users") },
  returns: v.boolean(),
  handler: async (ctx, { userId }) => await Guests.removeUnusedGuest(ctx, userId),
});

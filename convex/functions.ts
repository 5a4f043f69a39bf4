/**
 * The builders that every function of this package is made with, and the only importer of Convex's raw
 * ones. `user…` needs a signed-in caller (guests included), `staff…` a technician or admin, `admin…` an
 * admin; `public…` needs nobody, and each use says why. Writes name the rate limit they consume.
 */
import {
  customAction,
  customCtx,
  customMutation,
  customQuery,
} from "convex-helpers/server/customFunctions";
import { internal } from "./_generated/api";
import {
  action,
  internalAction as rawInternalAction,
  internalMutation as rawInternalMutation,
  internalQuery as rawInternalQuery,
  httpAction as rawHttpAction,
  mutation,
  query,
  type ActionCtx,
  type MutationCtx,
} from "./_generated/server";
import { requireAdmin, requireCaller, requireStaff, type Caller } from "./model/access/access";
import { consumeLimit, ipOfRequest, type LimitName } from "./model/access/limits";

export const publicQuery = query;
export const publicMutation = mutation;
export const publicAction = action;
export const internalQuery = rawInternalQuery;
export const internalMutation = rawInternalMutation;
export const internalAction = rawInternalAction;
export const httpAction = rawHttpAction;

export const userQuery = customQuery(
  query,
  customCtx(async (ctx) => ({ caller: await requireCaller(ctx) })),
);

export const staffQuery = customQuery(
  query,
  customCtx(async (ctx) => {
    const caller = await requireCaller(ctx);
    return { caller, user: await requireStaff({ ...ctx, caller }) };
  }),
);

export const adminQuery = customQuery(
  query,
  customCtx(async (ctx) => {
    const caller = await requireCaller(ctx);
    return { caller, user: await requireAdmin({ ...ctx, caller }) };
  }),
);

type Limited = { limit: LimitName };

async function limitedCaller(ctx: MutationCtx, limit: LimitName): Promise<Caller> {
  const caller = await requireCaller(ctx);
  await consumeLimit(ctx, limit, { user: caller.userId, ip: await ipOfRequest(ctx) });
  return caller;
}

export const userMutation = customMutation(mutation, {
  args: {},
  input: async (ctx, _args, { limit }: Limited) => ({
    ctx: { caller: await limitedCaller(ctx, limit) },
    args: {},
  }),
});

/** What an HTTP action does in its caller's name. */
export const internalUserMutation = customMutation(rawInternalMutation, {
  args: {},
  input: async (ctx, _args, { limit }: Limited) => ({
    ctx: { caller: await limitedCaller(ctx, limit) },
    args: {},
  }),
});

export const staffMutation = customMutation(mutation, {
  args: {},
  input: async (ctx, _args, { limit }: Limited) => {
    const caller = await requireCaller(ctx);
    const user = await requireStaff({ ...ctx, caller });
    // Not per IP: guests on the shop's own network must not be able to stop its technicians.
    await consumeLimit(ctx, limit, { user: user._id });
    return { ctx: { caller, user }, args: {} };
  },
});

export const adminMutation = customMutation(mutation, {
  args: {},
  input: async (ctx, _args, { limit }: Limited) => {
    const caller = await requireCaller(ctx);
    const user = await requireAdmin({ ...ctx, caller });
    await consumeLimit(ctx, limit, { user: user._id });
    return { ctx: { caller, user }, args: {} };
  },
});

/** Actions have no database: one mutation checks the caller, and consumes the limit, in one transaction. */
export const adminAction = customAction(action, {
  args: {},
  input: async (ctx: ActionCtx, _args, { limit }: Limited) => {
    const caller: Caller = await ctx.runMutation(internal.auth.admitStaff, { limit, admin: true });
    return { ctx: { caller }, args: {} };
  },
});

export const staffAction = customAction(action, {
  args: {},
  input: async (ctx: ActionCtx, _args, { limit }: Limited) => {
    const caller: Caller = await ctx.runMutation(internal.auth.admitStaff, { limit });
    return { ctx: { caller }, args: {} };
  },
});

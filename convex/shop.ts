/** What the shop is called, on its pages, in what it sends and in what its agents are told. */
import { v } from "convex/values";
import { adminMutation, internalQuery, publicQuery } from "./functions";
import { nameShop } from "./model/desk/shopName";
import { findOnlyRow } from "./model/knowledge/onlyRow";
import { findShopName } from "./model/knowledge/shopName";

/** For everybody, before there is a session: every page shows it. `isSet`: by an admin, not by the deployment. */
export const get = publicQuery({
  args: {},
  returns: v.object({ name: v.string(), isSet: v.boolean() }),
  handler: async (ctx) => ({
    name: await findShopName(ctx),
    isSet: (await findOnlyRow(ctx, "shop_name")) !== null,
  }),
});

/**
 * One line of 1 to 100 characters, in the place of `SHOP_NAME`. `agents`: whose prompts had the name of before in them,
 * and have this one now, as a version that can be taken back. Errors: `invalid_input`, `too_large`.
 */
export const setName = adminMutation({
  limit: "write",
  args: { name: v.string() },
  returns: v.object({ agents: v.array(v.string()) }),
  handler: async (ctx, { name }) => ({ agents: await nameShop(ctx, name, ctx.user._id) }),
});

/** For what is mailed and texted by actions. */
export const name = internalQuery({
  args: {},
  returns: v.string(),
  handler: async (ctx) => await findShopName(ctx),
});

/** What the shop is called, on its pages and in what it sends. */
import { v } from "convex/values";
import { adminMutation, internalQuery, publicQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import { findOnlyRow } from "./model/knowledge/onlyRow";
import { findShopName, storeShopName } from "./model/knowledge/shopName";

/** For everybody, before there is a session: every page shows it. `isSet`: by an admin, not by the deployment. */
export const get = publicQuery({
  args: {},
  returns: v.object({ name: v.string(), isSet: v.boolean() }),
  handler: async (ctx) => ({
    name: await findShopName(ctx),
    isSet: (await findOnlyRow(ctx, "shop_name")) !== null,
  }),
});

/** One line of 1 to 100 characters, in the place of `SHOP_NAME`. Errors: `invalid_input`, `too_large`. */
export const setName = adminMutation({
  limit: "write",
  args: { name: v.string() },
  returns: v.null(),
  handler: async (ctx, { name }) => {
    await storeShopName(ctx, name);
    await recordEvent(ctx, "shop_named", { actorId: ctx.user._id });
    return null;
  },
});

/** For what is mailed and texted by actions. */
export const name = internalQuery({
  args: {},
  returns: v.string(),
  handler: async (ctx) => await findShopName(ctx),
});

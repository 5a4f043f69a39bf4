/** The effects of whoever writes for staff: a row that they alone read shows how far it is, and nothing else happens. */
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import type { Effects } from "./writer";

export const quietEffects = (ctx: ActionCtx, workflowId: Id<"workflows">): Effects => ({
  where: { workflowId, attempt: 1 },
  flush: ({ text }) => ctx.runMutation(internal.assists.flush, { workflowId, text }),
  checkpoint: () => Promise.resolve({ mayRead: true, watched: false }),
  // Not offered; and a model that calls it all the same stores nothing.
  setContact: () => Promise.resolve(true),
});

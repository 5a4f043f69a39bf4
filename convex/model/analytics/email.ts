/** E-mail from actions: what became of it is noted. Apart from `health.ts`, whose importers need no SDK. */
import { internal } from "../../_generated/api";
import type { ActionCtx } from "../../_generated/server";
import { sendEmail } from "../../providers/email";
import { ProviderError } from "../../providers/errors";

/** As `sendEmail`, and `health` knows whether it went. */
export async function deliverEmail(
  ctx: Pick<ActionCtx, "runMutation">,
  ...mail: Parameters<typeof sendEmail>
): Promise<void> {
  try {
    await sendEmail(...mail);
  } catch (error) {
    if (error instanceof ProviderError) {
      const { fault } = error;
      await ctx.runMutation(internal.health.noteProvider, { provider: "email", fault, where: {} });
    }
    throw error;
  }
  await ctx.runMutation(internal.health.noteProvider, {
    provider: "email",
    fault: null,
    where: {},
  });
}

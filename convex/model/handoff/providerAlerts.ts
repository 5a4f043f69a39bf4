/** Admins hear once of a provider that refuses us: in the digest, by the channels that they have. */
import type { MutationCtx } from "../../_generated/server";
import { HOUR } from "../../lib/time";
import type { Provider } from "../../validators";
import { recordEvent } from "../analytics/events";
import { findLastSuccess, findLatest } from "../analytics/health";
import { requestAlert } from "./alertRequests";

/** A key that works now and then is one outage. */
const APART = HOUR;

/**
 * Asks for a digest, unless one was asked for since the provider worked last. A mutation of its own, that the scheduler
 * repeats when it meets another: of a hundred replies that fail at once one alerts.
 */
export async function alertAdmins(ctx: MutationCtx, provider: Provider): Promise<void> {
  const last = await findLatest(ctx, "provider_alerted", ({ data }) => data.reason === provider);
  if (last !== null) {
    if (Date.now() - last._creationTime < APART) return;
    if (last._creationTime > ((await findLastSuccess(ctx, provider)) ?? 0)) return;
  }
  await recordEvent(ctx, "provider_alerted", {}, { reason: provider });
  await requestAlert(ctx);
}

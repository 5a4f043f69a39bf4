/**
 * Whether the providers work: derived, when somebody asks, from the latest events of each. Failures are events. So
 * are successes, of the model each answer; of the others one in ten minutes, and the first after a failure: no row is
 * written by every reply.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { hasEmail, hasEmbeddings, hasModel, hasTwilio } from "../../env";
import { logError, logWarning } from "../../lib/log";
import { MINUTE } from "../../lib/time";
import { isOperatorFault, isRequestFault } from "../../providers/errors";
import { vProvider, type EventType, type Provider } from "../../validators";
import { recordEvent } from "./events";

/** What comes by itself goes by itself: without traffic nobody would ever see that it has. */
const PASSING = 15 * MINUTE;
/** From one event of a success to the next, while nothing fails. */
const SUCCESS_EVERY = 10 * MINUTE;
/** Events of a kind that are looked at for one that counts. */
const SCANNED = 20;

type Known = {
  name: string;
  /** Where its key is set. */
  variable: string;
  configured: () => boolean;
  failed: EventType;
  worked: readonly EventType[];
};

const KNOWN: Record<Provider, Known> = {
  model: {
    name: "OpenRouter (the assistant's model)",
    variable: "OPENROUTER_API_KEY",
    configured: hasModel,
    failed: "reply_failed",
    worked: ["reply_finished"],
  },
  embeddings: {
    name: "OpenAI (search)",
    variable: "OPENAI_API_KEY",
    configured: hasEmbeddings,
    failed: "embeddings_failed",
    worked: ["embeddings_worked", "reply_finished"],
  },
  email: {
    name: "Resend (e-mail)",
    variable: "RESEND_API_KEY",
    configured: hasEmail,
    failed: "email_failed",
    worked: ["email_worked"],
  },
  texts: {
    name: "Twilio (texts)",
    variable: "TWILIO_AUTH_TOKEN",
    configured: hasTwilio,
    failed: "texts_failed",
    worked: ["texts_worked"],
  },
};
const PROVIDERS = Object.keys(KNOWN) as Provider[];

export const vProviderHealth = v.object({
  provider: vProvider,
  name: v.string(),
  configured: v.boolean(),
  /** The last that is known of it is a failure, and that is not a passing one of long ago. */
  failing: v.boolean(),
  /** Ms since the epoch; of all but the model up to ten minutes late. */
  lastSuccessAt: v.optional(v.number()),
  lastFailureAt: v.optional(v.number()),
  /** Of the last failure: a status, `timeout`, `unreachable`, `cut`, `quota`, `not_configured`, … */
  fault: v.optional(v.string()),
  conversationId: v.optional(v.id("conversations")),
  /** What to do, for a failure that only whoever runs the deployment can mend. */
  advice: v.optional(v.string()),
});
export type ProviderHealth = Infer<typeof vProviderHealth>;

export const vWhere = v.object({
  conversationId: v.optional(v.id("conversations")),
  workflowId: v.optional(v.id("workflows")),
  attempt: v.optional(v.number()),
});
export type Where = Infer<typeof vWhere>;

/** What a call to a provider came to: a fault, null for none; undefined when it was not asked. */
export async function noteProvider(
  ctx: MutationCtx,
  provider: Provider,
  fault: string | null | undefined,
  where: Where = {},
): Promise<void> {
  if (fault === null) await noteSuccess(ctx, provider);
  else if (fault !== undefined) await noteFailure(ctx, provider, fault, where);
}

/**
 * A provider failed: an event, a line in the log with ids and no words, and, for what the operator must mend, an alert.
 * Inserts only: a storm of failures must not wait for itself.
 */
export async function noteFailure(
  ctx: MutationCtx,
  provider: Provider,
  fault: string,
  where: Where = {},
): Promise<void> {
  if (isRequestFault(fault)) return logWarning(failureLine(provider, fault, where));
  // The event of a reply that failed is the settlement's.
  if (provider !== "model") {
    const { conversationId } = where;
    await recordEvent(ctx, KNOWN[provider].failed, { conversationId }, { reason: fault, fault });
  }
  if (!isOperatorFault(fault)) return logWarning(failureLine(provider, fault, where));
  logError(`${failureLine(provider, fault, where)}: ${adviceFor(provider, fault)}`);
  await ctx.scheduler.runAfter(0, internal.health.alertAdmins, { provider });
}

/** `model failed (402), conversation …, process …, attempt 1`. */
function failureLine(
  provider: Provider,
  fault: string,
  { conversationId, workflowId, attempt }: Where,
): string {
  const ids = [
    conversationId && `, conversation ${conversationId}`,
    workflowId && `, process ${workflowId}`,
    attempt !== undefined && `, attempt ${attempt}`,
  ];
  return `${provider} failed (${fault})${ids.filter(Boolean).join("")}`;
}

/** A provider answered. Written once in a while, and at once when the last that is known is a failure. */
export async function noteSuccess(ctx: MutationCtx, provider: Provider): Promise<void> {
  const { failed, worked } = KNOWN[provider];
  const [type] = worked;
  const last = await findLatest(ctx, type!);
  const failure = await findLatest(ctx, failed);
  const recent = last !== null && Date.now() - last._creationTime < SUCCESS_EVERY;
  if (recent && last._creationTime > (failure?._creationTime ?? 0)) return;
  await recordEvent(ctx, type!, {});
}

/** All four, from at most 20 events of each kind. `now`: a subscribed query must not look at the clock. */
export async function loadHealth(
  ctx: Pick<QueryCtx, "db">,
  now: number,
): Promise<ProviderHealth[]> {
  return await Promise.all(PROVIDERS.map((provider) => loadProvider(ctx, provider, now)));
}

async function loadProvider(
  ctx: Pick<QueryCtx, "db">,
  provider: Provider,
  now: number,
): Promise<ProviderHealth> {
  const { name, configured } = KNOWN[provider];
  const lastSuccessAt = await findLastSuccess(ctx, provider);
  const failure = await findLatest(ctx, KNOWN[provider].failed, countsAsFailure);
  const seen = { provider, name, configured: configured(), lastSuccessAt };
  if (failure === null) return { ...seen, failing: false };
  const fault = failure.data.fault ?? failure.data.reason ?? "failed";
  const lastFailureAt = failure._creationTime;
  return {
    ...seen,
    failing: isFailing({ lastSuccessAt, lastFailureAt, fault }, now),
    lastFailureAt,
    fault,
    conversationId: failure.conversationId,
    advice: isOperatorFault(fault) ? adviceFor(provider, fault) : undefined,
  };
}

/** A refusal lasts until something succeeds; anything else is taken to have passed after a while. */
export function isFailing(
  known: { lastSuccessAt?: number; lastFailureAt: number; fault: string },
  now: number,
): boolean {
  if (known.lastFailureAt <= (known.lastSuccessAt ?? 0)) return false;
  return isOperatorFault(known.fault) || now - known.lastFailureAt < PASSING;
}

/** Providers that refuse us, and go on doing so until somebody acts. */
export async function listRefusing(ctx: Pick<QueryCtx, "db">): Promise<ProviderHealth[]> {
  const all = await loadHealth(ctx, Date.now());
  return all.filter(({ failing, advice }) => failing && advice !== undefined);
}

/** Of embeddings an answer counts whose passages they found. */
export async function findLastSuccess(
  ctx: Pick<QueryCtx, "db">,
  provider: Provider,
): Promise<number | undefined> {
  const times: number[] = [];
  for (const type of KNOWN[provider].worked) {
    if (provider === "embeddings" && type === "reply_finished" && !hasEmbeddings()) continue;
    const event = await findLatest(
      ctx,
      type,
      ({ data }) => provider === "model" || data.textOnly !== true,
    );
    if (event !== null) times.push(event._creationTime);
  }
  return times.length > 0 ? Math.max(...times) : undefined;
}

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;

const countsAsFailure = ({ data }: EventRow) => !isRequestFault(data.fault ?? "");

/** The latest event of a type that counts, among the last few. */
export async function findLatest(
  ctx: Pick<QueryCtx, "db">,
  type: EventType,
  counts: (event: EventRow) => boolean = () => true,
): Promise<EventRow | null> {
  const events = ctx.db
    .query("analytics")
    .withIndex("by_type", (q) => q.eq("type", type))
    .order("desc");
  let seen = 0;
  for await (const row of events) {
    if (row.kind === "event" && counts(row)) return row;
    if (++seen === SCANNED) break;
  }
  return null;
}

const WRONG: Record<string, (variable: string) => string> = {
  401: (variable) => `the key is wrong or was revoked. Set it: npx convex env set ${variable}`,
  402: () => "the account has no credit. Add some",
  403: (variable) => `the account or its key (${variable}) may not do this. Look at its console`,
  quota: () => "the account's quota is used up. Raise it, or add credit",
  not_configured: (variable) => `a variable is missing. Set it: npx convex env set ${variable}`,
};

const adviceFor = (provider: Provider, fault: string): string =>
  WRONG[fault]!(KNOWN[provider].variable);

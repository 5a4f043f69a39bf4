/** What the other validators are made of. */
import { v, type Infer } from "convex/values";

/** A union of literals. */
export const literals = <const T extends [string, string, ...string[]]>(...values: T) =>
  v.union(
    ...(values.map((value) => v.literal(value)) as {
      [K in keyof T]: ReturnType<typeof v.literal<T[K]>>;
    }),
  );

export const vChannel = literals("web", "sms");
/** What the outbox sends over (`model/outbox/channel.ts` says which). One more is a literal here, and a provider that takes it. */
export const vDeliveryChannel = literals("sms", "email");

/** Milliseconds since the Unix epoch. */
export const vTimestamp = v.number();

export const vCapability = literals(
  "triage",
  "hardware",
  "software",
  "network",
  "data",
  "accounts",
  "billing",
);
export type Capability = Infer<typeof vCapability>;

export const vMessageError = v.object({ code: v.string(), message: v.string() });

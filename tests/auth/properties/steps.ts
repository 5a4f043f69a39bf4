/** Random sequences of what people, thieves and admins do around signing in, as plain data. */
import fc from "fast-check";
import { IDLE_LIFETIME, REFRESH_GRACE } from "../../../convex/model/accounts/sessions";
import { DAY, MINUTE, SECOND } from "../../../convex/lib/time";

export const BROWSERS = 3;
export const ADDRESSES = ["ann@example.com", "bob@example.com", "cat@example.com"];

const JUMPS = [
  SECOND,
  REFRESH_GRACE - 1,
  REFRESH_GRACE,
  9 * MINUTE,
  16 * MINUTE,
  20 * DAY,
  IDLE_LIFETIME,
];

const browser = fc.nat(BROWSERS - 1);
const address = fc.nat(ADDRESSES.length - 1);
/** Counted from the latest backwards, so that shrinking keeps pointing at something. */
const ago = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3));
const rarely = fc.nat(5).map((n) => n === 5);

const record = <Do extends string, T extends object>(
  name: Do,
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
) => fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<{ do: Do } & T>;

/** `times`: how many calls of the same kind at once. Two tabs, a double click, a replay. */
export const stepsWith = (times: fc.Arbitrary<number>) =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: record("enter", { browser }) },
      { weight: 6, arbitrary: record("ask", { browser, address, signedOut: rarely }) },
      { weight: 10, arbitrary: redemption(times) },
      // `address`: null for that of their own account.
      {
        weight: 5,
        arbitrary: record("prove", {
          browser,
          address: fc.oneof(address, fc.constant(null)),
          verify: fc.boolean(),
          times,
        }),
      },
      { weight: 2, arbitrary: record("guess", { ago, guesses: fc.integer({ min: 3, max: 6 }) }) },
      // `back`: which of the session's tokens, counted from the current one.
      { weight: 7, arbitrary: record("refresh", { ago, back: fc.nat(2), times }) },
      { weight: 1, arbitrary: record("forge", { browser, victim: ago }) },
      { weight: 1, arbitrary: record("logout", { browser }) },
      { weight: 2, arbitrary: record("revoke", { browser, victim: ago }) },
      { weight: 1, arbitrary: record("revokeOthers", { browser }) },
      { weight: 1, arbitrary: record("setStaff", { browser, staff: fc.boolean() }) },
      { weight: 1, arbitrary: record("setBlocked", { browser, blocked: fc.boolean() }) },
      { weight: 3, arbitrary: record("wait", { ms: fc.constantFrom(...JUMPS) }) },
    ),
    { minLength: 1, maxLength: 10, size: "max" },
  );

const redemption = (times: fc.Arbitrary<number>) =>
  record("redeem", {
    // Mostly the browser that asked.
    browser: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, browser),
    ago,
    right: rarely.map((wrong) => !wrong),
    signedOut: rarely,
    verify: fc.boolean(),
    times,
  });

export type Step = ReturnType<typeof stepsWith> extends fc.Arbitrary<(infer T)[]> ? T : never;
export type StepOf<Do extends Step["do"]> = Extract<Step, { do: Do }>;

/** Hostile arguments to every public function: refused in the closed set of ways, or stored safely. */
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CALLS } from "./test.calls";
import {
  call,
  publicFunctions,
  shop,
  type Callers,
  type Found,
  type Shop,
  type ValidatorJson,
} from "./test.functions";
import { outcomeOf, snapshot } from "./test.setup";
import { anyText } from "./test.arbitraries";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const SURROGATE = "half \ud83d of a pair";
const STRINGS = {
  empty: "",
  blank: " \n\t ",
  huge: "x".repeat(100 * 1024),
  controls: "a\u0000b\u0007c\u001bd\u009fe",
  bidi: "invoice\u202egnp.exe",
  html: '<img src=x onerror="alert(1)"><script>alert(1)</script>',
  surrogate: SURROGATE,
  proto: "__proto__",
  unknownId: "0".repeat(31),
};
const NUMBERS = {
  nan: NaN,
  infinite: Infinity,
  negative: -1,
  negativeZero: -0,
  fraction: 1.5,
  huge: 1e308,
  tooExact: 2 ** 53 + 2,
};
const WRONG_TYPES = { boolean: true, bigint: 7n, array: [["a"]], object: { where: "1" } };
const HOSTILE: unknown[] = Object.values({ ...STRINGS, ...NUMBERS, ...WRONG_TYPES });

/** The caller whom the table of access lets through, for as many functions as possible. */
function callerFor(name: string): keyof Callers {
  if (name === "messages:sendStaffMessage") return "technician";
  const owners = /^(replies|auth):|^messages:(sendMessage|rateMessage|get|sub)|:rate$|:updateUser$/;
  return owners.test(name) ? "owner" : "admin";
}

/** Attempts on a code count, and tokens rotate, whatever the answer is. */
const countsAttempts = (name: string) =>
  /^(auth:(createSession|refresh)|users:verifyEmail)/.test(name);

async function state(world: Shop, name: string): Promise<string> {
  const { rateLimits: _, sessions, ...tables } = await snapshot(world.t);
  return JSON.stringify(countsAttempts(name) ? tables : { ...tables, sessions });
}

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const LONE_SURROGATE = /\p{Surrogate}/u;

function unsafeStrings(value: unknown, path = ""): string[] {
  if (typeof value === "string") {
    return UNSAFE.test(value) || LONE_SURROGATE.test(value) || value.length > 200_000 ? [path] : [];
  }
  if (typeof value === "number") return Number.isNaN(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unsafeStrings(inner, `${path}.${key}`));
}

/** Shops to try calls in: one is used until a call succeeds, for a call that fails must change nothing. */
class Shops {
  private open: Shop | undefined;
  private before = "";

  constructor(private readonly fn: Found) {}

  async try(argsOf: (world: Shop) => Record<string, unknown>): Promise<string> {
    const { name, kind } = this.fn;
    const world = this.open ?? (await shop());
    if (this.open === undefined) this.before = await state(world, name);
    this.open = world;
    // A plain Error is thrown on by `outcomeOf`, and fails the test.
    const outcome = await outcomeOf(call(world.callers[callerFor(name)].t, name, argsOf(world)));
    if (outcome === "validation" || kind === "query") return outcome;
    if (outcome === "ok") {
      this.open = undefined;
      expect(unsafeStrings(await snapshot(world.t))).toEqual([]);
    } else {
      expect(outcome).not.toBe("rate_limited");
      expect(await state(world, name)).toBe(this.before);
      await fillBuckets(world);
    }
    return outcome;
  }
}

async function fillBuckets({ t }: Shop): Promise<void> {
  await t.run(async (ctx) => {
    for (const { _id } of await ctx.db.query("rateLimits").collect()) {
      await ctx.db.delete("rateLimits", _id);
    }
  });
}

/** Cursors are Convex's own, and so are its errors for broken ones. */
const CURSORS = new Set(["cursor", "endCursor"]);

const withArgs = publicFunctions.filter(({ args }) => Object.keys(args.value).length > 0);

/** The same value with one leaf replaced, for every leaf. */
function variants(value: unknown, replacement: unknown): unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [replacement];
  const entries = Object.entries(value).filter(([key]) => !CURSORS.has(key));
  return [
    replacement,
    ...entries.flatMap(([key, inner]) =>
      variants(inner, replacement).map((changed) => ({ ...value, [key]: changed })),
    ),
  ];
}

describe.each(withArgs)("$name", (fn: Found) => {
  const { name, args } = fn;
  const good = (world: Shop) => CALLS[name]!(world.rows, world);

  test("refuses or cleans every hostile value of every argument", async () => {
    const shops = new Shops(fn);
    const shape = good(await exampleShop());
    for (const key of Object.keys(shape)) {
      for (const hostile of HOSTILE) {
        for (let i = 0; i < variants(shape[key], hostile).length; i++) {
          await shops.try((world) => {
            const args = good(world);
            return { ...args, [key]: variants(args[key], hostile)[i] };
          });
        }
      }
    }
  });

  test("refuses an unexpected argument, and ids of another table", async () => {
    const shops = new Shops(fn);
    expect(await shops.try((world) => ({ ...good(world), isAdmin: true }))).toBe("validation");
    for (const [key, { fieldType }] of Object.entries(args.value)) {
      if (fieldType.type !== "id") continue;
      const other = fieldType.tableName === "agents" ? "answer" : "agent";
      const wrong = (world: Shop) => ({ ...good(world), [key]: world.rows[other] });
      expect(await shops.try(wrong)).toBe("validation");
    }
  });

  test("survives any arguments that its validator lets through", async () => {
    const shops = new Shops(fn);
    const generated = arbitrary(args, await exampleShop());
    await fc.assert(
      fc.asyncProperty(generated, async (args) => {
        await shops.try(() => args as Record<string, unknown>);
      }),
      { numRuns: 6 },
    );
  });
});

let example: Promise<Shop> | undefined;
/** For the shape of arguments only: ids are numbered alike in every shop. */
const exampleShop = () => (example ??= shop());

const hostileString = fc.oneof(
  fc.constantFrom(...Object.values(STRINGS)),
  anyText(60),
  fc.string({ maxLength: 40 }),
);
const hostileNumber = fc.oneof(fc.constantFrom(...Object.values(NUMBERS)), fc.double());

/** Values that pass the validator, with ids of rows that exist. */
function arbitrary(validator: ValidatorJson, { rows }: Shop): fc.Arbitrary<unknown> {
  const inner = (json: ValidatorJson) => arbitrary(json, { rows } as Shop);
  switch (validator.type) {
    case "object": {
      const fields = Object.entries(validator.value).filter(([key]) => key !== "endCursor");
      const required = fields.filter(([, field]) => !field.optional).map(([key]) => key);
      const model = Object.fromEntries(
        fields.map(([key, { fieldType }]) => [
          key,
          CURSORS.has(key) ? fc.constant(null) : inner(fieldType),
        ]),
      );
      return fc.record(model, { requiredKeys: required });
    }
    case "array":
      return fc.array(inner(validator.value), { maxLength: 8 });
    case "union":
      return fc.oneof(...validator.value.map(inner));
    case "literal":
      return fc.constant(validator.value);
    case "id": {
      const ofTable = Object.values(rows).filter((id) => id.endsWith(validator.tableName));
      return fc.constantFrom(
        ...ofTable,
        `${"9".repeat(4)}${validator.tableName}`.padStart(31, "0"),
      );
    }
    case "number":
      return hostileNumber;
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "string":
      return hostileString;
    default:
      throw new Error(`No hostile values for a validator of type ${validator.type}.`);
  }
}

/** Where values come from, and what is asked when. */
import { expect, test } from "vitest";
import type { Asker } from "./ask";
import { parseOptions, type Options } from "./options";
import type { State } from "./plan";
import { gatherWishes, unknownNames, type Sources } from "./wishes";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const other = `sk-or-v1-${"fedcba9876543210".repeat(4)}`;
const fresh: State = { variables: new Set(), secret: "missing", derivesPoint: false, app: null };
const nothing: Sources = { file: {}, fileName: "keys.env", env: {} };
const options = (...argv: string[]) => parseOptions(argv) as Options;
const dev = { prod: false };

/** Answers by the first word of a question; what has no answer is skipped. */
function asker(answers: Record<string, string | boolean>) {
  const asked: string[] = [];
  const answer = (question: string) => {
    const word = question.split(/[\s:]/)[0] ?? "";
    asked.push(word);
    return answers[word];
  };
  const line: Asker["line"] = (question, problem) => {
    const value = answer(question);
    if (typeof value !== "string") return Promise.resolve(null);
    const found = problem(value);
    return found === null ? Promise.resolve(value) : Promise.reject(new Error(found));
  };
  const ask: Asker = {
    line,
    hidden: line,
    yesOrNo: (question, initial) => {
      const value = answer(question);
      return Promise.resolve(typeof value === "boolean" ? value : initial);
    },
  };
  return { ask, asked };
}

test("the named file comes before the environment; base URLs come from the file alone", async () => {
  const from: Sources = {
    file: { OPENROUTER_API_KEY: key, JWT_SECRET: "s".repeat(40), OTHER: "1" },
    fileName: "keys.env",
    env: { OPENROUTER_API_KEY: other, OPENAI_BASE_URL: "https://x.example", JWT_SECRET: "env" },
  };
  const wishes = await gatherWishes(fresh, options(), { target: dev, from, ask: null });
  expect(wishes.given).toEqual([
    { name: "OPENROUTER_API_KEY", value: key, source: "from keys.env" },
  ]);
  expect(wishes.secret?.value).toBe("s".repeat(40));
  expect(unknownNames(from.file)).toEqual(["OTHER"]);
});

test("all values that can't be right are named at once, none is repeated", async () => {
  const env = { OPENROUTER_API_KEY: "sk-or-hunter2", RESEND_API_KEY: "hunter2" };
  const file = { JWT_SECRET: "hunter2" };
  const refusal = gatherWishes(fresh, options(), {
    target: dev,
    from: { ...nothing, env, file },
    ask: null,
  });
  await expect(refusal).rejects.toMatchObject({ exitCode: 2 });
  const { message } = (await refusal.catch((error: unknown) => error)) as Error;
  for (const name of [...Object.keys(env), "JWT_SECRET"]) expect(message).toContain(name);
  expect(message).not.toContain("hunter2");
});

test("without a terminal: no seed, no admin, nothing replaced, unless an option says so", async () => {
  const state: State = { ...fresh, variables: new Set(["OPENROUTER_API_KEY"]) };
  const from = { ...nothing, env: { OPENROUTER_API_KEY: key } };
  const quiet = await gatherWishes(state, options(), { target: dev, from, ask: null });
  expect(quiet).toMatchObject({ admin: null, seed: false });
  expect(quiet.replace.size).toBe(0);
  const said = options("--force", "--seed", "--admin", "me@joes.shop");
  const wishes = await gatherWishes(state, said, { target: dev, from, ask: null });
  expect(wishes).toMatchObject({ admin: { email: "me@joes.shop", name: "me" }, seed: true });
  expect([...wishes.replace]).toEqual(["OPENROUTER_API_KEY"]);
});

test("at a terminal what is missing is asked for, what is given or set is not", async () => {
  const state: State = { ...fresh, variables: new Set(["OPENAI_API_KEY"]) };
  const from = { ...nothing, env: { OPENROUTER_API_KEY: key } };
  const { ask, asked } = asker({ "E-mail": "Me@joes.shop", Name: "Me", SHOP_NAME: "Joe's" });
  const wishes = await gatherWishes(state, options(), { target: dev, from, ask });
  const keys = ["RESEND_API_KEY", "EMAIL_FROM", "SHOP_NAME", "ALLOWED_ORIGINS"];
  expect(asked).toEqual([...keys, "TWILIO_ACCOUNT_SID", "E-mail", "Name", "Read"]);
  expect(wishes).toMatchObject({ admin: { email: "me@joes.shop", name: "Me" }, seed: true });
  expect(wishes.given.map(({ name }) => name)).toEqual(["OPENROUTER_API_KEY", "SHOP_NAME"]);
});

test("what texting needs is asked for once there is an account of Twilio's, and no number beside a service", async () => {
  const sid = `AC${"0".repeat(32)}`;
  const askedOf = async (answers: Record<string, string>, file: Record<string, string> = {}) => {
    const { ask, asked } = asker(answers);
    await gatherWishes(fresh, options(), { target: dev, from: { ...nothing, file }, ask });
    return asked.filter((name) => name.startsWith("TWILIO"));
  };
  expect(await askedOf({})).toEqual(["TWILIO_ACCOUNT_SID"]);
  expect(await askedOf({ TWILIO_ACCOUNT_SID: sid })).toEqual([
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM",
  ]);
  const service = { TWILIO_MESSAGING_SERVICE_SID: `MG${"0".repeat(32)}` };
  expect(await askedOf({ TWILIO_ACCOUNT_SID: sid }, service)).not.toContain("TWILIO_FROM");
});

test("a key that is set already is replaced only after a yes", async () => {
  const state: State = { ...fresh, variables: new Set(["OPENROUTER_API_KEY"]) };
  const from = { ...nothing, env: { OPENROUTER_API_KEY: key } };
  const replaced = async (answers: Record<string, boolean>) =>
    (await gatherWishes(state, options(), { target: dev, from, ask: asker(answers).ask })).replace
      .size;
  expect(await replaced({})).toBe(0);
  expect(await replaced({ OPENROUTER_API_KEY: true })).toBe(1);
});

test("production is never asked about the example shop; an existing admin is not asked for again", async () => {
  const seed = { total: 44, published: 0, failed: 0 };
  const urls = { url: "https://a-1.convex.cloud", siteUrl: "https://a-1.convex.site" };
  const state: State = {
    ...fresh,
    app: { ...urls, admins: ["me@joes.shop"], hasAgent: true, seed },
  };
  const { ask, asked } = asker({ Read: true });
  const wishes = await gatherWishes(state, options(), {
    target: { prod: true },
    from: nothing,
    ask,
  });
  expect(wishes).toMatchObject({ seed: false, admin: null });
  expect(asked).not.toContain("Read");
  expect(asked).not.toContain("E-mail");
});

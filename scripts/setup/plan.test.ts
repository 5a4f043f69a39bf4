/** From the state of a deployment to the steps: all of them at first, none that changes anything later. */
import { expect, test } from "vitest";
import { parseOptions } from "./options";
import { missing, planRotation, planSetup, realAdmins, type State, type Wishes } from "./plan";
import { report } from "./report";
import type { Given } from "./variables";

const fresh: State = { variables: new Set(), secret: "missing", derivesPoint: false, app: null };
const done: State = {
  variables: new Set(["JWT_SECRET", "OPENAI_API_KEY"]),
  secret: "one",
  derivesPoint: false,
  app: {
    url: "https://a-1.convex.cloud",
    siteUrl: "https://a-1.convex.site",
    admins: ["me@joes.shop", "owner@computerguys.example"],
    hasAgent: true,
    seed: { total: 44, published: 44, failed: 0 },
  },
};
const openai: Given = { name: "OPENAI_API_KEY", value: "sk-1", source: "from the environment" };
const wishes: Wishes = {
  secret: null,
  given: [openai],
  replace: new Set(),
  admin: { email: "me@joes.shop", name: "Me" },
  seed: true,
};
const kinds = (state: State, wanted = wishes) => planSetup(state, wanted).map(({ kind }) => kind);

test("a new deployment gets everything, and the secret before the first push", () => {
  expect(kinds(fresh)).toEqual(["secret", "variables", "push", "admin", "seed", "check"]);
});

test("a finished one gets the push and the check, which change nothing", () => {
  expect(kinds(done)).toEqual(["push", "check"]);
});

test("without the example shop the AI agents come alone: an AI that nobody made answers nobody", () => {
  const unseeded = { ...wishes, seed: false };
  expect(kinds(fresh, unseeded).slice(2)).toEqual(["push", "admin", "agents", "check"]);
  expect(kinds(done, unseeded)).toEqual(["push", "check"]);
});

test("what was broken off is taken up where it stopped", () => {
  const variables = new Set(["JWT_SECRET"]);
  expect(kinds({ ...fresh, variables, secret: "one" })).toEqual([
    "variables",
    "push",
    "admin",
    "seed",
    "check",
  ]);
  const half = { ...done, app: { ...done.app!, seed: { total: 44, published: 12, failed: 0 } } };
  expect(kinds(half)).toEqual(["push", "seed", "check"]);
});

test("a variable that is set is changed only where that was asked for", () => {
  expect(kinds(done)).not.toContain("variables");
  const replaced = planSetup(done, { ...wishes, replace: new Set(["OPENAI_API_KEY"]) });
  expect(replaced[0]).toEqual({ kind: "variables", add: [], replace: [openai] });
});

test("a weak secret is refused, not overwritten", () => {
  expect(() => planSetup({ ...done, secret: "weak" }, wishes)).toThrow("shorter than 32");
});

test("a rotation begins with one secret and ends with two", () => {
  const rotating: State = { ...done, secret: "rotating" };
  expect(planRotation(done, "rotate")).toEqual([{ kind: "rotate" }, { kind: "check", keys: 2 }]);
  expect(planRotation(rotating, "finishRotation").at(-1)).toEqual({ kind: "check", keys: 1 });
  expect(planSetup(rotating, wishes).at(-1)).toEqual({ kind: "check", keys: 2 });
  expect(() => planRotation(rotating, "rotate")).toThrow("under way");
  expect(() => planRotation(done, "finishRotation")).toThrow("No rotation");
  expect(() => planRotation(fresh, "rotate")).toThrow("not set up");
});

test("the example shop's admin, whose mail nobody gets, doesn't count as one", () => {
  expect(realAdmins(done)).toEqual(["me@joes.shop"]);
});

test("the report names what is missing, what that means, and the next commands", () => {
  expect(missing(done.variables).join("\n")).toMatch(/OPENROUTER_API_KEY: the AI doesn't answer/);
  const texting = new Set([...done.variables, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]);
  expect(missing(done.variables).join("\n")).not.toMatch(/TWILIO_FROM/);
  expect(missing(texting).join("\n")).toMatch(/TWILIO_FROM: texts come in and are not answered/);
  const text = report(done, false).join("\n");
  expect(text).not.toContain("OPENAI_API_KEY:");
  expect(text).toContain("VITE_CONVEX_URL=https://a-1.convex.cloud");
  expect(text).toContain("https://a-1.convex.site");
  expect(text).toContain("Set RESEND_API_KEY, so that me@joes.shop can sign in");
});

test.each([
  ["--admin", "nonsense"],
  ["--admin", "me@joes"],
  ["--name", "Me"],
  ["--admin", "me@joes.shop", "--name", ""],
  ["--rotate-secret", "--finish-rotation"],
  ["sk-or-v1-secret"],
  ["--sk-or-v1-secret"],
  ["--OPENAI_API_KEY=sk-secret"],
])("%s %s makes no sense, and nothing like a key is repeated", (...argv) => {
  expect(() => parseOptions(argv)).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(() => parseOptions(argv)).not.toThrow(/secret['"=]|sk-/);
});

test("options", () => {
  expect(parseOptions(["--help"])).toBe("help");
  expect(parseOptions(["--", "--no-seed", "--admin", " Me@Joes.Shop "])).toMatchObject({
    seed: false,
    admin: { email: "me@joes.shop", name: null },
    mode: "setup",
  });
});

test("a secret stored without its public key gets it, before anything is pushed", () => {
  expect(kinds({ ...done, derivesPoint: true })).toEqual(["publicPoint", ...kinds(done)]);
});

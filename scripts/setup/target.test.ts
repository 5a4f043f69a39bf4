/** Which deployment is acted on: as the CLI chooses it, and never another one by accident. */
import { describe, expect, test } from "vitest";
import { SetupError } from "./errors";
import { deployCommand, findTarget, noDeployment, pushCommand } from "./target";

const refused = (env: Record<string, string>, prod = false) => {
  try {
    findTarget([env], prod);
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error("This was not refused");
};

const selfHosted = {
  CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:3210",
  CONVEX_SELF_HOSTED_ADMIN_KEY: "key|secret",
};

test("nothing configured is no deployment; the way to one is login, new project, this again", () => {
  expect(findTarget([{}, { CONVEX_DEPLOYMENT: "" }], false)).toBeNull();
  const { message, exitCode } = noDeployment();
  expect(exitCode).toBe(3);
  expect(message).toMatch(/npx convex login[\s\S]*npx convex dev --once --configure new/);
});

test("the environment comes before .env.local, even if the variable is empty there", () => {
  const file = { CONVEX_DEPLOYMENT: "dev:tall-forest-123" };
  expect(findTarget([{}, file], false)?.label).toBe("dev:tall-forest-123");
  expect(findTarget([{ CONVEX_DEPLOYMENT: "" }, file], false)).toBeNull();
  expect(findTarget([{ CONVEX_DEPLOYMENT: "dev:other-1" }, file], false)?.label).toBe(
    "dev:other-1",
  );
});

test("a dev deployment is pushed to by `dev --once`, its project's production by `deploy`", () => {
  const env = { CONVEX_DEPLOYMENT: "dev:tall-forest-123" };
  const dev = findTarget([env], false)!;
  expect(dev).toMatchObject({ prod: false, flags: [], push: ["dev", "--once"] });
  expect(pushCommand(dev, true)).toEqual(["dev", "--once", "--codegen", "disable"]);
  const prod = findTarget([env], true)!;
  expect(prod).toMatchObject({ prod: true, flags: ["--prod"], push: ["deploy", "--yes"] });
  expect(pushCommand(prod, false).slice(-2)).toEqual(["--typecheck", "disable"]);
});

test("deployments of this machine run only while `convex dev` does", () => {
  const runsWithDev = (name: string) =>
    findTarget([{ CONVEX_DEPLOYMENT: name }], false)?.onlyWhileDevRuns;
  expect(runsWithDev("local:local-me-shop")).toBe(true);
  expect(runsWithDev("anonymous:anonymous-shop")).toBe(true);
  expect(runsWithDev("dev:tall-forest-123")).toBe(false);
});

test("a deploy key is one deployment, and comes before everything else; its label has no key in it", () => {
  const env = { ...selfHosted, CONVEX_DEPLOY_KEY: "prod:happy-crab-1|eyJ2Mg" };
  const target = findTarget([env], false)!;
  expect(target).toMatchObject({ prod: true, flags: [], push: ["deploy", "--yes"], url: null });
  expect(target.label).toContain("happy-crab-1");
  expect(target.label).not.toContain("eyJ2Mg");
  expect(findTarget([{ CONVEX_DEPLOY_KEY: "dev:a-1|x" }], false)?.prod).toBe(false);
  const untyped = findTarget([{ CONVEX_DEPLOY_KEY: "bold-hyena-681|01c2" }], false)!;
  expect(untyped).toMatchObject({ prod: true, label: "bold-hyena-681 (from the deploy key)" });
});

test("a project's key needs --prod: `env` and `deploy` would otherwise mean two deployments", () => {
  const env = { CONVEX_DEPLOY_KEY: "project:team:shop|x" };
  expect(refused(env)).toContain("--prod");
  expect(findTarget([env], true)).toMatchObject({ prod: true, flags: ["--prod"] });
  expect(refused({ CONVEX_DEPLOY_KEY: "preview:team:shop|x" })).toContain("preview");
});

test("a self-hosted deployment needs both variables, no other, and has no production beside it", () => {
  expect(findTarget([selfHosted], false)).toMatchObject({
    url: "http://127.0.0.1:3210",
    push: ["deploy", "--yes"],
  });
  expect(refused({ CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:3210" })).toContain("set both");
  expect(refused({ ...selfHosted, CONVEX_DEPLOYMENT: "dev:a-1" })).toContain("unset one");
  expect(refused(selfHosted, true)).toContain("--prod");
  expect(refused({ ...selfHosted, CONVEX_SELF_HOSTED_URL: "nonsense" })).toContain("not a URL");
});

describe("npx pnpm run deploy", () => {
  const of = (env: Record<string, string>, prod: boolean) =>
    deployCommand(findTarget([env], prod)!, prod);

  test("to development pushes where `convex dev` does, to production what also builds the web client", () => {
    expect(of({ CONVEX_DEPLOYMENT: "dev:a-1" }, false)).toEqual(["dev", "--once"]);
    expect(of({ CONVEX_DEPLOY_KEY: "dev:a-1|x" }, false)).toEqual(["deploy", "--yes"]);
    expect(of(selfHosted, false)).toEqual(["deploy", "--yes"]);
    const toProduction = of({ CONVEX_DEPLOYMENT: "dev:a-1" }, true);
    expect(toProduction.slice(0, 2)).toEqual(["deploy", "--cmd"]);
    expect(of({ CONVEX_DEPLOY_KEY: "prod:a-1|x" }, true)).toEqual(toProduction);
  });

  test.each<[string, Record<string, string>, boolean, string]>([
    [
      "to development with a production key",
      { CONVEX_DEPLOY_KEY: "prod:a-1|x" },
      false,
      "deploy:prod",
    ],
    [
      "to development of what is production",
      { CONVEX_DEPLOYMENT: "prod:a-1" },
      false,
      "deploy:prod",
    ],
    [
      "to production with a key of development",
      { CONVEX_DEPLOY_KEY: "dev:a-1|x" },
      true,
      "run deploy",
    ],
  ])("%s is refused, with the command that fits", (_, env, prod, command) => {
    expect(() => of(env, prod)).toThrow(command);
  });
});

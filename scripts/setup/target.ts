/** Which deployment the Convex CLI will act on: the same variables, in the same order, as the CLI itself. */
import { badInput, EXIT, SetupError } from "./errors";

export interface Target {
  /** For people: which one it is. Never a key. */
  label: string;
  /** For self-hosted deployments, whose reachability is looked at first. */
  url: string | null;
  prod: boolean;
  /** What every command but the push needs to act on it. */
  flags: string[];
  /**
   * How it is pushed to. `deploy` for a self-hosted one, too: `dev` would write its URLs into `.env.local`.
   */
  push: string[];
  /** The backend runs on this machine, and only while `npx convex dev` does. */
  onlyWhileDevRuns: boolean;
}

type Env = Record<string, string | undefined>;

const DEPLOY = ["deploy", "--yes"];

/** The first of `sources` that has the variable decides, even if it is empty there: so does dotenv. */
export function lookUp(sources: Env[], name: string): string | null {
  const value = sources.find((source) => source[name] !== undefined)?.[name];
  return value === undefined || value === "" ? null : value;
}

/** `sources`: the environment, `.env.local`, `.env`. Null if no deployment is configured. */
export function findTarget(sources: Env[], prod: boolean): Target | null {
  const key = lookUp(sources, "CONVEX_DEPLOY_KEY") ?? lookUp(sources, "CONVEX_DEPLOYMENT_TOKEN");
  if (key !== null) return keyTarget(key, prod);
  const url = lookUp(sources, "CONVEX_SELF_HOSTED_URL");
  const adminKey = lookUp(sources, "CONVEX_SELF_HOSTED_ADMIN_KEY");
  const deployment = lookUp(sources, "CONVEX_DEPLOYMENT");
  if ((url === null) !== (adminKey === null)) {
    throw badInput(
      "CONVEX_SELF_HOSTED_URL and CONVEX_SELF_HOSTED_ADMIN_KEY go together: set both.",
    );
  }
  if (url === null) return deployment === null ? null : cloudTarget(deployment, prod);
  if (deployment !== null) {
    throw badInput("CONVEX_DEPLOYMENT and CONVEX_SELF_HOSTED_URL are both set: unset one of them.");
  }
  if (prod) throw badInput("--prod is for Convex's cloud; a self-hosted URL is one deployment.");
  if (!URL.canParse(url)) throw badInput("CONVEX_SELF_HOSTED_URL is not a URL.");
  const label = `the self-hosted deployment at ${url}`;
  return { label, url, prod: false, flags: [], push: DEPLOY, onlyWhileDevRuns: false };
}

function cloudTarget(deployment: string, prod: boolean): Target {
  const local = /^(local:|anonymous:|anonymous-)/.test(deployment);
  return {
    label: prod ? `the production deployment of the project of ${deployment}` : deployment,
    url: null,
    prod: prod || deployment.startsWith("prod:"),
    flags: prod ? ["--prod"] : [],
    push: prod ? DEPLOY : ["dev", "--once"],
    onlyWhileDevRuns: local && !prod,
  };
}

function keyTarget(key: string, prod: boolean): Target {
  const [type = "", ...rest] = (key.split("|")[0] ?? "").split(":");
  if (type === "preview" && rest.length === 2) {
    throw badInput(
      "CONVEX_DEPLOY_KEY makes preview deployments: their variables are the project's defaults (`npx convex env default set`), and `npx convex deploy --preview-run seed:run` fills them.",
    );
  }
  const project = type === "project";
  if (project && !prod) {
    throw badInput("CONVEX_DEPLOY_KEY is for a whole project: add --prod to name its production.");
  }
  const name = [type, ...rest].join(":");
  return {
    label: `${project ? `the production deployment of ${rest.join(":")}` : name} (from the deploy key)`,
    url: null,
    // A key without a type is a deployment's own admin key: taken for production, to be on the safe side.
    prod: !["dev", "preview", "custom"].includes(type),
    flags: project ? ["--prod"] : [],
    push: DEPLOY,
    onlyWhileDevRuns: false,
  };
}

/** The whole command. The generated code is committed, and a set-up leaves a checkout as it is. */
export function pushCommand({ push }: Target, typecheck: boolean): string[] {
  const unchecked = typecheck ? [] : ["--typecheck", "disable"];
  return [...push, "--codegen", "disable", ...unchecked];
}

const BUILD_WEB = [
  ...["--cmd", "npx pnpm --filter @computer-guys/support-web build"],
  ...["--cmd-url-env-var-name", "VITE_CONVEX_URL"],
];

/**
 * What `npx pnpm run deploy` and `deploy:prod` run. Throws `SetupError` where a key would make one of them do what
 * the other says. A self-hosted deployment is whichever its owner says it is.
 */
export function deployCommand({ label, url, prod, push }: Target, wantsProd: boolean): string[] {
  const selfHosted = url !== null;
  if (!wantsProd && prod) {
    throw badInput(`This would go to ${label}. For production: npx pnpm run deploy:prod`);
  }
  if (wantsProd && !prod && !selfHosted) {
    throw badInput(
      `This would go to ${label}, which is not production. To it: npx pnpm run deploy`,
    );
  }
  // The CLI asks before it pushes to production, where there is somebody to ask.
  return wantsProd ? ["deploy", ...BUILD_WEB] : push;
}

export const noDeployment = () =>
  new SetupError(
    `No deployment is configured yet. One of these, in this order, then this command again:

  On Convex's cloud (an account is free):
    npx convex login
    npx convex dev --once --configure new    # ends with "JWT_SECRET … was not set": that is expected

  On a Convex that you host yourself, in .env.local:
    CONVEX_SELF_HOSTED_URL=https://…
    CONVEX_SELF_HOSTED_ADMIN_KEY=…           # docker compose exec backend ./generate_admin_key.sh

  In CI:
    CONVEX_DEPLOY_KEY=prod:…                 # dashboard, Settings, Deploy keys

To try the shop without any of it: npx pnpm demo. Every step: docs/deploy.md.`,
    EXIT.noDeployment,
  );

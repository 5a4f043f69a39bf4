/**
 * The whole system on one machine: provider stand-ins, a deployment, a push with the real CLI, the seed.
 * The demo, the benchmarks and the page tests all start this.
 */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runConvexCli, type Engine, startDeployment } from "@computer-guys/convex-local";
import { startProviders } from "@computer-guys/stand-ins";
import { withPublicPoint } from "../convex/lib/signingKeys";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

export interface SystemOptions {
  /** 0, the default, picks free ports. */
  ports?: { api: number; site: number; providers: number };
  /** Deployment variables beside those of the providers. */
  env?: Record<string, string>;
  /** Changes the stand-ins' variables, for providers that are real. */
  providerEnv?: (standIns: Record<string, string>) => Record<string, string>;
  adminKey?: string;
  /** False evaluates modules for each run, as Convex does: slower, and the app is the same (`tests/local/`). */
  keepModules?: boolean;
  /** False leaves the deployment empty, for an import. */
  seed?: boolean;
  /** Where the `convex/` folder is that is pushed. Default: here. */
  source?: string;
  /** Default: `CONVEX_LOCAL_CLASS`, and S16 without it, which is what most deployments have. */
  deploymentClass?: string;
  quiet?: boolean;
  /** Told what has been done, and how long it took. */
  onStep?: (step: string, seconds: number) => void;
  /** Called with each piece that now needs closing, so that a start can be broken off. */
  onStarted?: (close: () => Promise<void>) => void;
  signal?: AbortSignal;
}

export type System = Awaited<ReturnType<typeof startSystem>>;

export async function startSystem(options: SystemOptions = {}) {
  const ports = options.ports ?? { api: 0, site: 0, providers: 0 };
  const closers: (() => Promise<void>)[] = [];
  const started = (close: () => Promise<void>) => {
    closers.unshift(close);
    options.onStarted?.(close);
  };
  const providers = await startProviders({ port: ports.providers, shopName: "Computer Guys" });
  started(() => providers.close());
  const deployment = await startDeployment({
    port: ports.api,
    sitePort: ports.site,
    quiet: options.quiet ?? true,
    deploymentClass: options.deploymentClass ?? process.env.CONVEX_LOCAL_CLASS ?? "S16",
    keepModules: options.keepModules ?? true,
    env: {
      JWT_SECRET: withPublicPoint(randomBytes(48).toString("base64url")),
      EMAIL_REPLY_DOMAIN: "mail.computerguys.example",
      ...(options.providerEnv?.(providers.env) ?? providers.env),
      ...options.env,
    },
    ...(options.adminKey === undefined ? {} : { adminKey: options.adminKey }),
  });
  started(() => deployment.close());
  // Where the shop's numbers send what they are texted.
  providers.control.texts.configure({ smsUrl: `${deployment.siteUrl}/twilio/sms` });
  // And where what comes to its mail domain is told of.
  providers.control.tellMailTo(`${deployment.siteUrl}/resend/events`);
  const timed = async (step: string, work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    options.onStep?.(step, (performance.now() - begun) / 1000);
  };
  await timed("pushed convex/", async () => {
    const push = ["deploy", "--typecheck", "disable", "--codegen", "disable"];
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    const cwd = options.source ?? ROOT;
    const { code, stderr } = await runConvexCli(deployment, push, { cwd, ...signal });
    if (code !== 0) throw new Error(`The push failed:\n${stderr}`);
  });
  if (options.seed ?? true) {
    await timed("seeded and read in the knowledge base", () => seed(deployment.engine));
  }
  return {
    providers,
    deployment,
    engine: deployment.engine,
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

/** Pages of this origin may send and show files: HTTP actions answer to named ones only. */
export async function allowPage(
  { env }: Pick<System["deployment"], "env">,
  origin: string,
): Promise<void> {
  await env.change([{ name: "ALLOWED_ORIGINS", value: origin }], () => Promise.resolve());
}

type Progress = { total: number; published: number; failed: number };

async function seed(engine: Engine): Promise<void> {
  await engine.call("action", "seed:run");
  await until<Progress>(engine, "seed:progress", ({ total, published, failed }) => {
    if (failed > 0) throw new Error(`${failed} documents of the seed could not be read in`);
    return published === total;
  });
}

/** Resolves with a live query's first result that passes. */
function until<T>(
  engine: Engine,
  query: string,
  passes: (result: T) => boolean,
  args: Record<string, unknown> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscription = engine.subscribe(query, args, (result) => {
      try {
        if (!result.ok) throw new Error(result.errorMessage);
        const value = result.value as T;
        if (!passes(value)) return;
        subscription.unsubscribe();
        resolve(value);
      } catch (error) {
        subscription.unsubscribe();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

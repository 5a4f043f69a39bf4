/** Reads what a deployment is like before and after the steps, over the CLI. Changes nothing. */
import { z } from "zod";
import * as Keys from "../../convex/lib/keys";
import type { Cli } from "./cli";
import { SetupError } from "./errors";
import type { State } from "./plan";
import { derivesPoint, secretState } from "./variables";

const vApp = z.object({
  url: z.url(),
  siteUrl: z.url(),
  admins: z.array(z.string()),
  hasAgent: z.boolean(),
});
const vProgress = z.object({ total: z.number(), published: z.number(), failed: z.number() });

export async function readState(cli: Cli): Promise<State> {
  const { stdout } = await cli.must(["env", "list", "--names-only"]);
  const variables = new Set(stdout.split("\n").filter(Boolean));
  const [secret, app, seed] = await Promise.all([
    variables.has("JWT_SECRET") ? readSecret(cli) : null,
    readApp(cli),
    query(cli, "seed:progress", vProgress),
  ]);
  const pushed = app === null || seed === null ? null : { ...app, seed };
  const derives = secret !== null && derivesPoint(secret);
  return { variables, secret: secretState(secret), derivesPoint: derives, app: pushed };
}

/** The value stays in this process: the CLI's output is shown without it. */
export async function readSecret(cli: Cli): Promise<string> {
  const { stdout } = await cli.must(["env", "get", "JWT_SECRET"]);
  const value = stdout.replace(/\n$/, "");
  hideSecret(cli, value);
  return value;
}

/** From here on: as it is stored, and without its public half. */
export function hideSecret(cli: Cli, value: string): void {
  for (const part of [value, ...value.split(/\s+/)]) {
    cli.hide(part);
    cli.hide(Keys.readSecret(part).secret);
  }
}

/** Null before the first push. */
export const readApp = (cli: Cli) => query(cli, "setup:state", vApp);

export async function seedProgress(cli: Cli): Promise<z.infer<typeof vProgress>> {
  const progress = await query(cli, "seed:progress", vProgress);
  if (progress === null) throw new SetupError("seed:progress is missing on the deployment.");
  return progress;
}

/** Null if the deployment doesn't have the function, which is so before the first push. */
async function query<T>(cli: Cli, name: string, shape: z.ZodType<T>): Promise<T | null> {
  const { code, stdout, shown } = await cli.run(["run", name]);
  if (code === 0) return shape.parse(JSON.parse(stdout));
  if (/Could not find (public )?function/.test(shown)) return null;
  throw new SetupError(`npx convex run ${name} said:\n${shown}`);
}

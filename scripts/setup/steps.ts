/** Does the steps of a plan. Each can be broken off and repeated. */
import { setTimeout as sleep } from "node:timers/promises";
import { splitSecrets } from "../../convex/lib/keys";
import { check } from "./check";
import { PUSH_TIMEOUT_MS, type Cli } from "./cli";
import { SetupError } from "./errors";
import type { Progress, Step } from "./plan";
import { hideSecret, readApp, readSecret, seedProgress } from "./state";
import { completeSecret, dotenvLine, newSecret, type Given } from "./variables";

const POLL_MS = 1_000;
/** Reading in stops for as long as a provider's back-off; longer, and nobody is working on it. */
const STALLED_MS = 5 * 60_000;

interface StepContext {
  cli: Cli;
  push: string[];
  say: (line: string) => void;
  signal: AbortSignal;
}

export async function perform(step: Step, ctx: StepContext): Promise<void> {
  const { cli } = ctx;
  switch (step.kind) {
    case "secret": {
      const value = step.given === null ? newSecret() : completeSecret(step.given.value);
      // The CLI refuses to change a variable here: two set-ups at once end with one secret.
      return await setVariables(cli, [{ name: "JWT_SECRET", value, source: "" }], false);
    }
    case "publicPoint":
      return await replaceSecret(cli, completeSecret);
    case "variables":
      if (step.add.length > 0) await setVariables(cli, step.add, false);
      if (step.replace.length > 0) await setVariables(cli, step.replace, true);
      return;
    case "push":
      await cli.must(ctx.push, { bare: true, timeoutMs: PUSH_TIMEOUT_MS });
      return;
    case "admin": {
      const { email, name } = step;
      const args = JSON.stringify({ email, name, role: "admin" });
      await cli.must(["run", "users:ensureStaff", args]);
      return;
    }
    case "agents":
      await cli.must(["run", "seed:agents"]);
      return;
    case "seed":
      return await seed(ctx);
    case "rotate":
      return await replaceSecret(cli, (old) => `${newSecret()} ${old}`);
    case "finishRotation":
      return await replaceSecret(cli, (both) => splitSecrets(both)[0]);
    case "check": {
      const app = await readApp(cli);
      if (app === null) throw new SetupError("The functions of this package are not on it.");
      return await check(app, step.keys, cli);
    }
  }
}

/** All or none, over standard input. */
async function setVariables(cli: Cli, values: Given[], force: boolean): Promise<void> {
  const lines = values.map(({ name, value }) => {
    if (name === "JWT_SECRET") hideSecret(cli, value);
    else cli.hide(value);
    const line = dotenvLine(name, value);
    if (line === null) throw new SetupError(`${name} holds every kind of quotation mark.`);
    return line;
  });
  const input = `${lines.join("\n")}\n`;
  await cli.must(["env", "set", ...(force ? ["--force"] : [])], { input });
}

async function replaceSecret(cli: Cli, change: (value: string) => string): Promise<void> {
  const value = change(await readSecret(cli));
  hideSecret(cli, value);
  await cli.must(["env", "set", "JWT_SECRET"], { input: value });
}

async function seed({ cli, say, signal }: StepContext): Promise<void> {
  await cli.must(["run", "seed:run"]);
  let shown: Progress | null = null;
  let changedAt = Date.now();
  for (;;) {
    const now = await seedProgress(cli);
    const { total, published, failed } = now;
    if (shown === null || published !== shown.published || failed !== shown.failed) {
      say(
        `    ${published} of ${total} documents read in${failed > 0 ? `, ${failed} failed` : ""}`,
      );
      shown = now;
      changedAt = Date.now();
    }
    if (published + failed >= total) {
      if (failed === 0) return;
      throw new SetupError(`${failed} documents could not be read in. See \`npx convex logs\`.`);
    }
    if (Date.now() - changedAt > STALLED_MS) {
      throw new SetupError(`Reading in has stood still at ${published} of ${total} for 5 minutes.`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

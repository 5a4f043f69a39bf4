/**
 * `npx pnpm run embed`: vectors for every document that lacks those of today's model, as after another model or an
 * import, on the deployment that the Convex CLI acts on; `--prod`: on production. A cron does the same within minutes:
 * this is for whoever wants to see it done.
 */
import type { Infer } from "convex/values";
import type { vEmbeddingProgress } from "../convex/model/knowledge/vectors";
import { openDeployment, runCommand } from "./deployment";
import { badInput, SetupError } from "./setup/errors";

/** Rounds in which nothing gets better, before it is given up: one document may keep the others waiting once. */
const PATIENCE = 3;
const PAUSE_MS = 1_000;

type Progress = Infer<typeof vEmbeddingProgress>;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function embed(args: string[]): Promise<void> {
  if (args.some((arg) => arg !== "--prod")) throw badInput("The only option is --prod.");
  const { label, call } = openDeployment(args.includes("--prod"));
  say(`Embedding on ${label}`);
  let left = await call<Progress>("knowledge:countUnembedded");
  for (let idle = 0, again = true; left.waiting > 0; again = false) {
    const { waiting, done, hasMore, error } = left;
    if (idle >= PATIENCE && error !== null) throw new SetupError(`${waiting} have none. ${error}`);
    say(`${waiting} to go${hasMore ? ", or more" : `, ${done} done`}`);
    // Somebody else may be at it: a cron.
    if (idle > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const { made, ...next } = await call<Progress & { made: number }>("cli:embed", { again });
    idle = made > 0 ? 0 : idle + 1;
    left = next;
  }
  if (left.model === null) throw new SetupError("There is no OPENAI_API_KEY: docs/environment.md.");
  say(`Every document has its vectors of ${left.model}.`);
}

await runCommand(embed);

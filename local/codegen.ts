/**
 * `npx tsx local/codegen.ts`: generates `convex/_generated` with the real CLI, offline. It starts a
 * deployment on a free port only for the time of the run, so no account and no other process is
 * needed. The deployment's JWT_SECRET is a throw-away: generated code does not depend on it.
 */
import { randomBytes } from "node:crypto";
import { runConvexCli, startDeployment } from "@computer-guys/convex-local";

const deployment = await startDeployment({
  port: 0,
  sitePort: 0,
  quiet: true,
  env: { JWT_SECRET: randomBytes(32).toString("hex") },
});
const extra = process.argv.slice(2);
const args = extra.length > 0 ? extra : ["--typecheck", "disable"];
const { code, stdout, stderr } = await runConvexCli(deployment, ["codegen", ...args]);
process.stdout.write(stdout);
process.stderr.write(stderr);
await deployment.close();
process.exitCode = code;

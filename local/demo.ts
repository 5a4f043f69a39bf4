/**
 * `npx pnpm demo`: the whole system on a laptop without an account. Starts the local deployment and
 * the provider stand-ins, pushes with the real CLI, seeds, and serves the web client.
 * `--no-web` leaves the client out and prints one line that begins with `ready`.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cliVariables, type CliTarget, PortInUseError } from "@computer-guys/convex-local";
import { bringHistory, keepHistory } from "./history/bring";
import { DAYS } from "./history/plan";
import { allowPage, ROOT, startSystem, type System } from "./system";
import { serveWeb } from "./web";

const PORTS = {
  api: port("CONVEX_LOCAL_PORT", 3210),
  site: port("CONVEX_LOCAL_SITE_PORT", port("CONVEX_LOCAL_PORT", 3210) + 1),
  providers: port("CONVEX_LOCAL_PROVIDERS_PORT", port("CONVEX_LOCAL_PORT", 3210) + 2),
  web: port("CONVEX_LOCAL_WEB_PORT", 5173),
};

/** A real key in the shell takes its provider back from the stand-in, with these base URLs. */
const REAL_PROVIDERS = [
  { key: "OPENROUTER_API_KEY", base: "OPENROUTER_BASE_URL", names: ["OPENROUTER_API_KEY"] },
  { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", names: ["OPENAI_API_KEY"] },
  {
    key: "RESEND_API_KEY",
    base: "RESEND_BASE_URL",
    names: ["RESEND_API_KEY", "RESEND_WEBHOOK_SECRET", "EMAIL_FROM", "EMAIL_REPLY_DOMAIN"],
  },
  {
    key: "TWILIO_AUTH_TOKEN",
    base: "TWILIO_BASE_URL",
    names: [
      "TWILIO_ACCOUNT_SID",
      "TWILIO_AUTH_TOKEN",
      "TWILIO_FROM",
      "TWILIO_MESSAGING_SERVICE_SID",
      "TWILIO_WEBHOOK_URL",
    ],
  },
];

function port(variable: string, fallback: number): number {
  const value = process.env[variable];
  if (value === undefined || value === "") return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65535) {
    fail(`${variable}=${value} is not a port`);
  }
  return number;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The stand-ins' variables, less those of providers whose real key is in the shell. */
function providerVariables(standIns: Record<string, string>): Record<string, string> {
  const result = { ...standIns };
  for (const { key, base, names } of REAL_PROVIDERS) {
    if ((process.env[key] ?? "") === "") continue;
    Reflect.deleteProperty(result, base);
    const realBase = process.env[base];
    if (realBase) result[base] = realBase;
    for (const name of names) {
      const value = process.env[name];
      if (value) result[name] = value;
      else Reflect.deleteProperty(result, name);
    }
    say(`  ${key} is set: using the real provider`);
  }
  return result;
}

type Closer = () => Promise<void>;

const closers: Closer[] = [];
let stopping = false;

async function stop(code: number): Promise<never> {
  if (!stopping) {
    stopping = true;
    const forced = setTimeout(() => process.exit(code), 3000);
    forced.unref();
    for (const close of closers.reverse()) await close().catch(() => undefined);
  }
  process.exit(code);
}

const CLI_VARIABLES = path.join(ROOT, ".local/cli.env");

/** `. .local/cli.env` points a shell's Convex CLI at this deployment, for as long as it runs. */
async function writeCliVariables(deployment: CliTarget): Promise<void> {
  const lines = Object.entries(cliVariables(deployment)).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`,
  );
  await mkdir(path.dirname(CLI_VARIABLES), { recursive: true });
  await writeFile(CLI_VARIABLES, lines.join(""), { mode: 0o600 });
  closers.push(async () => {
    const current = await readFile(CLI_VARIABLES, "utf8").catch(() => "");
    // A deployment that was started later has put its own there.
    if (current === lines.join("")) await rm(CLI_VARIABLES);
  });
}

async function main(): Promise<void> {
  say("Starting the shop on this machine; stop with Ctrl-C.");
  const withWeb = !process.argv.includes("--no-web");
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      abort.abort();
      void stop(0);
    });
  }
  const { providers, deployment } = await startSystem({
    ports: PORTS,
    env: {
      ...(process.env.JWT_SECRET ? { JWT_SECRET: process.env.JWT_SECRET } : {}),
      // That of `examples/widget/server.ts`.
      WIDGET_IDENTITY_SECRET:
        process.env.WIDGET_IDENTITY_SECRET ?? "only-for-the-demo-0123456789-abcdef",
    },
    providerEnv: providerVariables,
    quiet: process.env.CONVEX_LOCAL_VERBOSE !== "1",
    onStep: (step, seconds) => say(`  ${step} (${seconds.toFixed(1)} s)`),
    onStarted: (close) => closers.push(close),
    signal: abort.signal,
    ...(process.env.CONVEX_LOCAL_ADMIN_KEY ? { adminKey: process.env.CONVEX_LOCAL_ADMIN_KEY } : {}),
  });
  const web = withWeb ? await serveWeb({ deployment, providers, port: PORTS.web }) : null;
  if (web !== null) {
    closers.push(() => web.close());
    await allowPage(deployment, web.url);
  }
  await writeCliVariables(deployment);
  say("");
  if (web !== null) {
    say(`  Web client     ${web.url}`);
    say(`  Knowledge      ${web.url}/knowledge  (as owner@computerguys.example)`);
    say(`  A phone        ${web.url}/phone  (texts with the shop)`);
  }
  say(`  Deployment     ${deployment.url}`);
  say(`  HTTP actions   ${deployment.siteUrl}`);
  say(`  Stand-ins      ${providers.url}  (mail: ${providers.url}/resend/inbox)`);
  say(`  Class          ${deployment.engine.admission.describe()}`);
  say(`  Admin key      ${deployment.adminKey}`);
  say("  For the CLI    . .local/cli.env  (points a shell at this deployment)");
  say("  Stop with Ctrl-C\n");
  if (web !== null && process.env.CONVEX_LOCAL_HISTORY !== "0") {
    await addHistory(deployment.engine, abort.signal);
  }
  if (web === null) {
    say(`ready ${deployment.url} ${deployment.siteUrl} ${providers.url}`);
  }
}

/** Behind the page, which is there: without it the shop is a new one, and works all the same. */
async function addHistory(engine: System["engine"], signal: AbortSignal): Promise<void> {
  const onMaking = () =>
    say("  Making four weeks of history in the background; the shop works meanwhile.");
  try {
    const count = await bringHistory(engine, await keepHistory(DAYS, { signal, onMaking }));
    say(`  Four weeks of history are there: ${count} conversations.`);
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`  The history could not be made: ${reason}\n`);
  }
}

main().catch((error: unknown) => {
  if (stopping) return;
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof PortInUseError ? "; see the port variables in local/README.md" : "";
  process.stderr.write(`${message}${hint}\n`);
  void stop(1);
});

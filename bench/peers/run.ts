/**
 * `pnpm bench:peers`: the exchange of `pnpm bench` beside the same words through Convex's own streaming components,
 * each in its documented shape and with its own client hook, on a deployment of the same kind. They are installed into
 * a temporary folder in the versions of `app/package.json`: nothing here depends on them.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import {
  PUSH,
  runConvexCli,
  startDeployment,
  type FunctionEvent,
  type RunningDeployment,
} from "@computer-guys/convex-local";
import { startProviders } from "@computer-guys/stand-ins";
import { startSystem } from "../../local/system";
import { chatSubscriptions } from "../../web/src/conversation/subscriptions";
import { pastTexts } from "../customers";
import {
  ANSWER,
  bytes,
  bytesWithKeys,
  lagsOf,
  measureExchange,
  percentile,
  QUESTION,
  SCRIPT,
  summarize,
  total,
  type Exchange,
  type Seen,
} from "../exchange";

type Providers = Awaited<ReturnType<typeof startProviders>>;
type Shown = { leave: () => Promise<void> };
type Drawn = { url: string; prompt: string; onText: (text: string) => void };
/** `app/page.mjs`, whose imports are in the temporary folder only. */
type Page = {
  showText: (page: Drawn & { siteUrl: string }) => Promise<Shown>;
  showThread: (
    page: Drawn & { past: string[]; expected: string; onAsk: () => Promise<void> },
  ) => Promise<Shown>;
};

const TEXT = "@convex-dev/persistent-text-streaming";
const AGENT = "@convex-dev/agent";

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), "peers-"));
try {
  await cp(path.join(import.meta.dirname, "app"), folder, { recursive: true });
  await run("npm", ["install", "--silent", "--no-audit", "--no-fund"], { cwd: folder });
  const peers = await measurePeers();
  const own = await measureOwn();
  console.log(`\nOne exchange (2,000 characters in 100 chunks over 8 s), Node ${process.version}:`);
  console.table([...own, ...peers].map(([name, exchange]) => row(name, exchange)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

function row(name: string, { lines, lagMs, unseen }: Exchange) {
  const sum = total(lines);
  const kb = (value: number) => Math.round(value / 100) / 10;
  return {
    through: name,
    calls: sum.calls,
    "docs read": sum.documentsRead,
    "docs written": sum.documentsWritten,
    "KB read + written": kb(bytes(sum)),
    "KB with index keys": kb(bytesWithKeys(sum)),
    "lag, median ms": Math.round(percentile(lagMs, 0.5)),
    "lag, 95 % ms": Math.round(percentile(lagMs, 0.95)),
    "chunks not seen live": unseen,
  };
}

type Named = [name: string, exchange: Exchange];

async function measureOwn(): Promise<Named[]> {
  const system = await startSystem();
  const way = {
    name: "this package",
    along: true,
    subscriptions: (id: Parameters<typeof chatSubscriptions>[0]) =>
      chatSubscriptions(id, Date.now()),
  };
  await measureExchange(system, 0, way);
  const measured: Named[] = [];
  for (const earlier of [10, 1_000]) {
    const name = `${way.name}, ${earlier} earlier messages`;
    measured.push([name, await measureExchange(system, earlier, way)]);
  }
  await system.close();
  return measured;
}

async function measurePeers(): Promise<Named[]> {
  const providers = await startProviders({ port: 0, shopName: "Computer Guys" });
  const options = { port: 0, sitePort: 0, quiet: true, keepModules: true, deploymentClass: "S16" };
  const deployment = await startDeployment({
    ...options,
    allowUnvalidated: true,
    env: providers.env,
  });
  const { code, stderr } = await runConvexCli(deployment, PUSH, { cwd: folder });
  if (code !== 0) throw new Error(`The push failed:\n${stderr}`);
  const page = (await import(pathToFileURL(path.join(folder, "page.mjs")).href)) as Page;
  const place = { providers, deployment, page };
  const measured: Named[] = [];
  // Once before it counts: nothing is loaded for the first time then.
  await measureText(place);
  measured.push([`${TEXT}, the streaming part alone`, await measureText(place)]);
  await measureThread(place, 0);
  for (const earlier of [10, 1_000]) {
    measured.push([`${AGENT}, ${earlier} earlier messages`, await measureThread(place, earlier)]);
  }
  await deployment.close();
  await providers.close();
  return measured;
}

type Place = { providers: Providers; deployment: RunningDeployment; page: Page };

function measureText(place: Place): Promise<Exchange> {
  const { url, siteUrl } = place.deployment;
  return measure(place, (onText, begin) => {
    begin();
    return place.page.showText({ url, siteUrl, prompt: QUESTION, onText });
  });
}

function measureThread(place: Place, earlier: number): Promise<Exchange> {
  const { url, engine } = place.deployment;
  const past = pastTexts(earlier);
  return measure(place, (onText, begin) => {
    const onAsk = async () => {
      await engine.settle();
      begin();
    };
    return place.page.showThread({
      url,
      past,
      prompt: QUESTION,
      expected: ANSWER,
      onText,
      onAsk,
    });
  });
}

/** From `begin` on until all is quiet. */
async function measure(
  { providers, deployment: { engine } }: Place,
  show: (onText: (text: string) => void, begin: () => void) => Promise<Shown>,
): Promise<Exchange> {
  const seen: Seen[] = [];
  const events: FunctionEvent[] = [];
  const { sentAt } = providers.control.script(SCRIPT);
  let off: () => void = () => undefined;
  const begin = () => {
    off = engine.onEvent((event) => {
      if (event.caller !== "cron") events.push(event);
    });
  };
  const see = (text: string) => seen.push({ length: text.length, at: performance.now() });
  const { leave } = await show(see, begin);
  await engine.settle();
  off();
  await leave();
  const longest = Math.max(...seen.map(({ length }) => length));
  if (longest !== ANSWER.length) throw new Error(`Only ${longest} characters were drawn.`);
  return { lines: summarize(events), rows: [], ...lagsOf(sentAt, seen) };
}

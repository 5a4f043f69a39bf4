/**
 * What Lighthouse says of the chat on a phone: its own emulation and simulated throttling, the second best of five,
 * since what else a machine does only takes from a score. Fails below 95, twice. Run from a registry when it is asked
 * for, so that nobody else installs it.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import { allowPage, ROOT, startSystem } from "../../local/system";

const LIGHTHOUSE = "lighthouse@12.2.3";
const RUNS = 5;
const LEAST = 95;
/** Of a run: a browser that doesn't start, or an installation that breaks off, says nothing of the page. */
const TRIES = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Lighthouse's multiplier, and the `benchmarkIndex` (its `docs/throttling.md`) from which on it is meant. */
const SLOWDOWN = { most: 4, from: 1500 };

type Report = {
  environment: { benchmarkIndex: number };
  runtimeError?: { code: string; message: string };
  categories: Record<string, { score: number | null }>;
};

/** As a host of static pages serves them: compressed, what has a hash in its name for a year. */
function servePages(folder: string) {
  const compressed = new Map<string, Promise<Buffer>>();
  return createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://page");
    const type = TYPES[path.extname(pathname)];
    const file = path.join(folder, type === undefined ? "index.html" : path.normalize(pathname));
    const known = compressed.get(file) ?? readFile(file).then((body) => brotliCompressSync(body));
    compressed.set(file, known);
    known.then(
      (body) => {
        response.writeHead(200, {
          "content-type": type ?? TYPES[".html"],
          "content-encoding": "br",
          "cache-control": pathname.startsWith("/assets/") ? "max-age=31536000" : "no-cache",
        });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
}

async function tryLighthouse(url: string, slowdown: number): Promise<Report> {
  const flags = "--headless=new --no-sandbox --disable-gpu";
  const { stdout } = await promisify(execFile)(
    "npx",
    [
      ...["--yes", LIGHTHOUSE, url, "--quiet", "--output=json"],
      ...[`--only-categories=${CATEGORIES.join(",")}`, `--chrome-flags=${flags}`],
      `--throttling.cpuSlowdownMultiplier=${slowdown}`,
    ],
    {
      env: { CHROME_PATH: "/usr/bin/chromium", ...process.env },
      maxBuffer: 100 * 1024 * 1024,
    },
  );
  const report = JSON.parse(stdout) as Report;
  const { runtimeError } = report;
  if (runtimeError) throw new Error(`${runtimeError.code}: ${runtimeError.message}`);
  return report;
}

async function runLighthouse(url: string, slowdown = SLOWDOWN.most): Promise<Report> {
  for (let tried = 1; ; tried++) {
    try {
      return await tryLighthouse(url, slowdown);
    } catch (error) {
      if (tried === TRIES) throw error;
      const { stderr = "" } = error as { stderr?: string };
      console.log(`It did not run: ${String(error).slice(0, 500)} ${stderr.slice(-1_000)}`);
    }
  }
}

/** How many times a phone is slower than this machine: fewer than Lighthouse supposes, where the machine is slow itself. */
async function calibrate(url: string): Promise<number> {
  const { benchmarkIndex } = (await runLighthouse(url)).environment;
  const slowdown = Math.min(SLOWDOWN.most, (SLOWDOWN.most * benchmarkIndex) / SLOWDOWN.from);
  console.log(`benchmarkIndex ${benchmarkIndex}: the CPU ${slowdown.toFixed(1)} times slower`);
  return slowdown;
}

/** The categories whose second best of five is too low. */
async function findLow(url: string): Promise<string[]> {
  const runs: number[][] = [];
  const slowdown = await calibrate(url);
  for (let n = 0; n < RUNS; n++) {
    const { categories } = await runLighthouse(url, slowdown);
    runs.push(CATEGORIES.map((name) => Math.round((categories[name]!.score ?? 0) * 100)));
  }
  return CATEGORIES.filter((name, i) => {
    const scores = runs.map((run) => run[i]!).sort((a, b) => a - b);
    const second = scores[RUNS - 2]!;
    console.log(`${name}: ${second} (${scores.join(", ")}), at least ${LEAST}`);
    return second < LEAST;
  });
}

const system = await startSystem();
const outDir = await mkdtemp(path.join(tmpdir(), "web-"));
try {
  process.env.NODE_ENV = "production";
  process.env.VITE_CONVEX_URL = system.deployment.url;
  process.env.VITE_CONVEX_SITE_URL = system.deployment.siteUrl;
  await build({
    root: path.join(ROOT, "web"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  });
  const server = servePages(outDir);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  const url = `http://127.0.0.1:${address.port}`;
  await allowPage(system.deployment, url);
  let low = await findLow(url);
  if (low.length > 0) low = await findLow(url);
  server.close();
  if (low.length > 0) process.exitCode = 1;
} finally {
  await rm(outDir, { recursive: true });
  await system.close();
}

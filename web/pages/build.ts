/**
 * The client, built once for all files of a run. The deployment that it talks to stands in it under names that are
 * nobody's (RFC 2606): each site serves a copy with its own deployment's addresses in their place.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { ROOT } from "../../local/system";

declare module "vitest" {
  interface ProvidedContext {
    builtClient: string;
  }
}

type Addresses = { url: string; siteUrl: string };
const NOBODY: Addresses = { url: "http://deployment.invalid", siteUrl: "http://site.invalid" };

export function talkTo({ url, siteUrl }: Addresses): void {
  process.env.VITE_CONVEX_URL = url;
  process.env.VITE_CONVEX_SITE_URL = siteUrl;
}

export default async function buildClient(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(path.join(tmpdir(), "client-"));
  talkTo(NOBODY);
  await build({
    root: path.join(ROOT, "web"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true },
  });
  project.provide("builtClient", outDir);
  return () => rm(outDir, { recursive: true });
}

/** A copy of `built` in `outDir` that talks to these. Hosts alone: the policy names `ws:` beside `http:`. */
export async function copyFor(built: string, outDir: string, to: Addresses): Promise<void> {
  await cp(built, outDir, { recursive: true });
  const hostOf = (url: string) => new URL(url).host;
  const put = (text: string) =>
    text
      .replaceAll(hostOf(NOBODY.url), hostOf(to.url))
      .replaceAll(hostOf(NOBODY.siteUrl), hostOf(to.siteUrl));
  const names = await readdir(outDir, { recursive: true });
  const told = names.filter((name) => /(?:\.js|\.html|_headers)$/.test(name));
  await Promise.all(
    told.map(async (name) => {
      const file = path.join(outDir, name);
      const text = await readFile(file, "utf8");
      if (put(text) !== text) await writeFile(file, put(text));
    }),
  );
}

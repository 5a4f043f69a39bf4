/** Tests of what consumers get must not look at what an older source was built to. */
import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../..");
const SOURCES = ["convex", "web/src/auth", "web/src/conversation", "web/src/widget"];
const ALSO = [
  "client/api.ts",
  "client/errors.ts",
  "client/texts.ts",
  "client/answers.ts",
  "client/build.ts",
  "client/declarations.ts",
];

const changedAt = (file: string) =>
  statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Builds if a source, or a folder that a file may have left, is newer than the last build. */
export async function buildUnlessFresh(): Promise<void> {
  const files = SOURCES.flatMap((folder) => [
    folder,
    ...readdirSync(path.join(ROOT, folder), { encoding: "utf8", recursive: true }).map((file) =>
      path.join(folder, file),
    ),
  ]);
  const built = Math.min(
    changedAt("dist/api.js"),
    changedAt("web/lib/auth.js"),
    changedAt("web/lib/widget.js"),
  );
  if (Math.max(...[...files, ...ALSO].map(changedAt)) < built) return;
  await promisify(execFile)("npx", ["tsx", "client/build.ts"], { cwd: ROOT });
}

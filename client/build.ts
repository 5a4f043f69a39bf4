/**
 * Builds what other packages import (`npx pnpm build`, and after every install): JavaScript, and
 * declarations with maps that lead "go to definition" to the source.
 *
 * Declarations, not sources: a source file is checked by its consumer's compiler options, so stricter ones
 * than ours would report errors in files that aren't theirs, and `nodenext` could not follow the imports of
 * `convex/`, which have no extensions. This workspace itself reads the sources, by the condition
 * `@computer-guys/source` of the packages' `exports`.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { buildDeclarations } from "./declarations";

const ROOT = path.resolve(fileURLToPath(import.meta.url), "../..");

type Package = {
  root: string;
  outDir: string;
  /** By the name of the output. */
  entries: Record<string, string>;
  tsconfig: string;
  /** The first line of every script. */
  banner?: string;
};

const PACKAGES: Package[] = [
  {
    root: ROOT,
    outDir: path.join(ROOT, "dist"),
    entries: {
      answers: "client/answers.ts",
      api: "client/api.ts",
      errors: "client/errors.ts",
      texts: "client/texts.ts",
    },
    tsconfig: path.join(ROOT, "convex/tsconfig.json"),
  },
  {
    root: path.join(ROOT, "web"),
    // `web/dist` is the application's.
    outDir: path.join(ROOT, "web/lib"),
    entries: {
      auth: "src/auth/index.ts",
      conversation: "src/conversation/index.ts",
      widget: "src/widget/index.tsx",
    },
    tsconfig: path.join(ROOT, "web/tsconfig.json"),
    // Hooks and context: where a framework has server components, these are not among them.
    banner: '"use client";',
  },
];

/** Whatever is imported by a package's name is the consumer's copy of it. */
const external = (id: string) => !id.startsWith(".") && !path.isAbsolute(id);

const absolute = ({ root, entries }: Package) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, path.join(root, file)] as const),
  );

async function buildScripts(each: Package): Promise<void> {
  await build({
    configFile: false,
    root: each.root,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: each.outDir,
      target: "es2022",
      sourcemap: true,
      minify: false,
      lib: { entry: absolute(each), formats: ["es"] },
      // Names without hashes: a build replaces the one before file by file, and who runs it goes on.
      emptyOutDir: false,
      rolldownOptions: {
        external,
        output: { banner: each.banner ?? "", chunkFileNames: "shared/[name].js" },
      },
    },
  });
}

for (const each of PACKAGES) {
  await buildScripts(each);
  await buildDeclarations({ ...each, entries: Object.values(absolute(each)) });
}

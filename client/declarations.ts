/**
 * The declarations of a package's entries and of what these refer to, each with a map to its source.
 * TypeScript's own emit, with the one thing that it leaves to others: relative imports get the extensions
 * that `nodenext` asks for, since sources here (and all that Convex bundles) are written without.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

type Options = {
  /** What the declarations' folders mirror. */
  root: string;
  outDir: string;
  tsconfig: string;
  entries: string[];
};

export async function buildDeclarations(options: Options): Promise<void> {
  const emitted = emit(options);
  for (const name of reachable(options, emitted)) {
    for (const [file, text] of [
      [name, emitted.get(name)!],
      [`${name}.map`, emitted.get(`${name}.map`)],
    ] as const) {
      if (text === undefined) continue; // What Convex has generated is a declaration already.
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
}

/** All that TypeScript has to say about the program, by file name. Errors are `npx pnpm typecheck`'s to tell. */
function emit({ root, outDir, tsconfig, entries }: Options): Map<string, string> {
  const { config } = ts.readConfigFile(tsconfig, (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(tsconfig));
  const compilerOptions: ts.CompilerOptions = {
    ...parsed.options,
    noEmit: false,
    emitDeclarationOnly: true,
    declaration: true,
    declarationMap: true,
    rootDir: root,
    outDir,
    // Other packages of the workspace as their consumers see them.
    customConditions: [],
  };
  const host = ts.createCompilerHost(compilerOptions);
  const program = ts.createProgram(entries, compilerOptions, host);
  const emitted = new Map<string, string>();
  const write: ts.WriteFileCallback = (file, text) => void emitted.set(path.normalize(file), text);
  const { diagnostics } = program.emit(undefined, write, undefined, true, {
    afterDeclarations: [withExtensions(compilerOptions, host)],
  });
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, host));
  for (const file of program.getSourceFiles()) {
    if (!file.isDeclarationFile || !file.fileName.startsWith(`${root}/`)) continue;
    if (file.fileName.includes("/node_modules/")) continue;
    emitted.set(path.join(outDir, path.relative(root, file.fileName)), file.text);
  }
  return emitted;
}

/** The entries' declarations and those that they lead to: what only the implementation needs stays out. */
function reachable(options: Options, emitted: Map<string, string>): Set<string> {
  const declarationOf = (file: string) => file.replace(/\.(?:tsx?|js)$/, ".d.ts");
  const entries = options.entries.map((entry) =>
    declarationOf(path.join(options.outDir, path.relative(options.root, entry))),
  );
  const found = new Set(entries);
  for (const file of found) {
    const text = emitted.get(file);
    if (text === undefined) throw new Error(`There is no declaration ${file}`);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      found.add(declarationOf(path.resolve(path.dirname(file), fileName)));
    }
  }
  return found;
}

/** `"./model/text"` becomes `"./model/text.js"`, in imports, exports and `import("…")` types. */
function withExtensions(
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return (context) => (file) => {
    if (ts.isBundle(file)) throw new Error("One declaration for each source file is expected.");
    const { factory } = context;
    const complete = <T extends ts.Node>(specifier: T): T | ts.StringLiteral => {
      if (!ts.isStringLiteral(specifier) || !specifier.text.startsWith(".")) return specifier;
      const found = ts.resolveModuleName(specifier.text, file.fileName, options, host);
      const target = found.resolvedModule?.resolvedFileName;
      if (target === undefined) throw new Error(`${file.fileName}: no ${specifier.text}`);
      const relative = path.relative(path.dirname(file.fileName), target);
      const name = relative.replace(/(?:\.d)?\.tsx?$/, ".js");
      return factory.createStringLiteral(name.startsWith(".") ? name : `./${name}`);
    };
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isImportDeclaration(node)) {
        const { modifiers, importClause, moduleSpecifier, attributes } = node;
        const from = complete(moduleSpecifier);
        return factory.updateImportDeclaration(node, modifiers, importClause, from, attributes);
      }
      if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
        const { modifiers, isTypeOnly, exportClause, moduleSpecifier, attributes } = node;
        const from = complete(moduleSpecifier);
        return factory.updateExportDeclaration(
          node,
          modifiers,
          isTypeOnly,
          exportClause,
          from,
          attributes,
        );
      }
      const inner = ts.visitEachChild(node, visit, context);
      if (!ts.isImportTypeNode(inner) || !ts.isLiteralTypeNode(inner.argument)) return inner;
      const { argument, attributes, qualifier, typeArguments, isTypeOf } = inner;
      const from = factory.updateLiteralTypeNode(argument, complete(argument.literal));
      return factory.updateImportTypeNode(
        inner,
        from,
        attributes,
        qualifier,
        typeArguments,
        isTypeOf,
      );
    };
    return ts.visitEachChild(file, visit, context);
  };
}

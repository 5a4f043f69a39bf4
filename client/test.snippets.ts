/** The snippets of the documentation, compiled as a consumer would compile them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CONSUMER = path.join(ROOT, "client/consumer");

export type Snippet = { name: string; text: string };

export function snippetsOf(file: string): Snippet[] {
  const markdown = readFileSync(path.join(ROOT, file), "utf8");
  const fences = [...markdown.matchAll(/^```(tsx?)\n(.*?)^```$/gms)];
  return fences.map(([whole, extension, text], i) => {
    const line = markdown.slice(0, markdown.indexOf(whole)).split("\n").length;
    return { name: `snippet-${i}-line-${line}.${extension!}`, text: text! };
  });
}

/** Stands in for what a snippet imports from its reader's own project. */
const AROUND: Snippet[] = [
  { name: "chat.tsx", text: "export default function Chat() { return null; }" },
  {
    name: "next.d.ts",
    text: `declare module "next/dynamic" {
      export default function dynamic<P>(
        load: () => Promise<{ default: import("react").ComponentType<P> }>,
        options: { ssr: boolean },
      ): import("react").ComponentType<P>;
    }`,
  },
];

/** Compiles files that are nowhere on the disk as if they lay in the consumer's folder. */
export function problemsIn(snippets: Snippet[]): string[] {
  const files = new Map(
    [...AROUND, ...snippets].map(({ name, text }) => [path.join(CONSUMER, name), text]),
  );
  const configFile = path.join(CONSUMER, "tsconfig.json");
  const { config } = ts.readConfigFile(configFile, (file) => readFileSync(file, "utf8")) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, CONSUMER);
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => files.get(file) ?? ts.sys.readFile(file);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const where = path.basename(diagnostic.file?.fileName ?? "");
    return `${where}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`;
  });
}

/** The files of the phone's page. Its scripts are TypeScript, which the browser gets without the types. */
import { readFile } from "node:fs/promises";
import { escapeHtml } from "../html";
import type { Reply } from "../http";

/** By their paths without an extension, as imports name them. */
const SCRIPTS = new Set(["phone/client/page", "phone/client/thread", "phone/client/words"]);

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": POLICY,
};

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");

const reply = (type: string, body: string): Reply => ({
  status: 200,
  headers: { ...HEADERS, "content-type": `${type}; charset=utf-8` },
  body,
});

/** Without types: `import type` and annotations are all there is to take out. */
async function script(path: string): Promise<string> {
  // Loaded when somebody opens the page, as it takes a moment.
  const { default: ts } = await import("typescript");
  const { outputText } = ts.transpileModule(await read(`${path}.ts`), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}

/** Nothing when there is no such file. */
export async function readAsset(path: string, shopName: string): Promise<Reply | undefined> {
  if (path === "/phone") {
    const page = await read("phone/page.html");
    return reply(
      "text/html",
      page.replaceAll("{{shopName}}", () => escapeHtml(shopName)),
    );
  }
  if (path === "/phone/style.css") return reply("text/css", await read("phone/style.css"));
  if (path === "/phone/icon.svg") {
    return reply("image/svg+xml", await read("phone/icon.svg"));
  }
  const [, name = ""] = /^\/phone\/modules\/(.+?)(?:\.ts)?$/.exec(path) ?? [];
  return SCRIPTS.has(name) ? reply("text/javascript", await script(name)) : undefined;
}

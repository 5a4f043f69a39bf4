/** What consumers get: the built packages, looked at from outside. */
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, expect, test } from "vitest";
import { build, type Plugin, type Rolldown } from "vite";
import { definitionsOf } from "./test.editor";
import { buildUnlessFresh } from "./test.fresh";
import { problemsIn, snippetsOf } from "./test.snippets";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

beforeAll(buildUnlessFresh);

test.each([".", "web"])(
  "the exports of %s hold: files, formats and types are there",
  async (dir) => {
    const { messages, pkg } = await publint({
      pkgDir: path.join(ROOT, dir),
      pack: false,
      level: "warning",
    });
    // `web/` lies in the root package's folder, and is a package of its own.
    const own = messages.filter(({ code }) => code !== "NESTED_PACKAGE_JSON_FIELD_IGNORED");
    expect(own.map((message) => formatMessage(message, pkg))).toEqual([]);
  },
);

test("plain Node imports the API and the errors by the package's name", async () => {
  const script = `
    import { api } from "@computer-guys/support-backend/api";
    import { isAppError } from "@computer-guys/support-backend/errors";
    import { ConvexError } from "convex/values";
    import { getFunctionName } from "convex/server";
    console.log(getFunctionName(api.replies.stop));
    console.log(isAppError(new ConvexError({ code: "conflict", message: "Taken." })));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { cwd: path.join(ROOT, "client/consumer") },
  );
  expect(stdout).toBe("replies:stop\ntrue\n");
});

const PAGE = `
  export { api } from "@computer-guys/support-backend/api";
  export { createBrowserAuth } from "@computer-guys/support-web/auth";
  export { useConversation } from "@computer-guys/support-web/conversation";
  export { ConvexReactClient } from "convex/react";
  export { createElement } from "react";`;

/** Every module that Vite puts into a consumer's page. */
async function bundledModules(code: string): Promise<string[]> {
  const root = path.join(ROOT, "client/consumer");
  const entry = path.join(root, "page.js");
  const page: Plugin = {
    name: "page",
    resolveId: (id) => (id === entry ? entry : null),
    load: (id) => (id === entry ? code : null),
  };
  const result = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [page],
    build: { write: false, lib: { entry, formats: ["es"] } },
  });
  return (result as Rolldown.RolldownOutput[])[0]!.output.flatMap((file) =>
    file.type === "chunk" ? file.moduleIds : [],
  );
}

test("a page has one copy of convex and of react, and nothing of the web application", async () => {
  const modules = await bundledModules(PAGE);
  for (const name of ["convex", "react"]) {
    const folder = new RegExp(`^.*/node_modules/${name}/`);
    const copies = new Set(modules.flatMap((id) => folder.exec(id)?.[0] ?? []));
    expect([...copies], name).toHaveLength(1);
  }
  expect(
    modules.filter((id) => /web\/src|\/convex\/model|wouter|lucide|tailwind/.test(id)),
  ).toEqual([]);
});

test("the widget brings neither convex nor the chat, and renders nothing on a server", async () => {
  const modules = await bundledModules(
    'export { SupportWidget } from "@computer-guys/support-web/widget";',
  );
  expect(modules.filter((id) => id.includes("web/lib/"))).toHaveLength(1);
  const packages = modules.filter((id) => id.includes("/node_modules/"));
  expect(packages.filter((id) => !id.includes("/node_modules/react/"))).toEqual([]);
  const script = `
    import { createElement } from "react";
    import { renderToString } from "react-dom/server";
    import { SupportWidget } from "@computer-guys/support-web/widget";
    const origin = "https://support.joes.shop";
    console.log(JSON.stringify(renderToString(createElement(SupportWidget, { origin }))));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { cwd: path.join(ROOT, "examples/widget") },
  );
  expect(stdout).toBe('""\n');
});

test("go to definition leads from a consumer to the source", async () => {
  const found = await definitionsOf([
    { after: "api.messages.", name: "subscribeToMessages" },
    { after: "const chat = ", name: "useConversation" },
    { after: "if (!", name: "isAppError" },
  ]);
  expect(found).toEqual([
    "convex/messages.ts: export const subscribeToMessages = userQuery({",
    expect.stringMatching(/^web\/src\/conversation\/useConversation\.ts: export function useConv/),
    expect.stringMatching(/^convex\/lib\/errors\.ts: export function isAppError/),
  ]);
});

test.each([
  ["README.md", 1],
  ["docs/using-the-package.md", 6],
  ["docs/widget.md", 1],
])("every snippet of %s compiles under strict options", (file, atLeast) => {
  const snippets = snippetsOf(file);
  expect(snippets.length).toBeGreaterThanOrEqual(atLeast);
  expect(problemsIn(snippets)).toEqual([]);
});

test("a snippet that calls the API wrongly would be found", () => {
  const text = `import { api } from "@computer-guys/support-backend/api";
    import { useQuery } from "convex/react";
    export const useIt = () => useQuery(api.conversations.get, { id: 1 });`;
  expect(problemsIn([{ name: "wrong.ts", text }])).toEqual([
    expect.stringMatching(/^wrong\.ts: .*conversationId/s),
  ]);
});

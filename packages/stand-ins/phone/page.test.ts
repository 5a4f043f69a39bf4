/** The phone's page as a browser loads it; what it does is tested in a browser. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProviders, type Providers } from "../server";

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders({ port: 0, shopName: 'Bits & "Bytes"' });
});
afterAll(() => providers.close());

const load = async (path: string) => {
  const response = await fetch(new URL(path, providers.url));
  return { status: response.status, text: await response.text(), url: response.url };
};

/** Every module that a script imports, and those that they import. */
async function loadModules(url: string, seen = new Map<string, number>()) {
  if (seen.has(url)) return seen;
  const { status, text } = await load(url);
  seen.set(url, status);
  for (const [, from] of text.matchAll(/^import .*?from "(.+?)";$/gm)) {
    await loadModules(new URL(from!, url).href, seen);
  }
  return seen;
}

test("has the name of the shop, as text", async () => {
  const { text } = await load("/phone");
  expect(text).toContain('<h2 id="shop-name">Bits &amp; &quot;Bytes&quot;</h2>');
  expect(text).not.toContain("{{");
});

test("finds every script that it needs, none with types, and no other file", async () => {
  const page = await load("/phone");
  const src = /<script type="module" src="(.+?)"/.exec(page.text)![1]!;
  const modules = await loadModules(new URL(src, providers.url).href);
  expect([...modules.values()]).toEqual([200, 200, 200]);
  expect((await load(src)).text).not.toMatch(/import type|: HTMLElement/);
  for (const other of ["server.ts", "phone/view.ts", "phone/client/../server", "package.json"]) {
    expect([other, (await load(`/phone/modules/${other}`)).status]).toEqual([other, 404]);
  }
});

test("is told how long a text is", async () => {
  const count = (body: unknown) =>
    fetch(`${providers.url}/phone/segments`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ body }),
    });
  const curly = await count("“quoted”");
  expect(await curly.json()).toEqual({ encoding: "UCS-2", units: 8, count: 1 });
  expect((await count("a".repeat(1_601))).status).toBe(400);
});

/** Where the demo shows the phone, and that what is built for others has nothing of it. */
import path from "node:path";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProviders, type Providers } from "@computer-guys/stand-ins";
import { ROOT } from "../../local/system";
import { serveWeb } from "../../local/web";

const PERSON = "+12125550142";
const deployment = { url: "http://127.0.0.1:3210", siteUrl: "http://127.0.0.1:3211" };

let providers: Providers;
let web: Awaited<ReturnType<typeof serveWeb>>;
beforeAll(async () => {
  providers = await startProviders({ port: 0 });
  web = await serveWeb({ deployment, providers, port: 0 });
});

afterAll(async () => {
  await web.close();
  await providers.close();
});

test("the phone is at the web client's origin, under its own policy", async () => {
  const page = await fetch(`${web.url}/phone?number=${encodeURIComponent(PERSON)}`);
  expect(await page.text()).toContain("/phone/modules/phone/client/page.ts");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
  const script = await fetch(`${web.url}/phone/modules/phone/client/page.ts`);
  expect(script.headers.get("content-type")).toContain("text/javascript");
  const sent = await fetch(`${web.url}/phone/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: PERSON, to: "+13125550111", body: "hello" }),
  });
  expect(sent.status).toBe(202);
  expect(providers.control.texts.received(PERSON)).toHaveLength(1);
});

test("its events come through as they happen", async () => {
  const gone = new AbortController();
  const url = `${web.url}/phone/events?number=${encodeURIComponent(PERSON)}`;
  const { body } = await fetch(url, { signal: gone.signal });
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toMatch(/^data: .*"messages":/);
  await providers.control.texts.text({ from: PERSON, to: "+13125550111", body: "news" });
  expect((await reader.read()).value).toContain('"body":"news"');
  gone.abort();
});

test("other pages, and the controls, are not the stand-ins'", async () => {
  for (const other of ["/", "/phones", "/__control/sms"]) {
    expect(await (await fetch(web.url + other)).text()).toContain("/src/main.tsx");
  }
});

test("a build has nothing of the phone", async () => {
  const root = path.join(ROOT, "web");
  const built = (await build({
    root,
    logLevel: "warn",
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  expect(built.output.length).toBeGreaterThan(3);
  for (const file of built.output) {
    const text = file.type === "chunk" ? file.code : String(file.source);
    // A chunk of the page may be called so.
    expect([file.fileName, /\/phone(?![-\w])/.test(text)]).toEqual([file.fileName, false]);
  }
});

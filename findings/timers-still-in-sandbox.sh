#!/usr/bin/env bash
# What `page.evaluate` runs in a page served with `sandbox` runs, but for its timers: they never fire.
#
# Expected: in a page whose Content-Security-Policy has `sandbox` without `allow-scripts` playwright-core's
#   `page.evaluate` refuses, or runs what it is given as in any other page.
# Seen: it answers what needs no timer; a `setTimeout` in it never comes, so that its promise stays open, and no time-out
#   of the page ends it. Locators work.
# When: 2026-11-29, playwright-core 1.65.1, Debian's Chromium, Node 20.
# Why a support backend cares: what it serves itself (a customer's file, the page that ends e-mails) has `sandbox`, so
#   that nothing in it runs. axe waits by timers: a page test that lets it look there ends with its own time, and says
#   nothing of why. Look at the same HTML in a blank page instead.
set -euo pipefail
version=1.65.1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "playwright-core@$version"
cat >check.mjs <<'JS'
import { createServer } from "node:http";
import { chromium } from "playwright-core";
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/html", "content-security-policy": "sandbox" });
  response.end("<!doctype html><title>Page</title><h1>Hello</h1>");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
page.setDefaultTimeout(2_000);
await page.goto(`http://127.0.0.1:${server.address().port}`);
const heading = await page.getByRole("heading").innerText();
const refused = (error) => `refused: ${error.message}`;
const title = await page.evaluate(() => document.title).catch(refused);
const delayed = page
  .evaluate(() => new Promise((resolve) => setTimeout(() => resolve(document.title))))
  .catch(refused);
const late = new Promise((resolve) => setTimeout(() => resolve("no answer"), 8_000));
const answer = await Promise.race([delayed, late]);
console.log(`playwright-core ${process.argv[2]}, Chromium ${browser.version()}, node ${process.version}`);
console.log(`a locator, expected "Hello": ${heading}`);
console.log(`evaluate without a timer: ${title}`);
console.log(`evaluate with one, expected the same within 2 s: ${answer}`);
await browser.close();
server.close();
const asSeen = heading === "Hello" && title === "Page" && answer === "no answer";
console.log(asSeen ? "as seen" : "changed");
process.exit(asSeen ? 0 : 1);
JS
node check.mjs "$version"

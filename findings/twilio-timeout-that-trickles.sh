#!/usr/bin/env bash
# Twilio's SDK with a time-out of a second waits for an answer that trickles for as long as it trickles.
#
# Expected: `twilio(sid, token, { timeout: 1_000 })`, whose types call that "the default request timeout", gives up after a
#   second.
# Seen: the time begins anew with each byte, body included: a list whose bytes come every 100 ms for four seconds is waited
#   for and returned. Nor can a call be given up on from outside: no method takes a signal, and a `Promise.race` leaves the
#   request behind, which goes on being read into memory, without a bound. A signal in the defaults of the client's own
#   axios (`sdk.httpClient.axios.defaults.signal`) ends it.
# When: 2026-11-29, twilio 6.2.0 (axios 1.21.1), Node 20.
# Why a support backend cares: who holds a lease while it texts counts on the time-out being shorter. With a proxy that
#   keeps a broken answer alive the lease is over first, others take over, and each try leaves a download behind in a
#   process that serves the next customers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund twilio@6.2.0 axios@1.21.1
cat >check.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import twilio from "twilio";

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
const LASTS = 4_000;
let left = 0;
// A list as it may come through a slow line: spaces are allowed before JSON.
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const begun = Date.now();
  const drip = setInterval(() => {
    if (Date.now() - begun < LASTS) return response.write(" ");
    clearInterval(drip);
    response.end(JSON.stringify({ messages: [], page: 0, page_size: 1, uri: "/", next_page_uri: null }));
  }, 100);
  response.on("close", () => {
    clearInterval(drip);
    if (!response.writableFinished) left += 1;
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = () => {
  const sdk = twilio(`AC${"0".repeat(32)}`, "token", { timeout: 1_000, autoRetry: false });
  sdk.api.baseUrl = `http://127.0.0.1:${server.address().port}`;
  return sdk;
};
const timed = async (call) => {
  const begun = Date.now();
  const end = await call.then(() => "answered", () => "given up");
  return { end, seconds: Math.round((Date.now() - begun) / 1_000) };
};

const plain = await timed(client().messages.list({ limit: 1 }));
const sdk = client();
sdk.httpClient.axios.defaults.signal = AbortSignal.timeout(1_000);
const ended = await timed(sdk.messages.list({ limit: 1 }));
await new Promise((resolve) => setTimeout(resolve, 500));
server.close();
server.closeAllConnections();
console.log(`twilio ${versionOf("twilio")}, axios ${versionOf("axios")}, timeout 1 s, an answer that trickles for 4 s:`);
console.log(`  expected: given up after 1 s; seen: ${plain.end} after ${plain.seconds} s`);
console.log(`  with a signal in axios' defaults: ${ended.end} after ${ended.seconds} s, connections ended early: ${left}`);
const asSeen = plain.end === "answered" && plain.seconds >= 3 && ended.end === "given up" && left === 1;
process.exit(asSeen ? 0 : 1);
JS
node check.mjs
echo "as seen"

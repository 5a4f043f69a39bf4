/**
 * `pnpm bench:search`: what a search of the desk reads with 20,000 conversations and 200,000 messages, and whether that
 * is any more than with a tenth of them. The rows have the words that the backend itself would have stored.
 */
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
import { searchTextOf } from "../convex/lib/searchWords";
import { cardOf } from "../convex/model/conversations/card";
import { startSystem, type System } from "../local/system";
import { owner } from "./customers";

const SIZES = [2_000, 20_000];
const MESSAGES_EACH = 10;
const CONVERSATIONS_EACH = 10;

/** Of one search: 530 rows at most, and two for each of the 50 that are shown, and who asks. */
const MAX_DOCUMENTS = 640;
const MAX_BYTES = 400_000;

/** What is asked, and how many conversations of 20,000 it has. */
const SEARCHES: { what: string; text: string; least: number }[] = [
  { what: "a word of every message", text: "laptop", least: 20 },
  { what: "two words, the last begun", text: "laptop hin", least: 10 },
  { what: "a word of one message", text: "word1234x", least: 1 },
  { what: "a name that thousands have", text: "Ann", least: 50 },
  { what: "one name", text: "Ann Number150", least: 1 },
  { what: "an e-mail", text: "ann150@mail.example", least: 1 },
  { what: "a number", text: "(555) 200-0150", least: 1 },
  { what: "a reason", text: "swollen battery", least: 40 },
  { what: "a device", text: "ThinkPad", least: 40 },
  { what: "nothing there is", text: "xylophone", least: 0 },
];

const ABOUT = ["hinge squeaks", "fan is loud", "screen flickers", "battery swells", "disk clicks"];
const DEVICES = ["ThinkPad X1", "MacBook Air", "Surface Pro", "iPhone 12"];
const REASONS = ["swollen_battery", "needs_technician", "refund", "complaint"] as const;

async function addShop({ engine }: System, from: number, to: number): Promise<void> {
  const start = Date.now() - 365 * 24 * 3_600_000;
  // A transaction a thousand: one of 200,000 rows would hold them all twice.
  for (let first = from; first < to; first += 1_000) {
    await engine.system("", ({ db }) => {
      let userId = "";
      for (let i = first; i < Math.min(first + 1_000, to); i++) {
        const person = Math.floor(i / CONVERSATIONS_EACH);
        if (i % CONVERSATIONS_EACH === 0) {
          userId = db.insert("users", {
            role: "customer",
            smsConsent: "unknown",
            name: `Ann Number${person}`,
            email: `ann${person}@mail.example`,
            emailVerifiedAt: 1,
            phone: `+1555200${String(person).padStart(4, "0")}`,
          });
        }
        const at = start + i * 60_000;
        const contact = { name: `Ann Number${person}` };
        const device = DEVICES[i % DEVICES.length]!;
        const reason = REASONS[i % REASONS.length]!;
        const summary = `The ${ABOUT[i % ABOUT.length]!} and it was bought last year.`;
        const brief = { reason, device, summary, urgency: "normal" as const, at };
        const conversationId = db.insert("conversations", {
          userId,
          channel: "web",
          status: "resolved",
          owner: { kind: "ai" },
          turn: 3,
          episode: 1,
          lastMessageAt: at,
          resolvedAt: at,
          preview: summary,
          unreadByCustomer: 0,
          unreadByStaff: 0,
          aiReplies: 1,
          contact,
          brief,
          card: cardOf({ contact, brief }),
        });
        for (let n = 0; n < MESSAGES_EACH; n++) {
          const text = `My laptop's ${ABOUT[(i + n) % ABOUT.length]!} since Monday, number word${i * MESSAGES_EACH + n}x. ${"What would a repair of it cost, and how long do you take? ".repeat(3)}`;
          db.insert("messages", {
            conversationId,
            author: { kind: "customer" },
            visibility: "public",
            status: "complete",
            text,
            searchText: searchTextOf(text),
            settledAt: at + n,
            turn: n,
            episode: 1,
          });
        }
      }
    });
  }
}

type Reading = { documents: number; bytes: number; found: number; ms: number };

async function measure({ engine }: System, http: ConvexHttpClient, text: string): Promise<Reading> {
  let read = { documents: 0, bytes: 0 };
  const off = engine.onEvent(({ path, documentsRead, bytesRead }) => {
    if (path === "conversations:search") read = { documents: documentsRead, bytes: bytesRead };
  });
  const began = performance.now();
  const found = await http.query(api.conversations.search, { text });
  off();
  return { ...read, found: found.length, ms: performance.now() - began };
}

// The local search looks through all rows in this process, which is no time of the function on Convex.
const system = await startSystem({ deploymentClass: "none" });
const http = await owner(system);
const readings: Reading[][] = [];
let stored = 0;
for (const size of SIZES) {
  await addShop(system, stored, size);
  stored = size;
  // The local search reads its tables once: Convex's is stored.
  await measure(system, http, "warm");
  const these: Reading[] = [];
  for (const { text } of SEARCHES) these.push(await measure(system, http, text));
  readings.push(these);
}
const refused = await new ConvexHttpClient(system.deployment.url, { logger: false })
  .query(api.conversations.search, { text: "laptop" })
  .then(() => false)
  .catch(() => true);
await system.close();

const words = ({ documents, bytes, found }: Reading) =>
  `${found} found, ${documents} docs, ${(bytes / 1000).toFixed(1)} KB`;
console.table(
  SEARCHES.map(({ what, text }, i) => ({
    search: `${what}: ${text}`,
    ...Object.fromEntries(
      SIZES.map((size, at) => [
        `${size.toLocaleString("en")} conversations, ${(size * MESSAGES_EACH).toLocaleString("en")} messages`,
        words(readings[at]![i]!),
      ]),
    ),
  })),
);
const largest = readings.at(-1)!;
const checks: [string, boolean][] = [
  [
    `a search reads at most ${MAX_DOCUMENTS} documents, whatever the tables hold`,
    readings.flat().every(({ documents }) => documents <= MAX_DOCUMENTS),
  ],
  [`at most ${MAX_BYTES / 1000} KB`, readings.flat().every(({ bytes }) => bytes <= MAX_BYTES)],
  [
    "a word of one message reads no more with ten times as many",
    largest[2]!.documents <= readings[0]![2]!.documents,
  ],
  ["who is not signed in is refused", refused],
  ...SEARCHES.map(({ what, least }, i): [string, boolean] => [
    `${what}: ${least} or more`,
    least === 0 ? largest[i]!.found === 0 : largest[i]!.found >= least,
  ]),
];
for (const [what, holds] of checks) console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);

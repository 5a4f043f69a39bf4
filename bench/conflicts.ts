/**
 * `pnpm bench:conflicts`: which documents and ranges would have made transactions conflict. The local deployment
 * runs one after another; on Convex each reads the state of its beginning, and when another has meanwhile committed
 * to what it read, it runs again (4 times, then a caller's fails and a scheduled one goes on trying). So a busy
 * moment runs with transactions that take as long as there, and their read sets are held against each other.
 */
import { parseArgs } from "node:util";
import { touchesRead, type CommittedMutation, type Read } from "@computer-guys/convex-local";
import { SERVICE_NUMBERS } from "@computer-guys/stand-ins";
import type { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import { startSystem, type System } from "../local/system";
import { guest, signInStaff } from "./customers";

const { values } = parseArgs({
  options: {
    exchanges: { type: "string", default: "60" },
    claims: { type: "string", default: "10" },
    signIns: { type: "string", default: "10" },
    texts: { type: "string", default: "20" },
  },
});
const EXCHANGES = Number(values.exchanges);
const CLAIMS = Number(values.claims);
const SIGN_INS = Number(values.signIns);
const TEXTS = Number(values.texts);

/** How long a transaction is open, in milliseconds: from, to. */
const MOMENTS = [
  { name: "usual", from: 15, to: 60 },
  { name: "slow", from: 60, to: 300 },
];

/** Above this share of all mutations a moment is no longer a busy one but a queue. */
const MAX_SHARE = 0.1;

type Conflict = { place: string; victim: string; writer: string; document: string };

/** The first thing that somebody else committed while this one was open, and that it had read. */
function findConflict(one: CommittedMutation, all: readonly CommittedMutation[]): Conflict | null {
  for (const other of all) {
    if (other === one || other.committedAt <= one.requestedAt) continue;
    if (other.committedAt >= one.committedAt) return null;
    for (const change of other.changes) {
      const read = one.reads.find((read) => isIn(read, change) && touchesRead(read, change));
      if (read === undefined) continue;
      return {
        place: placeOf(read),
        victim: nameOf(one),
        writer: nameOf(other),
        document: change.id,
      };
    }
  }
  return null;
}

const isIn = (read: Read, change: { component: string; table: string }) =>
  read.component === change.component && read.table === change.table;

const nameOf = ({ event }: CommittedMutation) =>
  event.componentPath === "" ? event.path : `${event.componentPath}/${event.path}`;

function placeOf(read: Read): string {
  const table = read.component === "" ? read.table : `${read.component}/${read.table}`;
  if (read.kind === "document") return `${table}, by ID`;
  return read.kind === "range" ? `${table}, by ${read.fields.join(", ")}` : `${table}, search`;
}

/** Everything that a shop's worst minute has, at once. */
async function runBusyMoment(system: System): Promise<void> {
  const { url } = system.deployment;
  const customers = await Promise.all(
    Array.from({ length: EXCHANGES + CLAIMS }, async (_, i) => {
      const { http } = await guest(url, `198.51.100.${i}`);
      const { conversationId } = await http.mutation(api.conversations.createConversation, {});
      return { http, conversationId };
    }),
  );
  const waiting = customers.slice(EXCHANGES);
  const desk = await signIn(system, "dana@computerguys.example", "203.0.113.1");
  const asked = customers.slice(0, EXCHANGES).map(({ conversationId }) => conversationId);
  const allAnswered = answered(system, asked);
  await Promise.all([
    ...customers.slice(0, EXCHANGES).map(({ http, conversationId }, i) => {
      const match = `Question ${i}?`;
      const text = `The answer to question ${i}. `.repeat(8);
      system.providers.control.script({ match, text, chunks: 40, overMs: 4_000 });
      return http.mutation(api.messages.sendMessage, { conversationId, text: match });
    }),
    ...waiting.map(async ({ http, conversationId }) => {
      await http.mutation(api.conversations.escalateConversation, { conversationId });
      await desk.mutation(api.conversations.claim, { conversationId });
      await desk.mutation(api.messages.sendStaffMessage, { conversationId, text: "I'm on it." });
    }),
    ...Array.from({ length: SIGN_INS }, (_, i) =>
      signIn(system, `customer${i}@example.com`, `203.0.113.${10 + i}`),
    ),
    ...Array.from({ length: TEXTS }, (_, i) =>
      system.providers.control.texts.text({
        from: `+1614555${2_000 + i}`,
        to: SERVICE_NUMBERS[0],
        body: "How much is a new laptop screen?",
      }),
    ),
  ]);
  await allAnswered;
  await system.engine.settle();
}

const signIn = async (system: System, email: string, address: string): Promise<ConvexHttpClient> =>
  (await signInStaff(system, email, (await guest(system.deployment.url, address)).http)).http;

async function answered({ engine }: System, ids: Id<"conversations">[]): Promise<void> {
  const open = new Set<string>(ids);
  await new Promise<void>((resolve) => {
    const stop = engine.onMutation(({ changes }) => {
      for (const { table, after } of changes) {
        if (table !== "messages" || after?.status !== "complete") continue;
        if ((after.author as { kind: string }).kind === "agent")
          open.delete(after.conversationId as string);
      }
      if (open.size > 0) return;
      stop();
      resolve();
    });
  });
}

/** What ran again, most often first. */
function printConflicts(conflicts: readonly Conflict[]): void {
  const groups = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    const key = [conflict.place, conflict.victim, conflict.writer].join();
    groups.set(key, [...(groups.get(key) ?? []), conflict]);
  }
  console.table(
    [...groups.values()]
      .sort((a, b) => b.length - a.length)
      .slice(0, 20)
      .map((group) => ({
        read: group[0]!.place,
        "runs again": group[0]!.victim,
        "because of": group[0]!.writer,
        times: group.length,
        documents: new Set(group.map(({ document }) => document)).size,
      })),
  );
}

let usualShare = 1;
for (const { name, from, to } of MOMENTS) {
  const system = await startSystem();
  await system.engine.settle();
  system.engine.latencyMs = () => from + Math.random() * (to - from);
  const mutations: CommittedMutation[] = [];
  const stop = system.engine.onMutation((mutation) => void mutations.push(mutation));
  await runBusyMoment(system);
  stop();
  await system.close();
  const conflicts = mutations.flatMap((one) => findConflict(one, mutations) ?? []);
  const share = conflicts.length / mutations.length;
  if (name === "usual") usualShare = share;
  console.log(
    `\n${EXCHANGES} exchanges, ${CLAIMS} claims, ${SIGN_INS} sign-ins and ${TEXTS} texts at once, transactions of ${from} to ${to} ms (${name}):`,
    `${mutations.length} mutations, ${conflicts.length} would have run again (${(100 * share).toFixed(1)} %).`,
  );
  printConflicts(conflicts);
}
const holds = usualShare <= MAX_SHARE;
console.log(
  `${holds ? "ok    " : "FAILED"} at most ${MAX_SHARE * 100} % when transactions take as long as usual`,
);
process.exit(holds ? 0 : 1);

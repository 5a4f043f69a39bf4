/**
 * What a minute of looking at a conversation costs, and a minute of typing in it: the pages' own words in their own
 * rhythm, and every subscription that they run again, on as many open pages as there are.
 */
import type { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
import type { Id } from "../convex/_generated/dataModel";
import type { System } from "../local/system";
import { connect } from "./customers";

/** A minute of what `web/src/desk/useHere.ts` and `useTalk.ts` say. */
const BEATS = 1;
const WORDS = Math.ceil(60 / 7);

export type Minute = { calls: number; documents: number; bytes: number };
export type Seat = { http: ConvexHttpClient; token: string };
type Pages = { customer: Seat; desks: [Seat, Seat]; conversationId: Id<"conversations"> };

/** By what is done: for one person, with their page, the other side's and, of two, the colleague's open. */
export async function measurePresence(
  system: System,
  pages: Pages,
): Promise<Record<string, Minute>> {
  const { customer, desks, conversationId } = pages;
  const one = { conversationId };
  const look = (desk: Seat) => desk.http.mutation(api.presence.lookAt, one);
  const write = (desk: Seat) =>
    desk.http.mutation(api.presence.startWriting, { ...one, writes: "answer" });
  const typed = (act: () => Promise<unknown>) =>
    measure(
      system,
      conversationId,
      Array.from({ length: WORDS }, () => act),
    );
  const together = await openPages(system, pages, desks);
  await look(desks[0]);
  await look(desks[1]);
  await system.engine.settle();
  const beats = Array.from({ length: BEATS }, () => () => look(desks[0]));
  const accompanied = {
    "looking, a colleague too": await measure(system, conversationId, beats),
    "writing, a colleague too": await typed(() => write(desks[0])),
  };
  await together();
  await desks[1].http.mutation(api.presence.lookAt, { ...one, leaving: true });
  const alone = await openPages(system, pages, [desks[0]]);
  const leave = () => desks[0].http.mutation(api.presence.lookAt, { ...one, leaving: true });
  const all = {
    // Nothing is said between coming and leaving.
    "looking alone": await measure(system, conversationId, []),
    "coming and leaving, once": await measure(system, conversationId, [
      leave,
      () => look(desks[0]),
    ]),
    ...accompanied,
    "a technician types": await typed(() => write(desks[0])),
    "the customer types": await typed(() => customer.http.mutation(api.presence.startTyping, one)),
  };
  await alone();
  return all;
}

/** Subscribed as the chat and the desk are. */
async function openPages(
  system: System,
  { customer, conversationId }: Pages,
  desks: readonly Seat[],
): Promise<() => Promise<void>> {
  const open = async (
    { token }: Seat,
    query: typeof api.presence.here | typeof api.presence.ofTechnician,
  ) => {
    const client = connect(system.deployment.url, token);
    await new Promise<void>((resolve, reject) => {
      client.onUpdate(query, { conversationId }, () => resolve(), reject);
    });
    return client;
  };
  const clients = [
    await open(customer, api.presence.ofTechnician),
    ...(await Promise.all(desks.map((desk) => open(desk, api.presence.here)))),
  ];
  await system.engine.settle();
  return async () => {
    await Promise.all(clients.map((client) => client.close()));
  };
}

async function measure(
  system: System,
  conversationId: Id<"conversations">,
  acts: readonly (() => Promise<unknown>)[],
): Promise<Minute> {
  const { engine } = system;
  const sum = { calls: 0, documents: 0, bytes: 0 };
  for (const act of acts) {
    const off = engine.onEvent((event) => {
      if (!event.path.startsWith("presence:")) return;
      sum.calls += 1;
      sum.documents += event.documentsRead + event.documentsWritten;
      sum.bytes +=
        event.bytesRead + event.bytesWritten + event.keyBytesRead + event.keyBytesWritten;
    });
    await act();
    await engine.settle();
    off();
    await letTypingEnd(system, conversationId);
  }
  return sum;
}

/** The next word comes when the last is about to end, as on the page. */
async function letTypingEnd(
  { engine }: System,
  conversationId: Id<"conversations">,
): Promise<void> {
  await engine.system("", ({ db }) => {
    const typing: string[] = [];
    db._iterateDocs("workflows", (row) => {
      if (row.conversationId === conversationId && row.typesUntil !== undefined) {
        typing.push(row._id);
      }
    });
    for (const id of typing) db.patch("workflows", id, { typesUntil: Date.now() });
  });
  await engine.settle();
}

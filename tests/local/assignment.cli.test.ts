/** Two technicians and ten customers who wait, on the local deployment, by Convex's own clients, at once. */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { startSystem, type System } from "../../local/system";

let system: System;
beforeAll(async () => {
  system = await startSystem({ seed: false });
});
afterAll(async () => {
  await system.close();
});

async function technician(name: string) {
  const email = `${name.toLowerCase()}@shop.example`;
  const args = { email, name, role: "technician" };
  await system.engine.call("mutation", "users:ensureStaff", args);
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email });
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  const { accessToken } = await http.action(api.auth.createSession, { challenge, code });
  http.setAuth(accessToken);
  const live = new ConvexClient(system.deployment.url, { logger: false });
  live.setAuth(() => Promise.resolve(accessToken));
  return { http, live, name };
}

async function waitingCustomer() {
  const http = new ConvexHttpClient(system.deployment.url, { logger: false });
  const { accessToken } = await http.action(api.auth.createGuestSession, {});
  http.setAuth(accessToken);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {
    message: { text: "I want to talk to a human" },
  });
  const place = () => http.query(api.conversations.position, { conversationId });
  return { http, accessToken, conversationId, place };
}

async function openWaitingPage() {
  const { accessToken, conversationId } = await waitingCustomer();
  const live = new ConvexClient(system.deployment.url, { logger: false });
  live.setAuth(() => Promise.resolve(accessToken));
  let last: (typeof api.conversations.position)["_returnType"] = null;
  await new Promise<void>((resolve, reject) => {
    const show = (place: typeof last) => {
      last = place;
      resolve();
    };
    live.onUpdate(api.conversations.position, { conversationId }, show, reject);
  });
  return { live, conversationId, shown: () => last };
}

type Row = (typeof api.conversations.queue)["_returnType"][number];
const since = ({ owner }: Row) => (owner.kind === "queue" ? owner.since : Infinity);

/** Follows the waiting list live, and fails whoever is passed over: taken while an older one stays. */
function watchFairness(live: ConvexClient) {
  const passedOver: string[] = [];
  let before: Row[] = [];
  const stop = live.onUpdate(api.conversations.queue, { view: "waiting" }, (rows) => {
    const still = new Set(rows.map(({ _id }) => _id));
    const stayed = before.filter(({ _id }) => still.has(_id));
    const taken = before.filter(({ _id }) => !still.has(_id));
    for (const one of taken) {
      for (const older of stayed.filter((other) => since(other) < since(one))) {
        passedOver.push(`${one._id} before ${older._id}`);
      }
    }
    before = rows;
  });
  return { passedOver, stop };
}

test("ten wait, two take them, one goes offline in the middle: nobody is passed over, nobody has two", async () => {
  const [dana, eli] = [await technician("Dana"), await technician("Eli")];
  const customers = [];
  for (let i = 0; i < 10; i++) customers.push(await waitingCustomer());
  expect(await Promise.all(customers.map(({ place }) => place()))).toEqual(
    customers.map((_, i) => ({ place: Math.min(i + 1, 5), more: i >= 5 })),
  );
  const { passedOver, stop } = watchFairness(eli.live);
  const online = ({ http }: typeof dana, capacity: number) =>
    http.mutation(api.users.setAvailability, { available: true, capacity });
  const mine = async ({ http }: typeof dana) =>
    (await http.query(api.conversations.queue, { view: "mine" })).map(({ _id }) => _id);

  await Promise.all([online(dana, 3), online(eli, 3)]);
  const first = customers.slice(0, 6).map(({ conversationId }) => conversationId);
  expect([...(await mine(dana)), ...(await mine(eli))].sort()).toEqual([...first].sort());
  expect(await customers[6]!.place()).toEqual({ place: 1, more: false });

  // Dana has answered one of hers, and goes while Eli closes all of his.
  const [answered, ...unanswered] = await mine(dana);
  await dana.http.mutation(api.messages.sendStaffMessage, {
    conversationId: answered!,
    text: "On it.",
  });
  const closed = await mine(eli);
  await Promise.all([
    dana.http.mutation(api.users.setAvailability, { available: false }),
    ...closed.map((conversationId) =>
      eli.http.mutation(api.conversations.resolve, { conversationId }),
    ),
  ]);
  expect(await mine(dana)).toEqual([answered]);
  expect((await mine(eli)).length).toBe(3);

  // Eli works through whoever is left: the longest waiting always comes next.
  const served: Id<"conversations">[] = [];
  for (let next = await mine(eli); next.length > 0; next = await mine(eli)) {
    served.push(next[0]!);
    await eli.http.mutation(api.conversations.resolve, { conversationId: next[0]! });
  }
  const left = customers.map(({ conversationId }) => conversationId);
  const rest = left.filter((id) => id !== answered && !closed.includes(id));
  expect([...served].sort()).toEqual([...rest].sort());
  expect(served).toEqual(expect.arrayContaining(unanswered));
  stop();
  expect(passedOver).toEqual([]);

  // Between two changes of hands one technician at most has joined.
  for (const { http, conversationId } of customers) {
    const paginationOpts = { numItems: 50, cursor: null };
    const { page } = await http.query(api.messages.getMessages, { conversationId, paginationOpts });
    let having = 0;
    for (const { text, author } of page.reverse()) {
      if (author.kind !== "system") continue;
      if (/has this now/.test(text)) having += 1;
      if (/Another technician/.test(text)) having -= 1;
      expect(having, text).toBeLessThanOrEqual(1);
    }
  }
  await eli.http.mutation(api.users.setAvailability, { available: false });
  await Promise.all([dana.live.close(), eli.live.close()]);
});

/** Of every page that waits: W pages that each ran again would be W calls a claim. */
test("a claim runs the place of five pages again at most, and those see theirs", async () => {
  const dana = await technician("Fran");
  const pages: Awaited<ReturnType<typeof openWaitingPage>>[] = [];
  for (let i = 0; i < 12; i++) pages.push(await openWaitingPage());
  await system.engine.settle();
  const claim = async (index: number) => {
    let runs = 0;
    const off = system.engine.onEvent(({ path, caller }) => {
      if (path === "conversations:position" && caller === "subscription") runs += 1;
    });
    const { conversationId } = pages[index]!;
    await dana.http.mutation(api.conversations.claim, { conversationId });
    await system.engine.settle();
    off();
    // And the page of whoever was claimed, which waits no longer.
    const [taken] = pages.splice(index, 1);
    await expect.poll(() => taken!.shown()).toBeNull();
    return runs - 1;
  };
  expect(pages.map(({ shown }) => shown())).toEqual(
    pages.map((_, i) => ({ place: Math.min(i + 1, 5), more: i >= 5 })),
  );
  // The first, one in the middle, and the last.
  expect(await claim(0)).toBe(5);
  expect(await claim(4)).toBe(5);
  expect(await claim(9)).toBe(0);
  await expect
    .poll(() => pages.map(({ shown }) => shown()))
    .toEqual(pages.map((_, i) => ({ place: Math.min(i + 1, 5), more: i >= 5 })));
  await Promise.all([dana.live.close(), ...pages.map(({ live }) => live.close())]);
});

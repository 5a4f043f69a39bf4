/**
 * A system that is left alone, with a chat and a desk open: every call of a function and every request to a provider
 * while its (simulated) hours pass. What nobody asked for is paid for all the same.
 */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import type { FunctionReference } from "convex/server";
import type { FunctionEvent } from "@computer-guys/convex-local";
import { WebSocket } from "ws";
import { api } from "../convex/_generated/api";
import { SECOND } from "../convex/lib/time";
import { startSystem, type System } from "../local/system";
import { AuthCore } from "../web/src/auth/core";
import type { AuthStorage, AuthTransport, Lock } from "../web/src/auth/types";
import { chatSubscriptions } from "../web/src/conversation/subscriptions";
import { addHistory } from "./customers";
import { pauseForReal, realNow, SimulatedTime } from "../local/simulatedTime";

/** As `web/src/desk/useShift.ts` beats. */
const HEARTBEAT_MS = 240 * SECOND;
/** What is still at work after this waits for the clock, or never rests: the day goes on. */
const PATIENCE_MS = 50;
/** What is on its way over the loopback is there by then. */
const QUIET_MS = 5;

/** How often each function ran, and how often each provider was asked for what. */
export type Idle = {
  functions: Map<string, number>;
  providers: Map<string, number>;
  all: Cost;
  /** Of that for what is open; the rest goes on day and night. */
  ofPages: Cost;
};
/** Calls of functions, and bytes read and written with index keys. */
export type Cost = { calls: number; bytes: number };

type Watch = { name: FunctionReference<"query">; args: Record<string, unknown> };
type Page = { client: ConvexClient; auth: AuthCore };

/** Requests of the pages that have not been answered, wherever they are. */
let asking = 0;
async function ask<T>(request: () => Promise<T>): Promise<T> {
  asking += 1;
  try {
    return await request();
  } finally {
    asking -= 1;
  }
}

type Open = { chats: number; desks: number };
/** A shop of three technicians. */
export const OPEN: Open = { chats: 20, desks: 3 };

const DAYS = 30;
const OPEN_HOURS = 10;

/** A month of what was measured in so many hours, with so many times the pages. */
export function monthOf({ all, ofPages }: Idle, hours: number, times = 1): Cost {
  const sum = (of: keyof Cost) => {
    const aDay = (24 * (all[of] - ofPages[of]) + OPEN_HOURS * times * ofPages[of]) / hours;
    return Math.round(DAYS * aDay);
  };
  return { calls: sum("calls"), bytes: sum("bytes") };
}

/** Starts a system, leaves it alone for `hours`, and counts. */
export async function measureIdle(hours: number, open: Open): Promise<Idle> {
  const time = new SimulatedTime();
  try {
    const system = await startSystem();
    const watched = watchCalls(system);
    const pages: Page[] = [];
    for (let i = 0; i < open.chats; i++) pages.push(await openChat(system));
    for (let i = 0; i < open.desks; i++) pages.push(await openDesk(system, i));
    await system.engine.settle();
    time.hold();
    await settle(time, watched);
    // What the seed has left under way, such as vectors, is no idleness.
    await passUntil(Date.now() + 600 * SECOND, time, watched);
    watched.reset();
    await passUntil(Date.now() + hours * 3600 * SECOND, time, watched);
    const counted = watched.counts();
    for (const { client } of pages) await client.close();
    await system.close();
    return counted;
  } finally {
    time.restore();
  }
}

type Watched = {
  /** What is under way. */
  busy: () => number;
  /** Goes up with whatever happens. */
  activity: () => number;
  reset: () => void;
  counts: () => Idle;
};

/** Counts as things happen: the stand-ins keep their latest requests only. */
function watchCalls({ engine, providers }: System): Watched {
  let running = 0;
  let happened = 0;
  let functions = new Map<string, number>();
  let all = nothing();
  let ofPages = nothing();
  let asked = new Map<string, number>();
  const run = engine.run.bind(engine);
  engine.run = async (...args) => {
    running += 1;
    try {
      return await run(...args);
    } finally {
      running -= 1;
    }
  };
  engine.onEvent((event) => {
    const { nested, path, componentPath, caller } = event;
    happened += 1;
    const cost = { calls: nested ? 0 : 1, bytes: bytesOf(event) };
    // Leases of shifts and sessions' tokens are theirs, too.
    const isOfPages = /^(client|subscription)$/.test(caller) || /^(?:users|auth):/.test(path);
    all = plus(all, cost);
    if (isOfPages) ofPages = plus(ofPages, cost);
    if (nested) return;
    const place = componentPath === "" ? "" : `${componentPath}/`;
    add(functions, `${place}${path}${caller === "subscription" ? " (subscription)" : ""}`);
  });
  const takeRequests = () => {
    const requests = providers.control.requests();
    if (requests.some(({ outcome }) => outcome === "pending")) return requests.length;
    for (const { provider, method, path } of requests)
      add(asked, `${provider} ${method} ${lastPart(path)}`);
    providers.control.clearRequests();
    happened += requests.length;
    return 0;
  };
  return {
    busy: () => running + asking + takeRequests(),
    activity: () => happened,
    reset: () => {
      functions = new Map();
      all = nothing();
      ofPages = nothing();
      asked = new Map();
    },
    counts: () => ({ functions, providers: asked, all, ofPages }),
  };
}

const nothing = (): Cost => ({ calls: 0, bytes: 0 });
const plus = (a: Cost, b: Cost): Cost => ({ calls: a.calls + b.calls, bytes: a.bytes + b.bytes });
const bytesOf = (event: FunctionEvent) =>
  event.bytesRead + event.bytesWritten + event.keyBytesRead + event.keyBytesWritten;

const add = (counts: Map<string, number>, name: string) =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);
const lastPart = (path: string) => path.replace(/\?.*$/, "").split("/").at(-1)!;

/** Until nothing is under way; the clock goes on meanwhile, as it does while anybody works. */
async function passUntil(until: number, time: SimulatedTime, watched: Watched): Promise<void> {
  while (time.nextAt() <= until) {
    time.moveTo(time.nextAt());
    await settle(time, watched);
  }
}

async function settle(time: SimulatedTime, watched: Watched): Promise<void> {
  const startedAt = realNow();
  let [activity, quietSince, now] = [-1, startedAt, startedAt];
  while (now - startedAt < PATIENCE_MS) {
    if (watched.activity() !== activity || watched.busy() > 0) {
      activity = watched.activity();
      quietSince = now;
    } else if (now - quietSince >= QUIET_MS) return;
    await pauseForReal(1);
    const later = realNow();
    time.moveTo(Date.now() + Math.round(later - now));
    now = later;
  }
}

/** A guest's chat with an answered question in it. */
async function openChat(system: System): Promise<Page> {
  const page = open(system);
  await page.auth.ensureSession();
  const http = await httpOf(system, page);
  const { conversationId } = await http.mutation(api.conversations.createConversation, {});
  await addHistory(system, conversationId, 10);
  const watches = chatSubscriptions(conversationId, Date.now());
  await subscribe(
    page,
    watches.map(({ query, args }) => ({ name: query, args })),
  );
  return page;
}

/** A technician's desk, on a shift. */
async function openDesk(system: System, n: number): Promise<Page> {
  const page = open(system);
  const email = `tech${n}@computerguys.example`;
  await system.engine.call("mutation", "users:ensureStaff", {
    email,
    name: `Technician ${n}`,
    role: "technician",
  });
  const { challenge } = await page.auth.requestCode(email);
  const code = /\d{6}/.exec(system.providers.control.emails(email)[0]!.text!)![0];
  await page.auth.signIn({ challenge, code });
  const http = await httpOf(system, page);
  await http.mutation(api.users.setAvailability, { available: true });
  await subscribe(page, [
    { name: api.users.onDuty, args: {} },
    { name: api.desk.list, args: { view: "waiting" } },
    { name: api.desk.list, args: { view: "mine" } },
    { name: api.conversations.promises, args: {} },
  ]);
  const beat = () => ask(() => page.client.mutation(api.users.heartbeat, {}));
  setInterval(() => void beat(), HEARTBEAT_MS);
  return page;
}

/** A browser's session and connection, without a browser. */
function open({ deployment }: System): Page {
  const transport: AuthTransport = {
    createGuestSession: () => client().action(api.auth.createGuestSession, {}),
    requestCode: (address) => client().action(api.auth.requestCode, address),
    createSession: (redemption) => client().action(api.auth.createSession, redemption),
    verify: (by, redemption) => client().action(by, redemption),
    refreshSession: (refreshToken) => client().action(api.auth.refreshSession, { refreshToken }),
    logout: async () => undefined,
  };
  const client = () => new ConvexHttpClient(deployment.url, { logger: false });
  let kept: string | null = null;
  const storage: AuthStorage = {
    read: () => kept,
    write: (value) => void (kept = value),
    clear: () => void (kept = null),
    onExternalChange: () => () => undefined,
  };
  let tail: Promise<unknown> = Promise.resolve();
  const lock: Lock = (task) => {
    const run = tail.then(task);
    tail = run.catch(() => undefined);
    return run;
  };
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  const options = {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
    initialAuthTokenReuse: true,
  };
  return {
    client: new ConvexClient(deployment.url, options),
    auth: new AuthCore({ transport, storage, lock, clock }),
  };
}

async function httpOf({ deployment }: System, { auth }: Page): Promise<ConvexHttpClient> {
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  http.setAuth((await auth.fetchAccessToken({ forceRefreshToken: false }))!);
  return http;
}

async function subscribe({ client, auth }: Page, watches: Watch[]): Promise<void> {
  client.setAuth((wanted) => ask(() => auth.fetchAccessToken(wanted)));
  await Promise.all(
    watches.map(
      ({ name, args }) =>
        new Promise<void>((resolve, reject) => {
          client.onUpdate(name, args, () => resolve(), reject);
        }),
    ),
  );
}

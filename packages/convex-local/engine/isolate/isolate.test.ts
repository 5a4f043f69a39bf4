/** Each rule of the default runtime, seen from a function on the engine. The README's table names these tests. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  actionGeneric,
  anyApi,
  defineSchema,
  defineTable,
  httpActionGeneric,
  httpRouter,
  mutationGeneric,
  queryGeneric,
  type FunctionReference,
} from "convex/server";
import { v, type Value } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../engine";
import { importInIsolate } from "./imports";

const { setTimeout: realSetTimeout } = globalThis;

type Kind = "query" | "mutation" | "action";
type Ctx = {
  db: { insert(table: string, value: object): Promise<string> };
  runQuery: (fn: FunctionReference<"query">) => Promise<number>;
};
type Body = (ctx: Ctx) => unknown;

let body: Body = () => null;
const handler = (ctx: unknown) => body(ctx as Ctx);
const schema = defineSchema({ rows: defineTable({ n: v.number() }) });
const http = httpRouter();
http.route({
  path: "/leave",
  method: "GET",
  handler: httpActionGeneric(async () => {
    void fetch(`${url}/silent`).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return new Response("left");
  }),
});
const modules = {
  "./_generated/api.js": () => Promise.resolve({}),
  "./http.js": () => Promise.resolve({ default: http }),
  "./f.js": () =>
    Promise.resolve({
      query: queryGeneric({ handler }),
      mutation: mutationGeneric({ handler }),
      action: actionGeneric({ handler }),
      count: queryGeneric({
        handler: async ({ db }) => (await db.query("rows").collect()).length,
      }),
    }),
};

const engine = await Engine.fromModules(
  { schema, modules },
  { readVariable: (name) => ({ GREETING: "hello" })[name] },
);

/** What the function returns, run as `kind` on the engine. */
async function call<T extends Value>(kind: Kind, given: Body): Promise<T> {
  body = given;
  return await engine.call<T>(kind, `f:${kind}`);
}

let server: Server;
let url = "";
/** How many downloads of `/endless` are going on. */
let open = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/echo") return void request.pipe(response);
    if (request.url === "/silent") {
      open += 1;
      return void response.on("close", () => (open -= 1));
    }
    response.writeHead(200);
    response.write("first ");
    if (request.url === "/cut") return void setTimeout(() => response.destroy(), 20);
    open += 1;
    const timer = setInterval(() => response.write("more "), 5);
    response.on("close", () => {
      open -= 1;
      clearInterval(timer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Makes code of a string with one of the functions that can. */
const make = (maker: unknown): unknown => (maker as (text: string) => unknown)("1");

describe("globals", () => {
  const missing =
    `Buffer global require setImmediate clearImmediate queueMicrotask MessageChannel MessagePort
    BroadcastChannel CompressionStream DecompressionStream CustomEvent MessageEvent PerformanceObserver
    ReadableStreamDefaultController ByteLengthQueuingStrategy CountQueuingStrategy WebSocket`.split(
      /\s+/,
    );

  test("what Convex has not is not there, and is for the host", async () => {
    const types = () => missing.map((name) => typeof Reflect.get(globalThis, name));
    expect(await call("action", types)).toEqual(missing.map(() => "undefined"));
    expect(typeof globalThis.Buffer).toBe("function");
  });

  test("process is { env }, and env has get alone", async () => {
    const seen = await call("query", () => [
      Object.keys(process).join(),
      process.env.GREETING ?? null,
      process.env.PATH ?? null,
      "GREETING" in process.env,
      Object.keys(process.env).length,
    ]);
    expect(seen).toEqual(["env", "hello", null, false, 0]);
  });

  test.each([
    ["eval", (): unknown => make(Reflect.get(globalThis, "eval"))],
    ["Function", (): unknown => make(Reflect.get(globalThis, "Function"))],
    ["a function's constructor", (): unknown => make((() => 1).constructor)],
    [
      "an async function's",
      (): unknown => make((async () => await Promise.resolve(1)).constructor),
    ],
  ])("%s makes no code from a string", async (_, attempt) => {
    await expect(call("query", attempt)).rejects.toThrow("Code generation from strings disallowed");
    expect(attempt()).toBeDefined();
  });

  test("structuredClone with a transfer fails the function, whoever catches it", async () => {
    expect(await call("action", () => structuredClone({ a: 1 }))).toEqual({ a: 1 });
    const caught = call("action", () => {
      const buffer = new ArrayBuffer(1);
      try {
        structuredClone(buffer, { transfer: [buffer] });
      } catch {
        return "went on";
      }
      return "not refused";
    });
    await expect(caught).rejects.toThrow("structuredClone with transfer not supported");
  });

  test("TextDecoder: a flush is empty, and broken bytes are no error", async () => {
    const seen = await call("query", () => {
      const decoder = new TextDecoder();
      const [first = 0, ...rest] = new TextEncoder().encode("é");
      const start = decoder.decode(new Uint8Array([first]), { stream: true });
      const flushed = decoder.decode();
      const fatal: unknown = new TextDecoder("utf-8", { fatal: true }).decode(
        new Uint8Array([255]),
      );
      return [start, flushed, decoder.decode(new Uint8Array(rest)), fatal === undefined];
    });
    expect(seen).toEqual(["", "", "é", true]);
  });

  test("abort fires again with each abort(), and a time-out is told as an abort", async () => {
    const seen = await call("action", async () => {
      const controller = new AbortController();
      let fired = 0;
      controller.signal.addEventListener("abort", () => (fired += 1));
      controller.abort();
      controller.abort();
      const late = fetch(`${url}/endless`, { signal: AbortSignal.timeout(30) });
      const error = await late.then((answer) => answer.text()).catch((thrown: Error) => thrown);
      return [fired, (error as Error).name];
    });
    expect(seen).toEqual([2, "AbortError"]);
  });

  test("system randomness is for actions", async () => {
    const generate = async () => {
      await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
      return "generated";
    };
    await expect(call("mutation", generate)).rejects.toThrow("Use an action");
    expect(await call("action", generate)).toBe("generated");
    const encrypt = async () => {
      const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, [
        "encrypt",
      ]);
      const iv = new Uint8Array(12);
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(3));
      return sealed.byteLength;
    };
    expect(await call("mutation", encrypt)).toBe(19);
  });
});

describe("fetch", () => {
  test("sends what it is given, and answers with a stream of the polyfill", async () => {
    const seen = await call("action", async () => {
      const answer = await fetch(`${url}/echo`, { method: "POST", body: "words" });
      return [answer.body instanceof ReadableStream, await answer.text()];
    });
    expect(seen).toEqual([true, "words"]);
  });

  test("a second abort() throws where nobody catches it, and ends the action", async () => {
    const twice = call("action", async () => {
      const controller = new AbortController();
      await fetch(`${url}/endless`, { signal: controller.signal });
      controller.abort();
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return "went on";
    });
    await expect(twice).rejects.toThrow("The stream is not in a state that permits close");
  });

  test("a failure is a plain Error", async () => {
    const names = await call("action", async () => {
      const refused = await fetch("http://127.0.0.1:1/").catch((error: Error) => error);
      const cut = await fetch(`${url}/cut`);
      const broken = await cut.text().catch((error: Error) => error);
      return [refused, broken].map((error) => Object.getPrototypeOf(error) === Error.prototype);
    });
    expect(names).toEqual([true, true]);
  });

  test("a download goes on when its reader is cancelled, and stops at abort()", async () => {
    let before = 0;
    await call("action", async () => {
      const controller = new AbortController();
      const { body: stream } = await fetch(`${url}/endless`, { signal: controller.signal });
      const reader = stream!.getReader();
      await reader.read();
      await reader.cancel();
      await new Promise((resolve) => setTimeout(resolve, 50));
      before = open;
      controller.abort();
      return null;
    });
    expect(before).toBe(1);
    await expect.poll(() => open).toBe(0);
  });

  test.each(["/endless", "/silent"])("what %s sends ends with its action", async (path) => {
    let before = 0;
    await call("action", async () => {
      void fetch(`${url}${path}`).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
      before = open;
      return null;
    });
    expect(before).toBe(1);
    await expect.poll(() => open).toBe(0);
  });

  test("what an HTTP action leaves without an answer ends with its body, and nothing else does", async () => {
    const answer = await engine.runHttp(new Request("http://127.0.0.1/leave"));
    expect(await answer!.text()).toBe("left");
    await expect.poll(() => open).toBe(0);
  });

  test("an open body is one of the 8 operations that an action has", async () => {
    const seen = await call("action", async ({ runQuery }) => {
      const controllers = Array.from({ length: 8 }, () => new AbortController());
      await Promise.all(controllers.map(({ signal }) => fetch(`${url}/endless`, { signal })));
      let counted = false;
      const count = runQuery(anyApi.f!.count as FunctionReference<"query">).then(() => {
        counted = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const before = counted;
      controllers[0]?.abort();
      await count;
      return [before, counted];
    });
    expect(seen).toEqual([false, true]);
  });

  test("a signal that is aborted before stops nothing", async () => {
    const status = await call("action", async () => {
      const controller = new AbortController();
      controller.abort();
      return (await fetch(`${url}/endless`, { signal: controller.signal })).status;
    });
    expect(status).toBe(200);
  });
});

describe("import()", () => {
  const slow = () => new Promise<string>((resolve) => realSetTimeout(resolve, 1_200, "loaded"));

  test("is for actions, which wait for it as long as it takes", async () => {
    expect(await call("action", () => importInIsolate(slow))).toBe("loaded");
    await expect(call("mutation", () => importInIsolate(slow))).rejects.toThrow(
      "dynamic module import unsupported",
    );
  });

  test("is loaded under the host's globals", async () => {
    const kind = await call("action", async () => [
      typeof globalThis.Buffer,
      await importInIsolate(() => Promise.resolve(typeof globalThis.Buffer)),
    ]);
    expect(kind).toEqual(["undefined", "function"]);
  });
});

describe("endings", () => {
  const kinds: Kind[] = ["query", "mutation", "action"];
  const oops = () => Promise.reject(new Error("nobody listens"));

  test.each(kinds)("an unhandled rejection ends a %s with its error", async (kind) => {
    const fails = call(kind, () => {
      void oops();
      return null;
    });
    await expect(fails).rejects.toThrow("nobody listens");
  });

  test("one that is handled too late does too", async () => {
    const late = call("action", async () => {
      const rejected = oops();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await rejected.catch(() => undefined);
      return null;
    });
    await expect(late).rejects.toThrow("nobody listens");
  });

  test("a mutation rolls back, and the next ones run", async () => {
    const before = await engine.call<number>("query", "f:count");
    const fails = call("mutation", async ({ db }) => {
      await db.insert("rows", { n: 1 });
      void oops();
      return null;
    });
    await expect(fails).rejects.toThrow("nobody listens");
    expect(await engine.call("query", "f:count")).toBe(before);
    await call("mutation", async ({ db }) => await db.insert("rows", { n: 2 }));
    expect(await engine.call("query", "f:count")).toBe(before + 1);
  });

  test.each(kinds)("a promise that never resolves is the error of its %s", async (kind) => {
    await expect(call(kind, () => new Promise(() => undefined))).rejects.toThrow(
      "Returned promise will never resolve",
    );
    expect(await call("query", () => "the next one runs")).toBe("the next one runs");
  });

  test("who waits for a timer or a call waits as long as it takes", async () => {
    const waits = async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return "done";
    };
    expect(await call("action", waits)).toBe("done");
  });
});

describe("runs", () => {
  test.each(["query", "mutation"] as const)("the clock stands still in a %s", async (kind) => {
    const [first, last] = await call<number[]>(kind, async () => {
      const started = Date.now();
      const end = performance.now() + 5;
      while (performance.now() < end) await Promise.resolve();
      return [started, new Date().getTime()];
    });
    expect(last).toBe(first);
    expect(Math.abs(Date.now() - (first ?? 0))).toBeLessThan(60_000);
  });

  test("in an action it goes on", async () => {
    const passed = await call<number>("action", async () => {
      const started = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return Date.now() - started;
    });
    expect(passed).toBeGreaterThan(0);
  });

  test("random numbers come from the run's seed", async () => {
    const seeded = await Engine.fromModules(
      { schema, modules },
      { seed: () => new Uint8Array(16).fill(7) },
    );
    body = () => [
      Math.random(),
      crypto.randomUUID(),
      crypto.getRandomValues(new Uint8Array(4)).join(),
    ];
    const first = await seeded.call<Value[]>("mutation", "f:mutation");
    expect(await seeded.call("mutation", "f:mutation")).toEqual(first);
    expect(await engine.call("mutation", "f:mutation")).not.toEqual(first);
    expect(await seeded.call("action", "f:action")).not.toEqual(first);
    expect(first[1]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

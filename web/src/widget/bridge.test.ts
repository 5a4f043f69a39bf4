/** What crosses the frame's edge: known shapes, from the one window and the one origin. */
import { expect, test } from "vitest";
import { connectToPage, framerOf } from "./bridge";
import { readOrder, readReport, type Order } from "./protocol";

const HOST = "https://www.joes.shop";

/** A window as far as the bridge knows one. */
function frame(hash = `#${HOST}`) {
  const listeners = new Set<(event: unknown) => void>();
  const sent: unknown[] = [];
  const parent = { postMessage: (...message: unknown[]) => sent.push(message) };
  const window = {
    parent,
    location: { hash },
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) =>
      listeners.delete(listener),
  } as unknown as Window;
  const get = (event: unknown) => listeners.forEach((listener) => listener(event));
  return { window, parent, sent, get };
}

test("a page that isn't named frames nothing, whatever it says it is", () => {
  expect(framerOf(frame().window, [HOST])).toBe(HOST);
  for (const said of [
    "#https://evil.example",
    `#${HOST}.evil.example`,
    `#${HOST}/`,
    "#*",
    "#",
    "",
  ]) {
    expect(framerOf(frame(said).window, [HOST])).toBeNull();
  }
  expect(framerOf(frame().window, [])).toBeNull();
  const alone = { location: { hash: `#${HOST}` } } as { parent?: unknown };
  alone.parent = alone;
  expect(framerOf(alone as Window, [HOST])).toBeNull();
});

test("the chat obeys its parent's window on the named origin alone, and reports to no other", () => {
  const { window, parent, sent, get } = frame();
  const heard: Order[] = [];
  const bridge = connectToPage(window, HOST, (order) => heard.push(order));
  const data = { computerGuys: "show" };
  get({ source: parent, origin: "https://evil.example", data });
  get({ source: {}, origin: HOST, data });
  get({ source: null, origin: HOST, data });
  get({ source: parent, origin: HOST, data: { computerGuys: "write", text: "hello" } });
  expect(heard).toEqual([]);
  get({ source: parent, origin: HOST, data });
  expect(heard).toEqual([data]);
  bridge.report({ computerGuys: "close" });
  expect(sent).toEqual([[{ computerGuys: "close" }, HOST]]);
  bridge.stop();
  get({ source: parent, origin: HOST, data });
  expect(heard).toHaveLength(1);
});

test.each([
  null,
  "show",
  {},
  { computerGuys: "open" },
  { computerGuys: "hello", theme: {} },
  { computerGuys: "identify", id: 1 },
  { computerGuys: "identify", id: 1, token: 7 },
  { computerGuys: "identify", id: -1, token: "t" },
  { computerGuys: "identify", id: 1, token: "t".repeat(4097) },
  { computerGuys: "forget", id: "1" },
])("%j is no order", (data) => {
  expect(readOrder(data)).toBeNull();
});

test("of a theme the colours count, and nothing else", () => {
  const theme = {
    accent: "#7a2048",
    accentDark: "url(//evil.example)",
    scheme: "sepia",
    css: "*{}",
  };
  expect(readOrder({ computerGuys: "hello", open: true, theme, text: "hello" })).toEqual({
    computerGuys: "hello",
    open: true,
    theme: { accent: "#7a2048", accentDark: undefined, scheme: undefined },
  });
});

test.each([
  null,
  { computerGuys: "ready" },
  { computerGuys: "state", hasSession: true, unread: -1 },
  { computerGuys: "state", hasSession: true, unread: 100 },
  { computerGuys: "state", hasSession: "yes", unread: 1 },
  { computerGuys: "done", id: 1.5 },
  { computerGuys: "done", id: 1, error: { code: 1, message: "" } },
  { computerGuys: "navigate", url: "https://evil.example" },
])("%j is no report", (data) => {
  expect(readReport(data)).toBeNull();
});

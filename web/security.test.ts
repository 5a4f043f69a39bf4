/** What a build for a given deployment tells browsers. */
import { expect, test } from "vitest";
import { headerPolicy, headersFile, metaPolicy } from "./security";
import { readWidgetHosts, WidgetHostError } from "./widgetHosts";

const CLOUD = "https://happy-animal-123.convex.cloud";
const directive = (policy: string, name: string) =>
  policy.split("; ").find((each) => each.startsWith(`${name} `));

test("a deployment on https is spoken to over wss only", () => {
  for (const policy of [headerPolicy(CLOUD), metaPolicy(CLOUD)]) {
    const site = "https://happy-animal-123.convex.site";
    const expected = `connect-src ${CLOUD} wss://happy-animal-123.convex.cloud ${site}`;
    expect(directive(policy, "connect-src")).toBe(expected);
    expect(policy).not.toMatch(/\bws:|http:|unsafe|\*/);
  }
});

test("a deployment's address is an origin in the policy, whatever is behind it", () => {
  expect(headerPolicy(`${CLOUD}/; script-src *`)).toBe(headerPolicy(CLOUD));
  expect(() => headerPolicy("not an address")).toThrow("Invalid URL");
});

test("where files go is named, or the build says which variable is missing", () => {
  const own = "https://api.joes.shop";
  expect(() => headerPolicy(own)).toThrow("VITE_CONVEX_SITE_URL");
  expect(headerPolicy(own, "https://http.joes.shop/; script-src *")).toContain(
    `connect-src ${own} wss://api.joes.shop https://http.joes.shop;`,
  );
});

type Told = Record<string, string[]>;

/** What a static host tells of an address: each header of the last rule that fits, or of all that do. */
function served(file: string, path: string, how: "last" | "joined"): Told {
  const told: Told = {};
  for (const rule of file.trim().split("\n\n")) {
    const [pattern = "", ...lines] = rule.split("\n");
    const fits = pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
    if (!fits) continue;
    for (const line of lines) {
      expect(line).toMatch(/^ {2}[A-Z][A-Za-z-]+: \S/);
      const [name = "", value = ""] = line.trim().split(/: (.*)/);
      told[name] = how === "last" ? [value] : [...(told[name] ?? []), value];
    }
  }
  return told;
}

const SHOP = "https://www.joes.shop";

test.each(["last", "joined"] as const)(
  "a static host that takes the %s rule lets the named pages frame the widget, and nobody the rest",
  (how) => {
    const file = headersFile(CLOUD, undefined, [SHOP, "http://localhost:5174"]);
    const framers = (path: string) =>
      served(file, path, how)["Content-Security-Policy"]!.flatMap(
        (policy) => directive(policy, "frame-ancestors") ?? [],
      );
    expect(framers("/widget")).toEqual([`frame-ancestors ${SHOP} http://localhost:5174`]);
    for (const path of ["/", "/c/abc", "/desk", "/desk/abc", "/insights", "/index.html"]) {
      expect(framers(path)).toEqual(["frame-ancestors 'none'"]);
    }
    for (const path of ["/", "/desk", "/widget.html", "/widget/", "/nowhere"]) {
      expect(served(file, path, how)["X-Frame-Options"]).toEqual(["DENY"]);
    }
    for (const path of ["/", "/widget", "/widget.html", "/nowhere"]) {
      const policies = served(file, path, how)["Content-Security-Policy"]!;
      expect(policies.every((policy) => policy.startsWith("default-src 'none'; "))).toBe(true);
    }
    const loader = served(file, "/widget.js", how)["Cross-Origin-Resource-Policy"]!;
    expect(loader.at(-1)).toBe("cross-origin");
    const page = served(file, "/", how);
    expect(page["Strict-Transport-Security"]![0]).toMatch(/max-age=\d{8}/);
    expect(served(file, "/assets/a.js", how)["Cache-Control"]![0]).toContain("immutable");
  },
);

test("without a list nobody frames the widget", () => {
  const told = served(headersFile(CLOUD), "/widget", "last");
  expect(told["Content-Security-Policy"]![0]).toContain("frame-ancestors 'none'");
});

test("the list is of origins as browsers write them, or the build stops and names what is none", () => {
  expect(readWidgetHosts(undefined)).toEqual([]);
  expect(readWidgetHosts(`${SHOP},\n http://localhost:5174`)).toEqual([
    SHOP,
    "http://localhost:5174",
  ]);
  for (const bad of [
    "*",
    "'self'",
    "www.joes.shop",
    "https://*.joes.shop",
    `${SHOP}/`,
    `${SHOP}/page`,
    "http://www.joes.shop",
    "HTTPS://www.joes.shop",
    "https://a;script-src",
    "null",
  ]) {
    expect(() => readWidgetHosts(`${SHOP} ${bad}`)).toThrow(WidgetHostError);
    expect(() => readWidgetHosts(bad)).toThrow(`"${bad}" is no origin`);
  }
});
